"""The memory engine: decide, evolve and agenda in process, without a server or a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain import report as reports
from domain.actor import SYSTEM, Actor
from domain.agenda import next_look
from domain.case import Case
from domain.commands import Command
from domain.context import Law
from domain.decide import Decision, decide, decide_wake_up, resolve_actor
from domain.events import Event, ReporterInformed
from domain.evolve import evolve
from domain.params import parse
from domain.rejection import Rejected, Rejection
from workers.drill.engine import Engine, EngineFactory, Observed, come_in

__all__ = ["MemoryEngine", "memory_engine"]

#: The parameter that names the second case of a command on two.
_SECOND = {"merge": "into", "link": "to"}
#: Commands by which a merged case leaves its survivor.
_LEAVING = frozenset({"unmerge", "reopen"})


def memory_engine(law: Law) -> EngineFactory:
    """Open memory engines that go by a law."""

    @asynccontextmanager
    async def opened(start: datetime) -> AsyncIterator[Engine]:
        yield MemoryEngine(start, law)

    return opened


class MemoryEngine:
    """Cases in memory. A case's id is its alias, so that `into: b` needs no translation."""

    name = "memory"

    def __init__(self, start: datetime, law: Law) -> None:
        self.now = start
        self._law = law
        self._cases: dict[str, Case] = {}
        self._histories: dict[str, list[Event]] = {}
        self._officers: set[Actor] = set()

    async def report(self, alias: str, actor: str, fields: Mapping[str, Any]) -> Rejection | None:
        """Take a report in at the present time, and fire what is due on one entered late."""
        try:
            report = parse(reports.Report, dict(fields))
            context = self._law.at(self.now, report.pack)
            who = resolve_actor(Actor.parse(actor), context)
            code = f"DRILL-{len(self._cases) + 1}"
            course = reports.decide_report(alias, code, report, who, context)
        except Rejected as refusal:
            return refusal.rejection
        self._keep(course.case, course.events)
        self._wake(alias, self.now)
        return None

    async def do(
        self, alias: str, name: str, actor: str, params: Mapping[str, Any]
    ) -> Rejection | None:
        """Give a command, and let happen at once what it makes due."""
        who = Actor.parse(actor)
        self._officers.update(come_in(who, self._law.at(self.now)))
        return self._command(alias, Command(name, params), who)

    async def advance(self, until: datetime) -> None:
        """Fire everything that is due up to a moment, each at its due time."""
        for alias in self._cases:
            self._wake(alias, until)
        self.now = until

    async def observe(self, alias: str) -> Observed | None:
        """The case and its history."""
        case = self._cases.get(alias)
        return Observed(case, tuple(self._histories[alias])) if case else None

    def _command(self, alias: str, command: Command, actor: Actor) -> Rejection | None:
        case = self._cases.get(alias)
        if case is None:
            return Rejection("unknown_case", f"No report of a case {alias} was taken in.")
        other = self._second(case, command)
        receiver = tuple(one for one in self._officers if one.subject == command.params.get("to"))
        context = replace(self._law.of(case, self.now), other=other, receiver=receiver)
        decision = decide(case, command, actor, context)
        self._keep(decision.case, decision.events)
        if other is not None:
            self._add(other, decision.other_events)
        self._wake(alias, self.now)
        self._tell_merged(decision)
        return decision.rejection

    def _second(self, case: Case, command: Command) -> Case | None:
        if command.name in _LEAVING and case.merged_into:
            return self._cases.get(case.merged_into or "")
        return self._cases.get(str(command.params.get(_SECOND.get(command.name, ""))))

    def _tell_merged(self, decision: Decision) -> None:
        """Reporters of merged cases are told with the survivor's, of each of its answers."""
        for event in decision.events:
            for merged in event.body.merged if isinstance(event.body, ReporterInformed) else ():
                self._command(merged, Command("inform"), SYSTEM)

    def _wake(self, alias: str, until: datetime) -> None:
        while (at := next_look(self._cases[alias], self._law)) and at <= until:
            case = self._cases[alias]
            decision = decide_wake_up(case, self._law.of(case, max(at, self.now)))
            self._keep(decision.case, decision.events)

    def _add(self, case: Case, events: tuple[Event, ...]) -> None:
        for event in events:
            case = evolve(case, event)
        self._keep(case, events)

    def _keep(self, case: Case, events: list[Event] | tuple[Event, ...]) -> None:
        self._cases[case.case_id] = case
        self._histories.setdefault(case.case_id, []).extend(events)
