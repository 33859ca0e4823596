"""Decides without writing: what a command would lead to now, and which ones may be given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from activities.cache import Loaded, StaleCacheError
from activities.handler import CaseHandler
from domain.actor import Actor
from domain.allowed import allowed
from domain.case import Case
from domain.commands import Command
from domain.decide import Decision, decide
from domain.rejection import Rejection
from eventlog.errors import VersionConflict

__all__ = ["Rehearsal", "Rehearsed", "Verdicts"]

_ATTEMPTS = 20
#: For every command None, or why it would be refused.
Verdicts = Mapping[str, Rejection | None]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A case as it is, and what a command would make of it."""

    before: Case
    decision: Decision


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The same loading and the same rules as of the handler. ``now`` is the installation's."""

    handler: CaseHandler

    async def allowed(
        self, case_id: str, actors: Sequence[Actor], now: datetime
    ) -> tuple[int, Sequence[Verdicts]] | None:
        """The version of a case, and for each actor the commands; None if there is no such case."""
        loaded = await self._loaded(case_id)
        if loaded is None:
            return None
        case = loaded.case
        context = self.handler.law().of(case, now + timedelta(seconds=case.clock_base))
        return case.version, [allowed(case, actor, context) for actor in actors]

    async def of(
        self, case_id: str, command: Command, actor: Actor, now: datetime, *, alone: bool = False
    ) -> Rehearsed | None:
        """What would come of a command; None if there is no such case.

        ``alone``: as if the second case that it names were not there.
        """
        loaded = await self._loaded(case_id)
        if loaded is None:
            return None
        case, law = loaded.case, self.handler.law()
        moment = now + timedelta(seconds=case.clock_base)
        context, _ = await _settled(lambda: self.handler.context(command, case, law, moment))
        seen = replace(context, other=None) if alone else context
        return Rehearsed(case, decide(case, command, actor, seen))

    async def _loaded(self, case_id: str) -> Loaded | None:
        return (await _settled(lambda: self.handler.load(case_id)))[0]


async def _settled(attempt: Callable[[], Awaitable[R]]) -> R:
    """Read again while another task moves the case on."""
    for _ in range(_ATTEMPTS):
        try:
            return await attempt()
        except (StaleCacheError, VersionConflict):
            continue
    raise TimeoutError(f"The case changed {_ATTEMPTS} times while it was read.")
