"""The worker process: Temporal worker, relay, sealer and projector, until asked to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from eventlog.feed import Seals
from eventlog.outbox import Outbox
from eventlog.projector import Projector
from eventlog.sealer import Sealer
from workers.bootstrap import Office
from workers.relay import Relay
from workflows.bulk import BulkWorkflow
from workflows.case import CaseWorkflow

__all__ = ["build_worker", "running", "sandbox"]

#: Rules are pure, so they need no sandbox; passing them through makes a start 8 times cheaper.
_PASSED = ("activities.messages", "domain", "pydantic", "pydantic_core", "annotated_types")


def sandbox() -> SandboxedWorkflowRunner:
    """How workflows run here, live and in replay."""
    return SandboxedWorkflowRunner(SandboxRestrictions.default.with_passthrough_modules(*_PASSED))


def build_worker(office: Office) -> Worker:
    """The Temporal worker of an installation."""
    return Worker(
        office.client,
        task_queue=office.log.settings.task_queue,
        workflows=[CaseWorkflow, BulkWorkflow],
        activities=list(office.activities),
        workflow_runner=sandbox(),
        max_cached_workflows=2_000,
        max_concurrent_local_activities=100,
        max_concurrent_workflow_tasks=100,
    )


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Everything that makes cases move, while the context lasts."""
    stop = asyncio.Event()
    relay = Relay(Outbox(office.log.pool), office.gateway)
    log, dsn = office.log, office.log.settings.database_url.get_secret_value()
    projector = Projector(log.pool, log.keys, log.projections)
    async with build_worker(office):
        work = (relay.run(stop), Sealer(dsn).run(stop), projector.run(stop, Seals(dsn)))
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)
