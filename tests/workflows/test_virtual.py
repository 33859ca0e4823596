"""Moving the time of an installation: every case follows, and nothing is left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.stacks import CLASSIC, DUE, INTAKE, SINCE_2025, Site
from workers.virtual import VirtualTime

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]


async def test_everything_due_on_the_way_has_fired_when_it_returns(site: Site) -> None:
    cases = await asyncio.gather(*(site.report(CLASSIC) for _ in range(10)))
    await site.advance(days=2, hours=10)
    for case_id in cases:
        assert [event.occurred_at for event in await site.history(case_id)][2:] == [DUE] * 4


async def test_the_time_moved_is_the_installations_for_later_reports_and_commands(
    site: Site,
) -> None:
    before = await site.office.log.now()
    case_id = await site.report(SINCE_2025)
    await site.advance(days=1)
    moved = await site.office.log.now() - before
    assert timedelta(days=1) <= moved < timedelta(days=1, minutes=1)
    await site.done(case_id, "note", "intake_officer@unit:26740", text="Một ngày sau")
    noted = (await site.history(case_id))[-1]
    assert abs(noted.occurred_at - SINCE_2025 - timedelta(days=1)) < timedelta(minutes=1)
    later = await site.report(CLASSIC)
    await site.done(later, "accept", INTAKE)
    accepted = next(e for e in await site.history(later) if e.type == "CaseAccepted")
    assert abs(accepted.occurred_at - CLASSIC) < timedelta(minutes=1)


async def test_an_earlier_moment_changes_nothing(site: Site) -> None:
    now = await site.office.log.now()
    await VirtualTime(site.office).until(now - timedelta(days=300))
    assert await site.office.log.now() - now < timedelta(minutes=1)


async def test_steps_add_up_to_the_same_as_one_stride(site: Site) -> None:
    cases = [await site.report(CLASSIC), await site.report(CLASSIC)]
    for _ in range(6):
        await site.advance(days=1)
    steps = [[(e.type, e.occurred_at) for e in await site.history(case)] for case in cases]
    stride = await site.report(CLASSIC)
    await site.advance(days=6)
    whole = [(e.type, e.occurred_at) for e in await site.history(stride)]
    assert steps == [whole, whole]
