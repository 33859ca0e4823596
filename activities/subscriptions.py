"""The activity of a subscription's workflow: one shift of deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from temporalio import activity

from activities.delivering import Deliverer
from activities.messages import DELIVER, Shift, SubscriptionInput

__all__ = ["SubscriptionActivities"]

_BEAT = 3.0


@dataclass(frozen=True, slots=True)
class SubscriptionActivities:
    """Register ``all`` on a worker; a shift ends after so many ``seconds``."""

    deliverer: Deliverer
    seconds: float = 300.0

    @property
    def all(self) -> Sequence[Callable[..., Any]]:
        """Every activity of a subscription."""
        return [self.deliver]

    @activity.defn(name=DELIVER)
    async def deliver(self, given: SubscriptionInput) -> Shift:
        """Deliver what is sealed until the shift ends."""
        async with _beating():
            return await self.deliverer.shift(given.subscription_id, self.seconds)


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Say every few seconds that we live, so that a killed worker is soon noticed."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
