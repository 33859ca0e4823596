"""2,000 cases due in the same second, against workflows with the same timer and one insert."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.figures import Figure
from bench.office import at_a_time, fresh_office, rate
from bench.tables import bench_table
from domain.actor import REPORTER
from domain.report import Report
from workers.bootstrap import Office
from workers.worker import build_worker

_CASES = 2_000
_PROBE = 200
_ROUNDS = 3
_WIDTH = 16
#: Setting up takes so many times what a first try says, and then everything rests for a while.
_MARGIN, _REST = 1.6, timedelta(seconds=8)
_LATER = timedelta(days=3)
_MORNING = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
#: A report of that morning must be accepted by the end of the second working day after it.
_DUE = datetime(2026, 3, 11, 17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
_OURS = "select count(*) from firing where firing = 'breach'"
_BARE = "select count(*) from bench_row"
_DOUBLED = """
select count(*) - count(distinct case_id) from event where type = 'DeadlineMissed'
"""

#: Begins the wait of one case or workflow for a moment.
Begin = Callable[[datetime], Awaitable[None]]


@workflow.defn(sandboxed=False)
class TimerWorkflow:
    """The least a durable deadline can cost: a timer, a local activity, an insert."""

    @workflow.run
    async def run(self, at: datetime) -> None:
        await workflow.sleep(max(at - workflow.now(), timedelta()))
        await workflow.execute_local_activity(
            "fire", result_type=str, start_to_close_timeout=timedelta(seconds=30)
        )


def _case(office: Office) -> Begin:
    """Begins a case whose first clock ends at the given moment."""

    async def begin(due: datetime) -> None:
        base = round((_DUE - due).total_seconds())
        form = Report(unit="26737", category="road", text="Ổ gà", clock_base=base)
        key = str(uuid.uuid4())
        receipt = await office.log.intake.take(form, REPORTER, key, _MORNING.astimezone(UTC))
        await office.gateway.start(receipt.case_id)

    return begin


def _timer(office: Office) -> Begin:
    async def begin(due: datetime) -> None:
        await office.client.start_workflow(
            TimerWorkflow.run, due, id=f"timer/{uuid.uuid4()}", task_queue="bare"
        )

    return begin


async def _per_second(office: Office, begin: Begin, query: str) -> float:
    """How many wait for the same second, and are done so many of them per second after it."""
    before = int(await office.log.pool.fetchval(query))
    due = await _time_enough(begin)
    await at_a_time(_WIDTH, _CASES, lambda _: begin(due))
    left = (due - datetime.now(UTC)).total_seconds()
    if left < 0:
        raise RuntimeError(f"Setting up took {-left:.0f} s too long; try a quieter machine.")
    await asyncio.sleep(left)
    started = time.perf_counter()
    while await office.log.pool.fetchval(query) < before + _CASES:
        await asyncio.sleep(0.1)
    return _CASES / (time.perf_counter() - started)


async def _time_enough(begin: Begin) -> datetime:
    """A moment by which all will be waiting, to the second, as a first try tells."""
    later = datetime.now(UTC) + _LATER
    per_second = await rate(_WIDTH, _PROBE, lambda _: begin(later))
    ahead = timedelta(seconds=_MARGIN * _CASES / per_second) + _REST
    return (datetime.now(UTC) + ahead).replace(microsecond=0)


def _bare_worker(office: Office, insert: Callable[[bytes], Awaitable[object]]) -> Worker:
    @activity.defn(name="fire")
    async def fire() -> str:
        await insert(b"fired")
        return ""

    return Worker(
        office.client,
        task_queue="bare",
        workflows=[TimerWorkflow],
        activities=[fire],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=2_000,
        max_concurrent_local_activities=100,
        max_concurrent_workflow_tasks=100,
    )


async def measure() -> list[Figure]:
    pairs = list[tuple[float, float]]()
    async with fresh_office() as office, bench_table(office) as insert:
        async with _bare_worker(office, insert), build_worker(office):
            for _ in range(_ROUNDS):
                bare = await _per_second(office, _timer(office), _BARE)
                pairs.append((await _per_second(office, _case(office), _OURS), bare))
            await asyncio.sleep(2)
        if doubled := await office.log.pool.fetchval(_DOUBLED):
            raise RuntimeError(f"{doubled} deadlines fired twice.")
    ours, against = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return [Figure("wake_ups", ours, against, ratio, 0.7, "/s", note="none doubled")]
