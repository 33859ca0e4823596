"""Moving the time of a virtual stack: every open case at once, each clock firing on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.testing import TimeSkipper, TimeSkippingConfig

from eventlog.virtual_clock import advance, advanced, behind
from workers.bootstrap import Office
from workers.following import StandsStill, forward, until_none
from workers.open_cases import open_cases

__all__ = ["NotVirtual", "StandsStill", "VirtualTime"]

_AT_ONCE = 8
#: The server stops skipping silently after 200 timers unless told otherwise.
_SKIPS = 1_000_000
_NOTHING = timedelta()


class NotVirtual(RuntimeError):
    """The stack runs in real time: start it with --virtual-time."""


@dataclass(frozen=True, slots=True)
class VirtualTime:
    """Moves an installation's time ahead.

    A case is never behind the installation's time, so whatever is due has fired; it may be ahead
    of it by as long as moving all cases took, which is a matter of seconds.
    """

    office: Office

    async def by(self, duration: timedelta) -> None:
        """Move ahead; everything that falls due on the way has fired when this returns."""
        await self.until(await self.office.log.now() + duration)

    async def until(self, moment: datetime) -> None:
        """Move to a moment of the installation's time; earlier ones change nothing.

        Raises NotVirtual, StandsStill.
        """
        log = self.office.log
        if not log.settings.virtual_time:
            raise NotVirtual("This stack runs in real time; start it with --virtual-time.")
        await self.settle()
        before = await advanced(log.pool)
        await self._forward_all(lambda: moment - before - datetime.now(UTC))
        # Moving took time itself: only the rest is skipped.
        await advance(log.pool, max(moment - before - datetime.now(UTC), _NOTHING))
        await self.settle()

    async def settle(self) -> None:
        """Wait until what was decided has happened: messages delivered, what is due fired.

        Raises StandsStill.
        """
        # A report without its workflow would not move.
        await until_none(self._undelivered, "waits for the relay to deliver a message")
        await until_none(self._behind, "has something due that does not fire")

    async def _undelivered(self) -> str | None:
        oldest = "select case_id from outbox order by id limit 1"
        case_id: str | None = await self.office.log.pool.fetchval(oldest)
        return case_id

    async def _behind(self) -> str | None:
        return await behind(self.office.log.pool, await self.office.log.now())

    async def _forward_all(self, remaining: Callable[[], timedelta]) -> None:
        limit = asyncio.Semaphore(_AT_ONCE)
        skipper = TimeSkipper(
            self.office.client,
            config=TimeSkippingConfig(enabled=False, max_session_skip_count=_SKIPS),
        )
        try:
            async with asyncio.TaskGroup() as group:
                async for row in open_cases(self.office.log.store):
                    group.create_task(self._forward(skipper, row.case_id, remaining, limit))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _forward(
        self,
        skipper: TimeSkipper,
        case_id: str,
        remaining: Callable[[], timedelta],
        limit: asyncio.Semaphore,
    ) -> None:
        async with limit:
            # Asked for only now: while the case waited for its turn, its time went on.
            duration = remaining()
            if duration > _NOTHING:
                handle = self.office.gateway.handle(case_id)
                await forward(skipper, handle, duration, self.office.log.store, case_id)
