"""The sealed events in their one dense order: what feeds, projections and exports follow.

A reader that has seen everything up to a position asks for what comes after it and misses nothing,
however many writers there are: see ``eventlog.sealer``.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from eventlog.crypto import CaseKey
from eventlog.keys import Keys
from eventlog.pg import LOST, Connection, OwnConnection, Pool, Record
from eventlog.pool import connect
from eventlog.queries import SEALED
from eventlog.records import Recorded
from eventlog.sealing import CHANNEL
from eventlog.unwrap import recorded

__all__ = ["BEGINNING", "Sealed", "Seals", "last_position", "sealed_after"]

#: What a reader has seen that has seen nothing.
BEGINNING = -1


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event and its position in the order of all of them, from 0 on without gaps."""

    position: int
    recorded: Recorded


async def sealed_after(
    source: Pool | Connection, position: int, limit: int, keys: Keys | None = None
) -> list[Sealed]:
    """The next events after a position, in order; with ``keys`` their free text too.

    Text whose key was destroyed is absent, like all text without ``keys``.

    Raises:
        UnknownEvent, SealBroken: see ``unwrap``.
    """
    rows = await source.fetch(SEALED, position, limit)
    return [Sealed(row["position"], recorded(row, _key(row, keys))) for row in rows]


async def last_position(source: Pool | Connection) -> int:
    """The position of the newest sealed event; ``BEGINNING`` without any."""
    found = await source.fetchval("select max(position) from sealed_entry")
    return BEGINNING if found is None else int(found)


@dataclass(slots=True)
class Seals:
    """Wakes all who wait for the next seal, on one connection of its own for all of them."""

    dsn: str
    _newest: int = BEGINNING
    _returned: int = BEGINNING
    _next: asyncio.Event = field(default_factory=asyncio.Event)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _connection: OwnConnection | None = None

    async def wait(self, seconds: float, beyond: int | None = None) -> None:
        """Return at the next seal, or after so many seconds; a lost connection is made anew.

        Who has looked at everything up to a position says so by ``beyond``: what was sealed after
        the look then counts too. A notice may be lost: look again after each return.
        """
        try:
            fresh = await self._listen()
        except LOST:
            fresh = False
            await self.close()
        coming = self._next
        # What was sealed before the connection was there, nobody has heard of.
        if not (fresh and beyond is not None) and self._newest <= self._known(beyond):
            # Python 3.11's wait_for forgets that it was cancelled when a seal comes just then.
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await coming.wait()
        self._returned = self._newest

    async def close(self) -> None:
        """Stop listening."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*LOST):
                await connection.close(timeout=5)

    def _known(self, beyond: int | None) -> int:
        return self._returned if beyond is None else beyond

    async def _listen(self) -> bool:
        """Whether a connection had to be made."""
        async with self._opening:
            if self._connection is not None and not self._connection.is_closed():
                return False
            self._connection = await connect(self.dsn)
            await self._connection.add_listener(CHANNEL, self._heard)
            return True

    def _heard(self, _connection: object, _pid: int, _channel: str, position: object) -> None:
        self._newest = max(self._newest, int(str(position)))
        waited, self._next = self._next, asyncio.Event()
        waited.set()


def _key(row: Record, keys: Keys | None) -> CaseKey | None:
    wrapped = row["wrapped"]
    return keys.unwrap(row["case_id"], wrapped) if keys is not None and wrapped else None
