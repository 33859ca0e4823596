"""What is done for files by itself: they are scanned, and removed when nobody attached them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from activities.files import FileDamaged, Files
from activities.scanner import Scanner
from eventlog.errors import KeyDestroyed
from eventlog.scans import Leased, Scans

__all__ = ["FileCare"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam.files")
#: Seconds between two looks, and how many looks for files to scan there are to one for old uploads.
_PAUSE = 1.0
_ROUNDS = 60
_AT_ONCE = 4
#: Longer than a scan may take: whoever holds a lease for so long has died.
_LEASE = 300.0
_LONGEST_BACKOFF = 300


@dataclass(frozen=True, slots=True)
class FileCare:
    """Several workers may do it at a time. Without a scanner files stay unscanned."""

    files: Files
    scans: Scans
    scanner: Scanner | None
    now: Callable[[], Awaitable[datetime]]

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until asked to stop; an outage of anything only delays it."""
        looks = 0
        while not stop.is_set():
            try:
                scanned = await self.scan()
                if looks % _ROUNDS == 0:
                    await self.expire()
            except Exception as error:  # noqa: BLE001 - whatever fails is tried again
                _LOG.warning("care of files failed", error=type(error).__name__)
                scanned = 0
            looks += 1
            if not scanned:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE):
                        await stop.wait()

    async def expire(self) -> int:
        """Remove uploads that nobody attached in time; returns how many."""
        return await self.files.expire(await self.now())

    async def scan(self) -> int:
        """Let a few files be scanned; returns how many there were."""
        if self.scanner is None:
            return 0
        leased = await self.scans.lease(_AT_ONCE, _LEASE)
        await asyncio.gather(*(self._try(self.scanner, file) for file in leased))
        return len(leased)

    async def _try(self, scanner: Scanner, leased: Leased) -> None:
        try:
            await self._scan(scanner, leased)
        except KeyDestroyed:
            await self.scans.never(leased.attachment_id)
        except Exception as error:  # noqa: BLE001 - told, and tried again later
            seconds = min(2 ** min(leased.attempts, 10), _LONGEST_BACKOFF)
            _LOG.warning("scan failed", error=type(error).__name__, again_in=seconds)
            await self.scans.later(leased.attachment_id, timedelta(seconds=seconds))

    async def _scan(self, scanner: Scanner, leased: Leased) -> None:
        rows = await self.files.rows.named([leased.attachment_id])
        kept = rows.get(leased.attachment_id)
        if kept is None:
            raise FileDamaged(leased.attachment_id)
        verdict = await scanner.scan(await self.files.content(kept.file, kept))
        await self.scans.tell(leased.attachment_id, verdict)
        if verdict == "infected":
            _LOG.error("infected file", case_id=leased.case_id, attachment_id=leased.attachment_id)
