"""The Temporal engine: the same steps on the real server, log and workflows, in virtual time."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from domain import report as reports
from domain.actor import Actor
from domain.context import Law
from domain.decide import decide_wake_up
from domain.evolve import fold
from domain.params import parse
from domain.rejection import Rejected, Rejection
from eventlog.officers import Officers
from workers.bootstrap import Office
from workers.drill.engine import Engine, EngineFactory, Observed, come_in
from workers.drill.scratch import scratch_office
from workers.settings import Settings
from workers.virtual import StandsStill, VirtualTime

__all__ = ["TemporalEngine", "temporal_engine"]

#: On a server a clock may have begun some milliseconds later than its step says; moving a second
#: further lets whatever is due at the very end of a step fire all the same.
_MARGIN = timedelta(seconds=1)

#: The parameters that may name a case.
_CASES = ("into", "to")


def temporal_engine(settings: Settings, law: Law) -> EngineFactory:
    """Open engines on the servers of a virtual stack; each has cases and a time of its own."""

    @asynccontextmanager
    async def opened(start: datetime) -> AsyncIterator[Engine]:
        async with scratch_office(settings, law) as office:
            yield TemporalEngine(start, office)

    return opened


class TemporalEngine:
    """Cases in an installation that holds no others: what is moved, is moved for all.

    A case's clock is shifted by whole seconds, so that it reads the scenario's time when the case
    is reported. Commands take real time, so the case's clock then runs ahead of the scenario by
    as long as they took: the same to the minute, and what a command starts is due in time.
    """

    name = "temporal"

    def __init__(self, start: datetime, office: Office) -> None:
        self.now = start
        self._office = office
        self._time = VirtualTime(office)
        self._ids: dict[str, str] = {}

    async def report(self, alias: str, actor: str, fields: Mapping[str, Any]) -> Rejection | None:
        """Take a report in, received at the scenario's time or earlier."""
        ahead = self.now - await self._office.log.now()
        shifted = {**fields, "clock_base": math.ceil(ahead.total_seconds())}
        try:
            report = parse(reports.Report, shifted)
            receipt = await self._office.log.intake.take(
                report, Actor.parse(actor), str(uuid4()), self.now
            )
        except Rejected as refusal:
            return refusal.rejection
        self._ids[alias] = receipt.case_id
        if "received_at" in fields:
            await self._time.settle()
        return None

    async def do(
        self, alias: str, name: str, actor: str, params: Mapping[str, Any]
    ) -> Rejection | None:
        """Give a command through the gateway, and wait for what it makes happen at once."""
        if alias not in self._ids:
            return Rejection("unknown_case", f"No report of a case {alias} was taken in.")
        named = {
            key: self._ids.get(str(params[key]), params[key]) for key in _CASES if key in params
        }
        who = Actor.parse(actor)
        await self._note(who)
        answer = await self._office.gateway.command(
            self._ids[alias], name, {**params, **named}, who, str(uuid4())
        )
        await self._time.settle()
        return answer.rejection

    async def _note(self, who: Actor) -> None:
        """Officers come in by a command here, as they do by a token at the interface."""
        log = self._office.log
        for role in come_in(who, log.law().at(self.now)):
            await Officers(log.pool).note(who.subject or "", [role], self.now)

    async def advance(self, until: datetime) -> None:
        """Move the installation, and with it every case, by the scenario's amount.

        Raises StandsStill; CalendarEnds, if that is why a clock cannot go on.
        """
        try:
            await self._time.by(until - self.now + _MARGIN)
        except StandsStill:
            await self._ask_the_rules(until)
            raise
        self.now = until

    async def observe(self, alias: str) -> Observed | None:
        """The case as the log has it, with its free text: the scenario wrote it."""
        case_id = self._ids.get(alias, "")
        recorded = await self._office.log.store.load(case_id, unseal=True)
        history = tuple(one.event for one in recorded)
        case = fold(case_id, history)
        return Observed(case, history) if case else None

    async def _ask_the_rules(self, until: datetime) -> None:
        """Raise what keeps a case's workflow from going on; it is retried there without an end."""
        for alias in self._ids:
            seen = await self.observe(alias)
            if seen is not None:
                decide_wake_up(seen.case, self._office.log.law().of(seen.case, until))
