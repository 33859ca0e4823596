"""The interface over a database of the test's own."""

from __future__ import annotations

import pytest

from eventlog.store import EventStore
from tests.api.counter import Counter, counter_over


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)
