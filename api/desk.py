"""What the interface works with: everything behind it, as one frozen value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from activities.bulk_plan import BulkPlanner
from activities.disclosure import Disclosures
from activities.files import Files
from activities.intake import Intake
from activities.port import Commands
from activities.rehearsal import Rehearsal
from activities.replacement import Replacements
from api.limits import Limits, Turns
from api.memory import Memory
from api.readiness import Readiness
from api.register import Register
from api.telling import Telling
from api.tokens import Tokens
from domain.context import Law
from eventlog.store import EventStore

__all__ = ["Desk", "desk_of"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Ports and choices. ``temporal`` says whether Temporal answers; ``now`` is UTC.

    ``origins`` are the sites whose pages may call. ``exports`` bounds how many files are on their
    way at once, ``statistics`` how many are counted.
    """

    store: EventStore
    intake: Intake
    disclosures: Disclosures
    files: Files
    replacements: Replacements
    commands: Commands
    rehearsal: Rehearsal
    planner: BulkPlanner
    register: Register
    law: Callable[[], Law]
    now: Callable[[], Awaitable[datetime]]
    temporal: Callable[[], Awaitable[bool]]
    tokens: Tokens
    limits: Limits
    telling: Telling
    memory: Memory = field(default_factory=Memory)
    readiness: Readiness = field(default_factory=Readiness)
    public_reports: bool = True
    origins: tuple[str, ...] = ()
    exports: Turns = field(default_factory=lambda: Turns(4))
    statistics: Turns = field(default_factory=lambda: Turns(4))


def desk_of(request: Request) -> Desk:
    """The desk of the application that serves a request."""
    desk: Desk = request.app.state.desk
    return desk
