"""What the interface works with: everything behind it, as one frozen value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from starlette.requests import Request

from activities.disclosure import Disclosures
from activities.intake import Intake
from activities.messages import Answer
from api.limits import Limits, Turns
from api.tokens import Tokens
from domain.actor import Actor
from domain.context import Law
from eventlog.store import EventStore

__all__ = ["Commands", "Desk", "desk_of"]


class Commands(Protocol):
    """The gateway, as far as it is needed here."""

    async def command(
        self,
        case_id: str,
        name: str,
        params: Mapping[str, Any],
        actor: Actor,
        command_id: str,
        unit: str | None = None,
    ) -> Answer:
        """Give a command and wait for its answer, refusals included. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Ports and choices. ``temporal`` says whether Temporal answers; ``now`` is UTC.

    ``exports`` bounds how many files are on their way at once.
    """

    store: EventStore
    intake: Intake
    disclosures: Disclosures
    commands: Commands
    law: Callable[[], Law]
    now: Callable[[], Awaitable[datetime]]
    temporal: Callable[[], Awaitable[bool]]
    tokens: Tokens
    limits: Limits
    public_reports: bool = True
    exports: Turns = field(default_factory=lambda: Turns(4))


def desk_of(request: Request) -> Desk:
    """The desk of the application that serves a request."""
    desk: Desk = request.app.state.desk
    return desk
