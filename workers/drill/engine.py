"""What a drill needs of an engine, so that one scenario runs on the rules and on the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.actor import Actor
from domain.case import Case
from domain.context import Context
from domain.decide import resolve_actor
from domain.events import Event
from domain.rejection import Rejected, Rejection

__all__ = ["Engine", "EngineFactory", "Observed", "come_in"]


@dataclass(frozen=True, slots=True)
class Observed:
    """A case as it is now, and all its events."""

    case: Case
    history: tuple[Event, ...]


class Engine(Protocol):
    """Cases with a time of their own; ``alias`` is what the scenario calls a case."""

    @property
    def name(self) -> str:
        """How people call the engine: ``memory`` or ``temporal``."""

    @property
    def now(self) -> datetime:
        """The scenario's time (UTC)."""

    async def report(self, alias: str, actor: str, fields: Mapping[str, Any]) -> Rejection | None:
        """Take a report in; ``fields`` are those of ``domain.report.Report``."""

    async def do(
        self, alias: str, name: str, actor: str, params: Mapping[str, Any]
    ) -> Rejection | None:
        """Give a command; `into` or `to` that is a case's alias means that case's id."""

    async def advance(self, until: datetime) -> None:
        """Move every case on, and fire what is due on the way, each at its due time."""

    async def observe(self, alias: str) -> Observed | None:
        """What there is of a case; None if its report was refused."""


def come_in(actor: Actor, context: Context) -> tuple[Actor, ...]:
    """What the register of officers learns when somebody acts under an account."""
    if actor.subject is None:
        return ()
    try:
        return (resolve_actor(actor, context),)
    except Rejected:
        return ()  # no such body: the command will be refused


EngineFactory = Callable[[datetime], AbstractAsyncContextManager[Engine]]
"""Opens an engine whose time begins at a moment (UTC)."""
