"""What became of deliveries: the recent ones, the dead ones, and sending again from the log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventlog.pg import Connection, Pool
from eventlog.subscriptions import stirred

__all__ = ["Delivery", "Ledger"]

_ROW = "position, event_id, case_id, type, state, attempts, status, error, milliseconds, tried_at"
_TOLD = """not exists (
    select from case_row c where c.case_id = delivery.case_id and c.about_body = any($2::text[])
)"""
_RECENT = """
select ROW from delivery where subscription_id = $1 and TOLD and tried_at is not null
order by tried_at desc, position desc limit $3
""".replace("ROW", _ROW).replace("TOLD", _TOLD)
_DEAD = """
select ROW from delivery
where subscription_id = $1 and TOLD and state = 'dead' and position > $3
order by position limit $4
""".replace("ROW", _ROW).replace("TOLD", _TOLD)
_TALLY = """
select count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'dead') as dead
from delivery where subscription_id = $1 and TOLD and state <> 'delivered'
""".replace("TOLD", _TOLD)
_LOCK = "select looked from subscription where subscription_id = $1 for update"
_REVIVE = """
update delivery set state = 'waiting', tries = 0, next_at = '-infinity'
where subscription_id = $1 and state = 'dead' and ($2::text is null or case_id = $2)
"""
# A case with something dead before that stays dead: its later events must not overtake it.
_AGAIN = """
delete from delivery gone where subscription_id = $1 and position > $2 and not exists (
    select from delivery dead where dead.subscription_id = $1 and dead.case_id = gone.case_id
        and dead.state = 'dead' and dead.position <= $2
)
"""
_BACK = "update subscription set looked = $2 where subscription_id = $1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one event. ``error`` is a code, ``milliseconds`` of the last attempt."""

    position: int
    event_id: UUID
    case_id: str
    type: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    milliseconds: int | None
    tried_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of deliveries, for those who look after a subscription.

    ``untold`` are the bodies of who asks: what is of cases about one of them is left out.
    """

    pool: Pool

    async def recent(
        self, subscription_id: str, limit: int, untold: Collection[str] = ()
    ) -> Sequence[Delivery]:
        """The last attempts, newest first."""
        rows = await self.pool.fetch(_RECENT, subscription_id, sorted(untold), limit)
        return _deliveries(rows)

    async def dead(
        self, subscription_id: str, after: int, limit: int, untold: Collection[str] = ()
    ) -> Sequence[Delivery]:
        """What could not be delivered, in order."""
        rows = await self.pool.fetch(_DEAD, subscription_id, sorted(untold), after, limit)
        return _deliveries(rows)

    async def tally(self, subscription_id: str, untold: Collection[str] = ()) -> tuple[int, int]:
        """How many events wait, and how many are dead."""
        row = await self.pool.fetchrow(_TALLY, subscription_id, sorted(untold))
        return (row["waiting"], row["dead"]) if row else (0, 0)

    async def revive(self, subscription_id: str, case_id: str | None) -> int:
        """Send dead events again, of one case or all; returns how many there were."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.fetchval(_LOCK, subscription_id)
            done = await connection.execute(_REVIVE, subscription_id, case_id)
            await stirred(connection, subscription_id)
        return int(done.rpartition(" ")[2])

    async def again_after(self, subscription_id: str, position: int) -> int:
        """Send everything after a position again; returns how far it had come.

        Cases that have something dead at or before the position stay as they are.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            looked = int(await connection.fetchval(_LOCK, subscription_id))
            if position < looked:
                await _turn_back(connection, subscription_id, position)
        return looked


async def _turn_back(connection: Connection, subscription_id: str, position: int) -> None:
    await connection.execute(_AGAIN, subscription_id, position)
    await connection.execute(_BACK, subscription_id, position)
    await stirred(connection, subscription_id)


def _deliveries(rows: Sequence[object]) -> list[Delivery]:
    return [Delivery(**row) for row in rows]  # type: ignore[arg-type]
