"""PostgreSQL, the worker or a run is away for a while; what was due happens once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType

from domain.events import ClockStarted
from eventlog.virtual_clock import advance
from tests.stacks import CLASSIC, DISTRICT, DUE, INTAKE, OFFICER, Site, opened, settings_of
from workers.bootstrap import open_office
from workers.worker import running
from workflows.gateway import Unavailable

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("outage")]

#: An officer waits no longer than this for a failure (seconds).
PATIENCE = 8.5
LATE = ["DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("outage")) as site:
        await site.start_work()
        yield site


async def until_climbed(site: Site, *cases: str) -> None:
    async with asyncio.timeout(60):
        while {(await site.row(case_id)).rung for case_id in cases} != {"district"}:
            await asyncio.sleep(0.05)


async def test_without_postgresql_a_command_fails_cleanly_and_its_key_works_once_it_is_back(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.done(case_id, "accept", INTAKE)
    await site.stack.postgres.stop()
    try:
        start = time.monotonic()
        with pytest.raises(Unavailable):
            await site.do(case_id, "note", OFFICER, key="down/1", text="Đã xem")
        waited = time.monotonic() - start
    finally:
        await site.stack.postgres.start()
    assert waited < PATIENCE
    assert "ProgressNoted" not in await site.types(case_id)
    answer = await site.do(case_id, "note", OFFICER, key="down/1", text="Đã xem")
    again = await site.do(case_id, "note", OFFICER, key="down/1", text="Đã xem")
    assert (answer.rejected, answer.version) == (None, again.version)
    assert (await site.types(case_id)).count("ProgressNoted") == 1


async def test_without_postgresql_a_run_that_only_starts_fails_its_command_in_time_too(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.office.gateway.handle(case_id).terminate()
    await site.stack.postgres.stop()
    try:
        with pytest.raises(Unavailable):
            await site.do(case_id, "note", OFFICER, key="down/2", text="Đã xem")
    finally:
        await site.stack.postgres.start()
    answer = await site.do(case_id, "note", OFFICER, key="down/2", text="Đã xem")
    assert answer.events == ("ProgressNoted",)
    assert (await site.types(case_id)).count("ProgressNoted") == 1


async def test_a_deadline_that_comes_while_postgresql_is_down_fires_once_when_it_is_back(
    site: Site,
) -> None:
    case_id = await site.report_due(datetime.now(UTC) + timedelta(seconds=2))
    await site.settled()
    await site.done(case_id, "note", OFFICER, text="Đã xem")
    await site.stack.postgres.stop()
    try:
        await asyncio.sleep(8)  # past the five seconds of quick attempts
    finally:
        await site.stack.postgres.start()
    await until_climbed(site, case_id)
    assert [e.occurred_at for e in await site.history(case_id)][3:] == [DUE] * 4
    history = await site.office.gateway.handle(case_id).fetch_history()
    kinds = [event.event_type for event in history.events]
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED in kinds
    assert await site.runs(case_id) == 1


async def test_a_deadline_that_comes_while_no_worker_runs_fires_once_when_one_is_back(
    site: Site,
) -> None:
    case_id = await site.report_due(datetime.now(UTC) + timedelta(seconds=2))
    await site.settled()
    await site.stop_work()
    try:
        await asyncio.sleep(3)
        assert await site.types(case_id) == ["CaseReported", "ClockStarted"]
    finally:
        await site.start_work()
    await until_climbed(site, case_id)
    # Less than a minute late: it takes its due time.
    assert [e.occurred_at for e in await site.history(case_id)][2:] == [DUE] * 4


@pytest.mark.long
async def test_what_fires_more_than_a_minute_late_happens_now_and_what_it_starts_begins_now(
    site: Site,
) -> None:
    case_id = await site.report_due(datetime.now(UTC) + timedelta(seconds=2))
    await site.settled()
    await site.stop_work()
    try:
        await asyncio.sleep(65)
    finally:
        await site.start_work()
    await until_climbed(site, case_id)
    fired = (await site.history(case_id))[2:]
    assert [event.type for event in fired] == LATE
    assert timedelta(minutes=1) < fired[0].occurred_at - DUE < timedelta(minutes=3)
    assert {event.occurred_at for event in fired} == {fired[0].occurred_at}


async def test_after_a_long_outage_everything_due_fires_in_order_and_begins_now(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    await site.live(case_id, until="take")
    await site.office.gateway.handle(case_id).terminate()
    await site.stop_work()
    try:
        await advance(site.office.log.pool, timedelta(days=30))
    finally:
        await site.start_work()
    back = CLASSIC + timedelta(days=30)
    await site.office.gateway.start(case_id)
    await until_climbed(site, case_id)
    late = (await site.history(case_id))[-6:]
    assert [event.type for event in late] == ["ReminderDue", "ReminderDue", *LATE]
    assert {event.occurred_at for event in late} == {late[0].occurred_at}
    assert abs(late[0].occurred_at - back) < timedelta(minutes=2)
    started = late[-1].body
    assert isinstance(started, ClockStarted)
    assert (started.body, started.term.start) == (DISTRICT, late[0].occurred_at)


async def test_fifty_cases_due_in_the_same_second_fire_once_each_with_two_workers(
    site: Site,
) -> None:
    async with open_office(settings_of(site.stack)) as second, running(second):
        moment = await site.office.log.now() + timedelta(seconds=4)
        cases = await asyncio.gather(*(site.report_due(moment) for _ in range(50)))
        await until_climbed(site, *cases)
    for case_id in cases:
        assert (await site.types(case_id))[2:] == LATE
    fired = "select count(*) from firing where case_id = any($1::text[])"
    assert await site.office.log.pool.fetchval(fired, cases) == 50


async def test_nothing_is_wrong_with_the_log_after_all_this(site: Site) -> None:
    assert await site.findings() == []
