"""The plan is fixed, and the rules lead every story to the end that it names."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from domain.commands import COMMANDS
from domain.context import Context, Law
from workers.demo import arcs
from workers.demo.perform import Played, perform
from workers.demo.plan import DAYS, Plan, make_plan
from workers.demo.samples import Sample
from workers.demo.steps import Arc
from workers.drill.memory import MemoryEngine

_TITLES = [arc for arc in vars(arcs).values() if isinstance(arc, Arc)]


@pytest.fixture(scope="module")
def played(plan: Plan, law: Law) -> Played:
    return asyncio.run(perform(plan, MemoryEngine(plan.start, law)))


def test_the_same_samples_give_the_same_plan(
    plan: Plan, samples: tuple[Sample, ...], first_day: Context
) -> None:
    assert make_plan(samples, first_day) == plan


def test_it_lasts_sixty_working_days_in_steps(plan: Plan) -> None:
    days = [stop.day for stop in plan.stops]
    assert (days[0], days[-1], DAYS) == (1, 60, 60)
    assert [stop.at for stop in plan.stops] == sorted(stop.at for stop in plan.stops)
    assert len(days) > 10


def test_every_sample_is_reported_once(plan: Plan, samples: tuple[Sample, ...]) -> None:
    reported = Counter(report.sample for stop in plan.stops for report in stop.reports)
    assert reported == Counter(sample.id for sample in samples)


def test_every_story_is_told(plan: Plan) -> None:
    told = {arc.title for arc in plan.arcs.values()}
    assert told == {arc.title for arc in _TITLES}


def test_most_commands_are_given(plan: Plan) -> None:
    given = {act.command for stop in plan.stops for act in stop.acts}
    assert given <= set(COMMANDS)
    assert len(given) >= 25


def test_every_story_ends_as_planned(played: Played, plan: Plan) -> None:
    assert played.surprises == ()
    assert played.cases.keys() == plan.arcs.keys()


def test_who_is_left_alone_climbs_and_whoever_is_answered_does_not(played: Played) -> None:
    ends = Counter((seen.case.rung, seen.case.state) for seen in played.cases.values())
    assert ends["province", "received"] == 20
    assert ends["commune", "received"] == 0
    assert ends["commune", "closed"] > 90


def test_reporters_of_merged_cases_are_told(played: Played) -> None:
    merged = [seen.case for seen in played.cases.values() if seen.case.state == "merged"]
    assert len(merged) == 19
    assert all(case.informed_at for case in merged)


async def test_a_story_that_ends_otherwise_is_a_surprise(plan: Plan, law: Law) -> None:
    sample = plan.first(arcs.IGNORED)
    wrong = replace(plan, arcs={**plan.arcs, sample: arcs.SOLVED})
    found = await perform(wrong, MemoryEngine(plan.start, law))
    assert [surprise.sample for surprise in found.surprises] == [sample]


async def test_a_refusal_that_does_not_come_is_a_surprise(plan: Plan, law: Law) -> None:
    wanted = [replace(act, refusal="paused") for act in plan.stops[1].acts]
    stops = (plan.stops[0], replace(plan.stops[1], acts=tuple(wanted)), *plan.stops[2:])
    found = await perform(replace(plan, stops=stops), MemoryEngine(plan.start, law))
    assert len(found.surprises) == len(wanted)
    assert {surprise.expected for surprise in found.surprises} == {"paused"}


def test_a_story_that_nobody_follows_cannot_be_shown(plan: Plan) -> None:
    with pytest.raises(LookupError, match="nobody follows it"):
        plan.first(Arc("nobody follows it", (), "received"))
