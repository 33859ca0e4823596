"""Play a plan on an engine, stop by stop, and see whether each story ended as it must."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.case import Case
from workers.demo.plan import Act, Plan, Report, Stop
from workers.demo.steps import Arc
from workers.drill.engine import Engine, Observed

__all__ = ["Played", "Surprise", "perform"]

#: So many cases are worked on at the same time.
_DESKS = 16


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something that did not go as the plan says: what was expected, and what came."""

    sample: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a plan: every case, what was refused on purpose, and every surprise."""

    cases: Mapping[str, Observed]
    refusals: Mapping[str, int]
    surprises: tuple[Surprise, ...]


async def perform(
    plan: Plan, engine: Engine, tell: Callable[[Stop], Awaitable[None]] | None = None
) -> Played:
    """Play the whole plan; ``tell`` hears of each stop when it is over."""
    surprises: list[Surprise] = []
    for stop in plan.stops:
        await engine.advance(stop.at)
        surprises += await _all(_enter(engine, report) for report in stop.reports)
        surprises += await _all(_work(engine, acts) for acts in _by_case(stop.acts))
        if tell is not None:
            await tell(stop)
    cases = {sample: await engine.observe(sample) for sample in plan.arcs}
    there = {sample: seen for sample, seen in cases.items() if seen is not None}
    for sample, arc in plan.arcs.items():
        surprises += _ended(sample, arc, there.get(sample))
    wanted = Counter(act.refusal for stop in plan.stops for act in stop.acts if act.refusal)
    return Played(there, wanted, tuple(surprises))


async def _all(work: Iterator[Awaitable[list[Surprise]]]) -> list[Surprise]:
    desks = asyncio.Semaphore(_DESKS)

    async def at_desk(one: Awaitable[list[Surprise]]) -> list[Surprise]:
        async with desks:
            return await one

    found = await asyncio.gather(*(at_desk(one) for one in work))
    return [surprise for surprises in found for surprise in surprises]


def _by_case(acts: Sequence[Act]) -> Iterator[list[Act]]:
    for _, own in groupby(acts, lambda act: act.sample):
        yield list(own)


async def _enter(engine: Engine, report: Report) -> list[Surprise]:
    refusal = await engine.report(report.sample, "reporter", report.fields)
    if refusal is None:
        return []
    return [Surprise(report.sample, "report", "taken in", f"{refusal.code}: {refusal.detail}")]


async def _work(engine: Engine, acts: Sequence[Act]) -> list[Surprise]:
    """One case's acts of a stop, in order."""
    surprises = []
    for act in acts:
        refusal = await engine.do(act.sample, act.command, act.actor, act.params)
        code = refusal.code if refusal else None
        if code != act.refusal:
            found = f"{refusal.code}: {refusal.detail}" if refusal else "done"
            what = f"{act.command} by {act.actor}"
            surprises.append(Surprise(act.sample, what, act.refusal or "done", found))
    return surprises


def _ended(sample: str, arc: Arc, seen: Observed | None) -> Iterator[Surprise]:
    if seen is None:
        yield Surprise(sample, arc.title, arc.state, "no case")
        return
    expected = (arc.state, arc.rung, arc.outcome, arc.climbs)
    found = _end(seen.case, seen)
    if found != expected:
        yield Surprise(sample, arc.title, str(expected), str(found))


def _end(case: Case, seen: Observed) -> tuple[str, str, str | None, int]:
    climbs = sum(event.type == "CaseEscalated" for event in seen.history)
    return case.state, case.rung, case.outcome, climbs
