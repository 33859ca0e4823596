"""Cases that nobody acts on climb the ladder by themselves, on a real server in virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from domain.events import CaseEscalated
from tests.stacks import (
    CLASSIC,
    COMMUNE,
    DISTRICT,
    INTAKE,
    LEADER,
    OFFICER,
    PROVINCE,
    SINCE_2025,
    Site,
    local,
)

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]

CLIMB = ["DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted"]


async def times(site: Site, case_id: str, kind: str) -> list[str]:
    """When events of a kind happened, in local time."""
    zone = CLASSIC.tzinfo
    events = await site.history(case_id)
    return [f"{e.occurred_at.astimezone(zone):%m-%d %H:%M}" for e in events if e.type == kind]


async def test_a_case_climbs_commune_district_province_in_the_classic_pack(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.advance(days=20)
    types = await site.types(case_id)
    assert types[:11] == ["CaseReported", "ClockStarted", *CLIMB, *CLIMB, "DeadlineMissed"]
    assert set(types[11:]) == {"TopRungReminder"}
    assert await times(site, case_id, "DeadlineMissed") == [
        "03-06 17:00",
        "03-08 17:00",
        "03-12 17:00",
    ]
    assert await times(site, case_id, "TopRungReminder") == ["03-15 17:00", "03-20 17:00"]
    row = await site.row(case_id)
    assert (row.rung, row.accountable, row.late) == ("province", PROVINCE, True)
    climbed = [e.body for e in await site.history(case_id) if isinstance(e.body, CaseEscalated)]
    assert [(step.from_body, step.to_body) for step in climbed] == [
        (COMMUNE, DISTRICT),
        (DISTRICT, PROVINCE),
    ]


async def test_a_case_climbs_from_commune_to_province_in_the_pack_since_2025(site: Site) -> None:
    case_id = await site.report(SINCE_2025)
    await site.advance(days=10)
    assert await site.types(case_id) == [
        "CaseReported",
        "ClockStarted",
        *CLIMB,
        "DeadlineMissed",
        "TopRungReminder",
    ]
    assert await times(site, case_id, "DeadlineMissed") == ["10-08 17:00", "10-10 17:00"]
    assert (await site.row(case_id)).accountable == PROVINCE


async def climb_together(site: Site, days: int) -> Counter[str]:
    """Let a hundred cases climb at once; returns what happened to each of them."""
    cases = await asyncio.gather(*(site.report(CLASSIC) for _ in range(100)))
    await site.advance(days=days)
    histories = [await site.types(case_id) for case_id in cases]
    assert histories == [histories[0]] * 100
    happened = Counter(histories[0])
    fired = "select count(*) from firing where case_id = any($1::text[])"
    once_each = happened["DeadlineMissed"] + happened["TopRungReminder"]
    assert await site.office.log.pool.fetchval(fired, cases) == 100 * once_each
    return happened


@pytest.mark.long
async def test_a_hundred_cases_climb_at_once_and_nothing_fires_twice(site: Site) -> None:
    happened = await climb_together(site, days=9)
    assert (happened["DeadlineMissed"], happened["CaseEscalated"]) == (3, 2)


@pytest.mark.long
async def test_a_hundred_cases_climb_at_once_over_sixty_days(site: Site) -> None:
    assert await climb_together(site, days=60) == {
        "CaseReported": 1,
        "ClockStarted": 3,
        "DeadlineMissed": 3,
        "ClockStopped": 2,
        "CaseEscalated": 2,
        "TopRungReminder": 11,
    }


async def test_a_pause_across_the_deadline_misses_nothing_and_gives_its_days_back(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.live(case_id, until="take")
    assert (await site.row(case_id)).due_at == local("2024-03-18 17:00")
    await site.advance(days=10)
    await site.done(case_id, "pause", OFFICER, waiting_for="reporter", reason="Chờ giấy tờ")
    await site.advance(days=6)
    row = await site.row(case_id)
    assert (row.paused, row.due_at, row.late, row.rung) == (True, None, False, "commune")
    await site.done(case_id, "resume", OFFICER)
    assert (await site.row(case_id)).due_at == local("2024-03-22 17:00")
    await site.advance(days=2.5)
    assert await times(site, case_id, "DeadlineMissed") == ["03-22 17:00"]
    assert (await site.row(case_id)).accountable == DISTRICT


async def test_an_extension_moves_the_deadline_and_the_armed_timer_does_not_fire_it(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.live(case_id, until="take")
    await site.done(case_id, "extend", LEADER, days=5, reason="Cần thợ chuyên môn")
    await site.advance(days=16)
    assert (await site.row(case_id)).late is False
    await site.advance(days=6)
    assert await times(site, case_id, "DeadlineMissed") == ["03-25 17:00"]


async def test_a_hot_spot_counts_in_hours_and_wakes_the_case_earlier(site: Site) -> None:
    case_id = await site.report(local("2024-03-09 20:00"))
    await site.done(case_id, "set_severity", LEADER, severity="hot_spot", reason="Đông người")
    await site.advance(hours=9)
    assert await times(site, case_id, "DeadlineMissed") == ["03-10 00:00", "03-10 04:00"]
    assert (await site.row(case_id)).accountable == PROVINCE
    await site.advance(hours=13)
    assert await times(site, case_id, "TopRungReminder") == ["03-10 12:00", "03-10 16:00"]


async def test_a_case_that_was_given_up_the_ladder_is_worked_on_there(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.advance(days=3)
    lower = await site.do(case_id, "decline", INTAKE, basis="x", reason="Không thuộc thẩm quyền")
    assert lower.rejected == "not_accountable"
    answer = await site.done(case_id, "accept", f"intake_officer@{DISTRICT}")
    assert answer.events == ("CaseAccepted", "ClockStopped", "ClockStarted")
