"""Where the demo is played: the whole system over a temporary folder, in virtual time."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from activities.messages import Answer
from domain import report as reports
from domain.actor import Actor
from domain.commands import Command
from domain.evolve import fold
from domain.params import parse
from domain.rejection import Rejected, Rejection
from workers.bootstrap import Office, open_office
from workers.drill.engine import Observed
from workers.embedded.stack import EmbeddedStack, StackSettings
from workers.session import embedded_settings
from workers.virtual import VirtualTime
from workers.worker import running
from workflows.gateway import Unavailable

__all__ = ["Stage", "open_stage", "temporary_office"]

#: The parameters that may name a case.
_CASES = ("into", "to")
_ATTEMPTS = 4


@asynccontextmanager
async def temporary_office() -> AsyncIterator[Office]:
    """A real PostgreSQL, a real Temporal and a worker; nothing of it is left at the end.

    Raises what ``EmbeddedStack`` raises, OSError.
    """
    async with AsyncExitStack() as undo:
        folder = undo.enter_context(
            TemporaryDirectory(prefix="hoiam-demo-", ignore_cleanup_errors=True)
        )
        stack = EmbeddedStack(Path(folder), StackSettings(virtual_time=True))
        await undo.enter_async_context(stack)
        # What the caller's environment says of an installation is not about this one.
        office = await undo.enter_async_context(open_office(embedded_settings(stack.info, {})))
        await undo.enter_async_context(running(office))
        yield office


async def open_stage(office: Office, start: datetime) -> Stage:
    """A stage whose time begins at ``start`` (UTC), whatever the day is."""
    shift = start - await office.log.now()
    return Stage(office, start, timedelta(seconds=math.ceil(shift.total_seconds())))


class Stage:
    """An engine for many cases: it moves all of them at once, and many people act side by side.

    Every case's clock is ahead of the installation's by ``shift``, a fact of its first event.
    """

    name = "temporal"

    def __init__(self, office: Office, start: datetime, shift: timedelta) -> None:
        self.now = start
        self.ids: dict[str, str] = {}
        self._office = office
        self._shift = shift
        self._time = VirtualTime(office)

    async def report(self, alias: str, actor: str, fields: Mapping[str, Any]) -> Rejection | None:
        """Take a report in through intake, as every channel does."""
        shifted = {**fields, "clock_base": self._shift // timedelta(seconds=1)}
        try:
            report = parse(reports.Report, shifted)
            receipt = await self._office.log.intake.take(
                report, Actor.parse(actor), f"demo/{alias}", self.now
            )
        except Rejected as refusal:
            return refusal.rejection
        self.ids[alias] = receipt.case_id
        return None

    async def do(
        self, alias: str, name: str, actor: str, params: Mapping[str, Any]
    ) -> Rejection | None:
        """Give a command through the gateway, as every officer does. Raises Unavailable."""
        if alias not in self.ids:
            return Rejection("unknown_case", f"The report of case {alias} was refused.")
        named = {
            key: self.ids.get(str(params[key]), params[key]) for key in _CASES if key in params
        }
        command = Command(name, {**params, **named})
        answer = await self._patiently(self.ids[alias], command, Actor.parse(actor))
        return answer.rejection

    async def _patiently(self, case_id: str, command: Command, actor: Actor) -> Answer:
        """Try again under the same key, as people do when a machine is slow: it counts once."""
        key = str(uuid4())
        for _ in range(_ATTEMPTS - 1):
            with suppress(Unavailable):
                return await self._give(case_id, command, actor, key)
        return await self._give(case_id, command, actor, key)

    async def _give(self, case_id: str, command: Command, actor: Actor, key: str) -> Answer:
        gateway = self._office.gateway
        return await gateway.command(case_id, command.name, command.params, actor, key)

    async def advance(self, until: datetime) -> None:
        """Move every case on; what is due on the way fires. Raises StandsStill."""
        await self._time.until(until - self._shift)
        self.now = until

    async def observe(self, alias: str) -> Observed | None:
        """The case as the log has it, with its free text."""
        recorded = await self._office.log.store.load(self.ids.get(alias, ""), unseal=True)
        history = tuple(one.event for one in recorded)
        case = fold(self.ids.get(alias, ""), history)
        return Observed(case, history) if case else None
