"""The whole life of a case on the real server: from report to close, and again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from tests.stacks import CLASSIC, COMMUNE, INTAKE, LIFE, OFFICER, SINCE_2025, Site, local

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]


async def test_a_closed_case_ends_its_workflow_and_no_deadline_is_left(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id)
    assert await site.ended(case_id) is WorkflowExecutionStatus.COMPLETED
    version = (await site.row(case_id)).version
    await site.advance(days=30)
    row = await site.row(case_id)
    assert (row.version, row.open, row.outcome) == (version, False, "solved_unconfirmed")


async def test_a_reopened_case_gets_a_new_run_and_its_deadlines_back(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id)
    await site.ended(case_id)
    await site.advance(days=2)
    await site.done(case_id, "reopen", "reporter", reason="Mưa một trận lại bong")
    assert await site.runs(case_id, 2) == 2
    assert (await site.row(case_id)).due_at == local("2024-03-20 17:00")
    await site.advance(days=15)
    missed = [e.occurred_at for e in await site.history(case_id) if e.type == "DeadlineMissed"]
    assert missed == [local("2024-03-20 17:00")]


async def test_a_life_costs_at_most_eight_history_events_per_command(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id)
    await site.ended(case_id)
    description = await site.office.gateway.handle(case_id).describe()
    assert description.history_length / len(LIFE) <= 8


async def test_the_timer_is_lazy_a_later_deadline_leaves_it_and_its_early_firing_re_arms(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.live(case_id, until="take")
    await site.advance(days=4)
    assert (await site.row(case_id)).late is False
    await site.advance(days=11)
    kinds = [e.type for e in await site.history(case_id)]
    assert (kinds.count("ReminderDue"), kinds.count("DeadlineMissed")) == (2, 1)
    timers = await started_timers(site, case_id)
    # The accept clock's, which fires early; two reminders; the breach; the next rung's reminder.
    assert len(timers) == 5
    assert timers == sorted(timers)


async def started_timers(site: Site, case_id: str) -> list[datetime]:
    history = await site.office.gateway.handle(case_id).fetch_history()
    return [
        event.event_time.ToDatetime()
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED
    ]


async def test_an_earlier_deadline_re_arms_the_timer_at_once(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.done(case_id, "note", OFFICER, text="Đã xem")
    before = len(await started_timers(site, case_id))
    leader = f"leader@{COMMUNE}"
    await site.done(case_id, "set_severity", leader, severity="hot_spot", reason="Đông người")
    await site.done(case_id, "note", OFFICER, text="Đang theo dõi")
    assert len(await started_timers(site, case_id)) == before + 1


async def test_the_reporter_of_a_merged_case_is_informed_with_the_survivor(site: Site) -> None:
    merged, survivor = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.done(merged, "accept", INTAKE)
    await site.live(survivor, until="take")
    await site.done(merged, "merge", INTAKE, into=survivor, reason="Cùng một ổ gà")
    assert (await site.row(survivor)).open
    for name, actor, params in LIFE[5:8]:
        await site.done(survivor, name, actor, **params)
    await site.settled()
    informed = [e for e in await site.history(merged) if e.type == "ReporterInformed"]
    assert len(informed) == 1
    assert getattr(informed[0].body, "through", None) == survivor
    assert str(informed[0].actor) == "system"


async def test_a_merged_reporter_who_is_not_content_gets_the_own_case_and_its_timer_back(
    site: Site,
) -> None:
    merged, survivor = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.live(survivor, until="take")
    await site.done(merged, "merge", INTAKE, into=survivor, reason="Cùng một ổ gà")
    for name, actor, params in LIFE[5:8]:
        await site.done(survivor, name, actor, **params)
    await site.settled()
    await site.done(merged, "reopen", "reporter", reason="Trước nhà tôi vẫn còn")
    await site.settled()
    assert (await site.types(survivor))[-1] == "CaseLinked"
    assert (await site.row(merged)).next_wakeup is not None
    await site.advance(days=10)
    assert "DeadlineMissed" in await site.types(merged)


async def test_a_merged_case_misses_no_deadline_and_gets_its_clock_back_when_unmerged(
    site: Site,
) -> None:
    merged, survivor = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.live(merged, until="take")
    await site.live(survivor, until="take")
    await site.done(merged, "merge", INTAKE, into=survivor, reason="Cùng một ổ gà")
    await site.advance(days=3)
    assert (await site.row(merged)).next_wakeup is None
    await site.done(merged, "unmerge", INTAKE, reason="Hai ổ gà khác nhau")
    assert (await site.row(merged)).due_at == local("2024-03-18 17:00")
    await site.advance(days=13)
    for case_id in (merged, survivor):
        kinds = await site.types(case_id)
        assert (kinds.count("ReminderDue"), kinds.count("DeadlineMissed")) == (2, 1)


async def test_a_program_that_starts_the_workflow_itself_gets_the_events_of_an_intake(
    site: Site,
) -> None:
    by_intake = await site.report(SINCE_2025)
    by_program = await site.start_directly(SINCE_2025)
    await site.advance(days=10)
    one, two = await site.history(by_intake), await site.history(by_program)
    assert [(e.type, e.occurred_at) for e in one[1:]] == [(e.type, e.occurred_at) for e in two[1:]]
    assert str(two[0].actor) == "integration@unit:79"
    own = {"code", "clock_base"}
    assert one[0].body.model_dump(exclude=own) == two[0].body.model_dump(exclude=own)
    assert one[0].occurred_at == two[0].occurred_at


async def test_a_program_that_starts_a_workflow_with_a_wrong_report_is_told(site: Site) -> None:
    case_id = await site.start_directly(SINCE_2025, unit="99999")
    assert await site.ended(case_id) is WorkflowExecutionStatus.FAILED
    assert await site.office.log.store.row(case_id) is None
    site.cases.remove(case_id)


async def test_a_program_cannot_put_another_report_on_a_case_that_is_there(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id)
    await site.ended(case_id)
    version = (await site.row(case_id)).version
    await site.start_directly(CLASSIC, case_id=case_id, text="Một phản ánh khác")
    assert await site.ended(case_id) is WorkflowExecutionStatus.FAILED
    assert (await site.row(case_id)).version == version
    await site.done(case_id, "feedback", "reporter", satisfied=True)


async def test_time_on_a_case_never_runs_backwards_when_its_workflow_starts_anew(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.advance(days=1)
    await site.done(case_id, "accept", INTAKE)
    await site.office.gateway.handle(case_id).terminate()
    await site.done(case_id, "note", OFFICER, text="Sau khi khởi động lại")
    times = [event.occurred_at for event in await site.history(case_id)]
    assert times == sorted(times)
    assert timedelta() <= times[-1] - times[-2] < timedelta(minutes=1)
