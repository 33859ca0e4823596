"""Read models that follow the sealed events, each with how far it has come.

What a batch of events changes and the new position are written in one transaction, so a model is
never between two positions and no event is applied twice, whoever is killed when.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from eventlog.feed import Sealed, Seals, sealed_after
from eventlog.keys import Keys
from eventlog.pg import LOST, Connection, Pool

__all__ = ["Projection", "Projector", "behind", "step"]

_LIMIT = 1000
#: Looks again after so many seconds without a seal (a lost notice must not stop it).
_PAUSE = 1.0
_KNOWN = "insert into projection (name) values ($1) on conflict do nothing"
# Another worker that is at it does this one's work: nobody waits.
_CLAIM = "select position from projection where name = $1 for update skip locked"
_REACHED = "update projection set position = $2 where name = $1"


_BEHIND = """
select coalesce((select max(position) from sealed_entry), -1)
    - coalesce((select position from projection where name = $1), -1)
"""


class Projection(Protocol):
    """A read model. What it writes depends on the events alone, however they are batched.

    ``tables`` are its own and nobody else writes them; they are named without a schema, so that a
    rebuild can fill others of the same form. ``opens_text`` asks for events with their free text.
    """

    @property
    def name(self) -> str:
        """Its name, which never changes."""

    @property
    def tables(self) -> Sequence[str]:
        """The tables it fills."""

    @property
    def opens_text(self) -> bool:
        """Whether it reads free text."""

    async def apply(self, connection: Connection, events: Sequence[Sealed]) -> None:
        """Write what these events change, inside the caller's transaction."""


async def step(
    connection: Connection, projection: Projection, keys: Keys, limit: int = _LIMIT
) -> int:
    """Apply the next events in one transaction; returns how many, 0 also if another one does."""
    async with connection.transaction():
        position = await connection.fetchval(_CLAIM, projection.name)
        if position is None:
            return 0
        opened = keys if projection.opens_text else None
        events = await sealed_after(connection, position, limit, opened)
        if events:
            await projection.apply(connection, events)
            await connection.execute(_REACHED, projection.name, events[-1].position)
        return len(events)


async def behind(connection: Connection, projection: str) -> int:
    """How many sealed events a projection has not applied yet."""
    return int(await connection.fetchval(_BEHIND, projection))


@dataclass(frozen=True, slots=True)
class Projector:
    """Keeps all projections of an installation up with the log; several workers may run one."""

    pool: Pool
    keys: Keys
    projections: Sequence[Projection]

    async def run(self, stop: asyncio.Event, seals: Seals) -> None:
        """Follow the log until asked to stop; an outage of PostgreSQL only delays it."""
        try:
            while not stop.is_set():
                if not await self._attempt():
                    await seals.wait(_PAUSE)
        finally:
            await seals.close()

    async def catch_up(self) -> None:
        """Apply everything that is sealed."""
        while await self.once():
            pass

    async def once(self) -> int:
        """One step of each projection; returns how many events were applied in all."""
        applied = 0
        async with self.pool.acquire() as connection:
            for projection in self.projections:
                await connection.execute(_KNOWN, projection.name)
                applied += await step(connection, projection, self.keys)
        return applied

    async def _attempt(self) -> int:
        try:
            return await self.once()
        except LOST as error:
            structlog.get_logger().warning("projector_interrupted", error=type(error).__name__)
            return 0
