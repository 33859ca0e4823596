"""The worker process: Temporal worker, relay, sealer and projector, until asked to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.worker import Worker

from activities.cloud_events import source_of
from activities.delivering import Deliverer
from activities.subscriptions import SubscriptionActivities
from eventlog.deliveries import Deliveries
from eventlog.feed import Seals
from eventlog.outbox import Outbox
from eventlog.projector import Projector
from eventlog.sealer import Sealer
from eventlog.subscriptions import Subscriptions
from workers.bootstrap import Office
from workers.relay import Relay
from workers.sandbox import sandbox
from workflows.bulk import BulkWorkflow
from workflows.case import CaseWorkflow
from workflows.subscription import SubscriptionWorkflow

__all__ = ["build_worker", "delivery_worker", "running"]

#: Each subscription takes one place while it is delivered.
_DELIVERED_AT_ONCE = 500


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


def delivery_worker(office: Office, seals: Seals) -> Worker:
    """The Temporal worker that calls receivers, on a queue of its own.

    A receiver that hangs holds up other receivers at most, and never a case.
    """
    activities = SubscriptionActivities(_deliverer(office, seals))
    return Worker(
        office.client,
        task_queue=office.subscribing.task_queue,
        workflows=[SubscriptionWorkflow],
        activities=list(activities.all),
        workflow_runner=sandbox(),
        max_concurrent_activities=_DELIVERED_AT_ONCE,
    )


def _deliverer(office: Office, seals: Seals) -> Deliverer:
    log = office.log
    return Deliverer(
        subscriptions=Subscriptions(log.pool, log.keys),
        deliveries=Deliveries(log.pool, log.keys),
        seals=seals,
        sender=log.outside,
        law=log.law,
        now=log.now,
        source=source_of(log.keys),
    )


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Everything that makes cases move, while the context lasts."""
    stop = asyncio.Event()
    relay = Relay(Outbox(office.log.pool), office.gateway, office.subscribing.stir)
    log, dsn = office.log, office.log.settings.database_url.get_secret_value()
    projector = Projector(log.pool, log.keys, log.projections)
    async with _listening(dsn) as seals, build_worker(office), delivery_worker(office, seals):
        work = (
            *(relay.run(stop), Sealer(dsn).run(stop), projector.run(stop, seals)),
            log.file_care.run(stop),
        )
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)


@asynccontextmanager
async def _listening(dsn: str) -> AsyncIterator[Seals]:
    """One ear for all who follow the log in this process."""
    seals = Seals(dsn)
    try:
        yield seals
    finally:
        await seals.close()
