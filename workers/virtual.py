"""Moving the time of a virtual stack: every open case at once, each clock firing on its way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from eventlog.virtual_clock import advance
from workers.bootstrap import Office
from workers.open_cases import open_cases
from workflows.case import CaseWorkflow

__all__ = ["NotVirtual", "VirtualTime"]

_AT_ONCE = 8
#: The server stops skipping silently after 200 timers unless told otherwise.
_SKIPS = 1_000_000


class NotVirtual(RuntimeError):
    """The stack runs in real time: start it with --virtual-time."""


@dataclass(frozen=True, slots=True)
class VirtualTime:
    """Moves an installation's time ahead."""

    office: Office

    async def until(self, moment: datetime) -> None:
        """Move to a moment of the installation's time; earlier ones change nothing."""
        await self.by(moment - await self.office.log.now())

    async def by(self, duration: timedelta) -> None:
        """Move ahead; everything that falls due on the way has fired when this returns."""
        if not self.office.log.settings.virtual_time:
            raise NotVirtual("This stack runs in real time; start it with --virtual-time.")
        if duration <= timedelta():
            return
        await self._settle()
        limit = asyncio.Semaphore(_AT_ONCE)
        skipper = TimeSkipper(
            self.office.client,
            config=TimeSkippingConfig(enabled=False, max_session_skip_count=_SKIPS),
        )
        async with asyncio.TaskGroup() as group:
            async for row in open_cases(self.office.log.store):
                handle = self.office.gateway.handle(row.case_id)
                group.create_task(_forward(skipper, handle, duration, limit))
        await advance(self.office.log.pool, duration)

    async def _settle(self) -> None:
        """Wait until every report taken in has its workflow; one without would not move."""
        while await self.office.log.pool.fetchval("select exists (select from outbox)"):
            await asyncio.sleep(0.05)


async def _forward(
    skipper: TimeSkipper,
    handle: WorkflowHandle[CaseWorkflow, None],
    duration: timedelta,
    limit: asyncio.Semaphore,
) -> None:
    async with limit:
        try:
            await skipper.fast_forward(handle, duration)
        except RPCError as error:
            # Ended meanwhile: nothing of it is left to move.
            if error.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION}:
                raise
