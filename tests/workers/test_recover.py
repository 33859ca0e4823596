"""Temporal away, or lost with all it knew: reports come in, and the log brings all cases back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from tests.stacks import CLASSIC, DUE, INTAKE, OFFICER, Site, opened
from workers.recover import recover
from workflows.gateway import Unavailable

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("recover")]

CLIMB = ["DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("recover")) as site:
        await site.start_work()
        yield site


async def alive(site: Site, case_id: str) -> bool:
    """Whether Temporal runs a workflow for the case."""
    try:
        description = await site.office.gateway.handle(case_id).describe()
    except RPCError:
        return False
    return description.status is WorkflowExecutionStatus.RUNNING


async def test_without_temporal_reports_are_accepted_and_each_gets_its_workflow_later(
    site: Site,
) -> None:
    await site.stack.temporal.stop()
    try:
        cases = await asyncio.gather(*(site.report(CLASSIC) for _ in range(30)))
        with pytest.raises(Unavailable):
            await site.do(cases[0], "accept", INTAKE)
        assert (await site.row(cases[0])).state == "received"
    finally:
        await site.stack.temporal.start()
    async with asyncio.timeout(60):
        await site.settled()
    for case_id in cases:
        assert await alive(site, case_id)
    assert (await site.done(cases[0], "accept", INTAKE)).events[0] == "CaseAccepted"
    await site.finish()


async def test_a_lost_temporal_comes_back_from_the_log_and_every_deadline_fires_once(
    site: Site,
) -> None:
    untouched = [await site.report(CLASSIC) for _ in range(5)]
    climbed, paused, worked, closed = [await site.report(CLASSIC) for _ in range(4)]
    await site.live(closed)
    await site.live(worked, until="take")
    await site.live(paused, until="take")
    await site.done(paused, "pause", OFFICER, waiting_for="reporter", reason="Chờ giấy tờ")
    await site.advance(days=1)
    await site.stop_work()
    await site.stack.temporal.stop()
    shutil.rmtree(site.stack.info.data_dir / "temporal")
    await site.stack.temporal.start()
    await site.start_work()
    open_cases = [*untouched, climbed, paused, worked]
    assert not any([await alive(site, case_id) for case_id in open_cases])
    assert await recover(site.office) == 8
    assert all([await alive(site, case_id) for case_id in open_cases])
    await site.advance(days=2)
    for case_id in (*untouched, climbed):
        assert (await site.types(case_id))[2:] == CLIMB
        assert (await site.history(case_id))[2].occurred_at == DUE
    await site.advance(days=17)
    worked_on = await site.types(worked)
    assert (worked_on.count("ReminderDue"), worked_on.count("DeadlineMissed")) == (2, 1)
    assert "DeadlineMissed" not in await site.types(paused)
    assert (await site.row(closed)).state == "closed"
    fired = "select count(*) from firing group by case_id, clock_id, firing having count(*) > 1"
    assert await site.office.log.pool.fetch(fired) == []
    await site.finish()


async def test_recovering_what_is_not_lost_changes_nothing_however_often(site: Site) -> None:
    cases = [await site.report(CLASSIC) for _ in range(45)]
    await site.settled()
    before = [await site.runs(case_id) for case_id in cases]
    assert [await recover(site.office) for _ in range(3)] == [45, 45, 45]
    await site.advance(days=3)
    assert [await site.runs(case_id) for case_id in cases] == before
    for case_id in cases:
        assert (await site.types(case_id))[2:] == CLIMB
    await site.finish()


async def test_recovery_finds_what_the_workflow_does_not_know_yet(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.live(case_id, until="take")
    await site.office.gateway.handle(case_id).terminate()
    await recover(site.office)
    await site.advance(days=15)
    types = await site.types(case_id)
    assert (types.count("ReminderDue"), types.count("DeadlineMissed")) == (2, 1)
    await site.finish()


async def test_nothing_is_wrong_with_the_log_after_all_this(site: Site) -> None:
    assert await site.findings() == []
