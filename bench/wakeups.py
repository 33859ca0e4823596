"""2,000 cases due in the same second, against workflows with the same timer and one insert."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.figures import Figure
from bench.office import at_a_time, fresh_office
from bench.tables import bench_table
from domain.actor import REPORTER
from domain.report import Report
from workers.bootstrap import Office
from workers.worker import build_worker

_CASES = 2_000
_AHEAD = timedelta(seconds=120)
_MORNING = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
#: A report of that morning must be accepted by the end of the second working day after it.
_DUE = datetime(2026, 3, 11, 17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@workflow.defn(sandboxed=False)
class TimerWorkflow:
    """The least a durable deadline can cost: a timer, a local activity, an insert."""

    @workflow.run
    async def run(self, at: datetime) -> None:
        await workflow.sleep(max(at - workflow.now(), timedelta()))
        await workflow.execute_local_activity(
            "fire", result_type=str, start_to_close_timeout=timedelta(seconds=30)
        )


async def _until(office: Office, query: str, count: int) -> float:
    while await office.log.pool.fetchval(query) < count:
        await asyncio.sleep(0.05)
    return time.perf_counter()


async def _ours(office: Office) -> float:
    due = datetime.now(UTC) + _AHEAD
    base = int((_DUE.astimezone(UTC) - due).total_seconds())
    received = _MORNING.astimezone(UTC)

    async def report(_: int) -> None:
        form = Report(unit="26737", category="road", text="Ổ gà", clock_base=base)
        key = str(uuid.uuid4())
        receipt = await office.log.intake.take(form, REPORTER, key, received)
        await office.gateway.start(receipt.case_id)

    await at_a_time(16, _CASES, report)
    return await _fired(
        office, due, "select count(*) from event where type = 'DeadlineMissed'", "cases"
    )


async def _bare(office: Office) -> float:
    due = datetime.now(UTC) + _AHEAD

    async def start(number: int) -> None:
        await office.client.start_workflow(
            TimerWorkflow.run, due, id=f"timer/{number}", task_queue="bare"
        )

    await at_a_time(16, _CASES, start)
    return await _fired(office, due, "select count(*) from bench_row", "timers")


async def _fired(office: Office, due: datetime, query: str, what: str) -> float:
    left = (due - datetime.now(UTC)).total_seconds()
    if left < 0:
        raise RuntimeError(f"Starting the {what} took too long by {-left:.0f} s.")
    print(f"  {_CASES} {what} wait for the same second, {left:.0f} s from now", flush=True)
    await asyncio.sleep(left)
    begin = time.perf_counter()
    return await _until(office, query, _CASES) - begin


async def measure() -> list[Figure]:
    async with fresh_office() as office, bench_table(office) as insert:

        @activity.defn(name="fire")
        async def fire() -> str:
            await insert(b"fired")
            return ""

        bare_worker = Worker(
            office.client,
            task_queue="bare",
            workflows=[TimerWorkflow],
            activities=[fire],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=2_000,
            max_concurrent_local_activities=100,
            max_concurrent_workflow_tasks=100,
        )
        async with bare_worker:
            bare = await _bare(office)
        async with build_worker(office):
            ours = await _ours(office)
            await asyncio.sleep(2)
        doubled = await office.log.pool.fetchval(
            "select count(*) - count(distinct case_id) from event where type = 'DeadlineMissed'"
        )
    if doubled:
        raise RuntimeError(f"{doubled} deadlines fired twice.")
    rate, against = _CASES / ours, _CASES / bare
    return [Figure("wake_ups", rate, against, rate / against, 0.7, "/s", note="none doubled")]
