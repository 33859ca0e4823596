"""Handler and intake over a real log, and the law that is shipped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.group import GroupCommit
from activities.handler import CaseHandler
from activities.intake import Intake
from domain.context import Law
from eventlog.keys import Keys
from eventlog.store import EventStore
from tests.activities.desk import Desk
from workers.law import load_law


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture
def desk_with(law: Law, keys: Keys) -> Callable[[EventStore], Desk]:
    """A desk over a store: what one process has of its own."""

    def made(store: EventStore) -> Desk:
        group, key = GroupCommit(store), keys.derive("command-signing")
        handler = CaseHandler(store, group, lambda: law, key)
        intake = Intake(store, group, lambda: law, keys.derive("receipts"))
        return Desk(store, group, handler, intake, key)

    return made


@pytest.fixture
def desk(store: EventStore, desk_with: Callable[[EventStore], Desk]) -> Desk:
    return desk_with(store)
