"""The relay: it hands over what the log promised to Temporal, as often as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.actor import SYSTEM
from eventlog.outbox import Leased, Outbox
from eventlog.subscriptions import KIND as SUBSCRIPTION
from workflows.gateway import Gateway, Unavailable

__all__ = ["Relay"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam.relay")
_BATCH = 100
_AT_ONCE = 20
_LEASE = 30.0
_PAUSE = 0.1
_PAUSE_AFTER_FAILURE = 1.0
#: A message waits 2, 4, 8, 16 and then always this many seconds: once Temporal is back after hours,
#: nothing waits for long.
_LONGEST_BACKOFF = 16


@dataclass(frozen=True, slots=True)
class Relay:
    """Lease, commit, call, delete: an open transaction around the call would stall the sealer.

    ``stir`` has a subscription's workflow look again.
    """

    outbox: Outbox
    gateway: Gateway
    stir: Callable[[str], Awaitable[None]] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until asked to stop; an outage of PostgreSQL or Temporal only delays it."""
        while not stop.is_set():
            try:
                if not await self.relay_once():
                    await _pause(stop, _PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever fails is tried again
                _LOG.warning("relay failed", error=type(error).__name__)
                await _pause(stop, _PAUSE_AFTER_FAILURE)

    async def relay_once(self) -> int:
        """Hand over one batch; returns how many messages there were."""
        leased = await self.outbox.lease(_BATCH, _LEASE)
        for start in range(0, len(leased), _AT_ONCE):
            part = leased[start : start + _AT_ONCE]
            delivered = await asyncio.gather(*(self._try(message) for message in part))
            await self.outbox.done([message_id for message_id in delivered if message_id])
        return len(leased)

    async def _try(self, message: Leased) -> int | None:
        try:
            await self._deliver(message)
        except Exception as error:  # noqa: BLE001 - kept, with its kind, and tried again later
            # The exponent is bounded too: after a day's outage the power would be past counting.
            backoff = min(2 ** min(message.attempts, 10), _LONGEST_BACKOFF)
            await self.outbox.fail(message.id, type(error).__name__, timedelta(seconds=backoff))
            return None
        return message.id

    async def _deliver(self, message: Leased) -> None:
        unit = message.payload.get("unit")
        if message.kind == "start":
            await self.gateway.start(message.case_id, unit)
        elif message.kind == "look":
            await self.gateway.start(message.case_id, unit, look=True)
        elif message.kind == "bulk":
            await self.gateway.start_bulk(message.case_id)
        elif message.kind == "inform":
            await self._inform(message)
        elif message.kind == SUBSCRIPTION and self.stir is not None:
            await self.stir(message.case_id)
        else:
            raise ValueError(f"unknown kind of message: {message.kind}")

    async def _inform(self, message: Leased) -> None:
        key = str(message.payload["key"])
        answer = await self.gateway.command(message.case_id, "inform", {}, SYSTEM, key)
        if answer.rejected not in {None, "wrong_state"}:
            raise Unavailable(f"the merged case answered {answer.rejected}")


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
