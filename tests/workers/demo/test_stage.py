"""The first reports of the demo on real servers: the same story as by the rules alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
import pytest_asyncio

from domain.context import Context, Law
from workers.bootstrap import Office
from workers.demo.perform import perform
from workers.demo.plan import make_plan
from workers.demo.samples import Sample
from workers.demo.stage import open_stage, temporary_office
from workers.demo.story import counts, deadline, standing, told
from workers.drill.engine import Observed
from workers.drill.memory import MemoryEngine

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("demo")]

#: Enough for most stories, a merge among them, and few enough for half a minute.
_FEW = 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office() -> AsyncIterator[Office]:
    async with temporary_office() as opened:
        yield opened
    # The bridge of the Temporal client may still be letting go (sdk-python #300).
    await asyncio.sleep(0.5)


def happened(seen: Observed) -> list[tuple[str, str]]:
    """What happened to a case, in order, and who did it."""
    return [(event.type, str(event.actor)) for event in seen.history]


def apart(one: Observed, other: Observed) -> timedelta:
    """How far two tellings of a story are apart at most: commands take real time."""
    pairs = zip(one.history, other.history, strict=True)
    return max(abs(a.occurred_at - b.occurred_at) for a, b in pairs)


async def test_it_goes_as_in_memory_and_can_be_told(
    office: Office, law: Law, first_day: Context, samples: tuple[Sample, ...]
) -> None:
    plan = make_plan(samples[:_FEW], first_day)
    stage = await open_stage(office, plan.start)
    real = await perform(plan, stage)
    by_rules = await perform(plan, MemoryEngine(plan.start, law))
    assert real.surprises == by_rules.surprises == ()
    for sample, seen in real.cases.items():
        assert happened(seen) == happened(by_rules.cases[sample]), sample
        assert apart(seen, by_rules.cases[sample]) < timedelta(minutes=5), sample
    await _can_be_told(office, real.cases, stage.ids)


async def _can_be_told(office: Office, cases: Mapping[str, Observed], ids: dict[str, str]) -> None:
    events = [event for seen in cases.values() for event in seen.history]
    look = await standing(office.log)
    assert (look.cases, look.events) == (len(cases), len(events))
    assert len(look.climbs) == sum(event.type == "CaseEscalated" for event in events)
    assert sum(look.by_place.values()) == len(cases)
    assert (await counts(office.log.pool)).total() == len(events)
    answered = next(s for s, seen in cases.items() if seen.case.outcome == "solved_confirmed")
    assert (await told(office.log, ids[answered])).history == cases[answered].history
    explained = await deadline(office.log, ids[answered])
    assert "10 working days" in explained.lines[0].text
    with pytest.raises(LookupError):
        await told(office.log, "no such case")


async def test_a_refused_report_and_an_unknown_case_are_told(office: Office, law: Law) -> None:
    stage = await open_stage(office, await office.log.now())
    report = {"unit": "99999", "category": "road", "text": "x"}
    refusal = await stage.report("a", "reporter", report)
    assert refusal is not None
    assert (refusal.code, refusal.param) == ("invalid", "unit")
    unknown = await stage.do("a", "accept", "intake_officer@unit:26740", {})
    assert unknown is not None
    assert unknown.code == "unknown_case"
    assert await stage.observe("a") is None
