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
#: Setting up may take so many times what a first try says, and then everything rests for a while;
#: on a busy machine it is tried again with more time.
_MARGINS, _REST = (1.6, 2.4, 3.6, 5.4), timedelta(seconds=8)
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
    for margin in _MARGINS:
        before = int(await office.log.pool.fetchval(query))
        due = await _time_enough(begin, margin)
        await _begun(begin, due)
        left = (due - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(left, 0))
        started = time.perf_counter()
        await _all_done(office, query, before + _CASES)
        if left > 0:
            return _CASES / (time.perf_counter() - started)
        print(f"  setting up took {-left:.0f} s too long; tried again", flush=True)
    raise RuntimeError("The cases were never all waiting in time; try a quieter machine.")


async def _begun(begin: Begin, due: datetime) -> None:
    await at_a_time(_WIDTH, _CASES, lambda _: begin(due))


async def _all_done(office: Office, query: str, expected: int) -> None:
    while await office.log.pool.fetchval(query) < expected:
        await asyncio.sleep(0.1)


async def _time_enough(begin: Begin, margin: float) -> datetime:
    """A moment by which all will be waiting, to the second, as a first try tells."""
    later = datetime.now(UTC) + _LATER
    per_second = await rate(_WIDTH, _PROBE, lambda _: begin(later))
    ahead = timedelta(seconds=margin * _CASES / per_second) + _REST
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
