"""What is to be delivered, what was, and what cannot be: one row per subscription and event.

A subscription moves on and its events are written down here in one transaction, each before it is
sent for the first time. So nothing depends on what a worker or Temporal remembers: whatever is
lost, the rest is sent from here. An attempt is counted before it is made; what was sent and could
not be written down any more is sent again as a further attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.scope import Scope
from eventlog.feed import Sealed
from eventlog.keys import Keys
from eventlog.pg import Connection, Pool
from eventlog.queries import WAITING
from eventlog.records import Recorded
from eventlog.subscriptions import COLUMNS, Subscription, as_subscription
from eventlog.told import told_next
from eventlog.unwrap import recorded

__all__ = ["Deliveries", "Failure", "Taken", "Waiting"]

_CLAIM = """
update subscription set claim = $2, claimed_until = clock_timestamp() + $3::interval
where subscription_id = $1 and state = 'active'
    and (claim = $2 or claimed_until <= clock_timestamp())
returning COLUMNS
""".replace("COLUMNS", COLUMNS)
_RELEASE = """
update subscription set claimed_until = '-infinity' where subscription_id = $1 and claim = $2
"""
_HOLD = """
select looked from subscription where subscription_id = $1 and claim = $2 and state = 'active'
    and bodies <@ $3::text[]
for update
"""
_COUNT = "select count(*) from delivery where subscription_id = $1 and state = 'waiting'"
# Behind what is dead everything of the same case is dead too, or it would be out of order.
_TAKE_ON = """
insert into delivery (subscription_id, position, event_id, case_id, type, state, attempts)
select $1, position, event_id, case_id, type,
    case when exists (
        select from delivery dead
        where dead.subscription_id = $1 and dead.case_id = told.case_id and dead.state = 'dead'
    ) then 'dead' else 'waiting' end,
    case when position <= (select furthest from subscription where subscription_id = $1)
        then 1 else 0 end
from unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[])
    as told (position, event_id, case_id, type)
on conflict (subscription_id, position) do nothing
"""
_MOVE_ON = """
update subscription set looked = $2, furthest = greatest(furthest, $2) where subscription_id = $1
"""
_BEGIN = """
with held as (
    update subscription set claimed_until = clock_timestamp() + $4::interval
    where subscription_id = $1 and claim = $3 and state = 'active' returning 1
)
update delivery set attempts = attempts + 1, tried_at = clock_timestamp()
where subscription_id = $1 and position = $2 and state = 'waiting' and exists (select from held)
returning attempts
"""
_ANSWERS = """
update subscription set failures = 0, failing_since = null, held_until = '-infinity'
where subscription_id = $1
"""
_DELIVERED = """
update delivery set state = 'delivered', status = $3, error = null, milliseconds = $4
where subscription_id = $1 and position = $2
"""
_FAILS = """
update subscription set failures = failures + 1,
    failing_since = coalesce(failing_since, clock_timestamp()),
    held_until = case when failures + 1 < $2 then held_until else clock_timestamp()
        + least($3::interval, make_interval(secs => power(2, least(failures + 1 - $2, 10)))) end
where subscription_id = $1
returning failures, clock_timestamp() - failing_since as failing
"""
_FAILED = """
update delivery set tries = tries + 1, status = $3, error = $4, milliseconds = $5,
    next_at = clock_timestamp() + $6::interval
where subscription_id = $1 and position = $2 returning tries, case_id
"""
_BURY = """
update delivery set state = 'dead'
where subscription_id = $1 and case_id = $2 and state = 'waiting'
"""
_STOP = "update subscription set state = $2, why = $3 where subscription_id = $1"
_FORGET = """
delete from delivery where subscription_id = $1 and state = 'delivered'
    and tried_at < clock_timestamp() - $2::interval
"""
#: So many events wait for one receiver at most; the rest stays in the log until there is room.
_ROOM = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is to be sent; ``due`` says that its time has come."""

    position: int
    recorded: Recorded
    tries: int
    due: bool

    @property
    def sealed(self) -> Sealed:
        """As it stands in the feed."""
        return Sealed(self.position, self.recorded)


@dataclass(frozen=True, slots=True)
class Taken:
    """How far a subscription has come, and how far it could."""

    looked: int
    last: int

    @property
    def caught_up(self) -> bool:
        """Whether there is nothing more to take on."""
        return self.looked >= self.last


@dataclass(frozen=True, slots=True)
class Failure:
    """What an attempt ended with: a status, or a code for why there is none.

    ``again`` is when to try again. After ``hold_from`` failures without a success between them
    the receiver is left alone altogether, for ``hold`` at the longest.
    """

    status: int | None
    error: str
    milliseconds: int
    again: timedelta
    hold: timedelta
    hold_from: int


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The rows of one installation. Transactions are short: none is open while anyone is called."""

    pool: Pool
    keys: Keys

    async def claim(
        self, subscription_id: str, claim: str, lease: timedelta
    ) -> Subscription | None:
        """Be the only one that delivers it for a while; None if it is held, paused or gone."""
        row = await self.pool.fetchrow(_CLAIM, subscription_id, claim, lease)
        return None if row is None else as_subscription(row, self.keys)

    async def release(self, subscription_id: str, claim: str) -> None:
        """Let somebody else deliver it at once."""
        await self.pool.execute(_RELEASE, subscription_id, claim)

    async def take_on(self, held: Subscription, claim: str, scope: Scope) -> Taken | None:
        """Write down the next events and move on, together.

        None if there is no room, or if it was narrowed after ``held`` was read.
        """
        subscription_id, bodies = held.subscription_id, sorted(held.standing.bodies)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("set local plan_cache_mode = force_custom_plan")
            looked = await connection.fetchval(_HOLD, subscription_id, claim, bodies)
            room = _ROOM - await connection.fetchval(_COUNT, subscription_id)
            if looked is None or room <= 0:
                return None
            told = await told_next(connection, scope, held.wish.types, looked, min(room, 200))
            await _write_down(connection, subscription_id, told.events)
            await connection.execute(_MOVE_ON, subscription_id, told.next)
            return Taken(told.next, told.last)

    async def waiting(self, subscription_id: str) -> Sequence[Waiting]:
        """What is to be sent, in order."""
        rows = await self.pool.fetch(WAITING, subscription_id, _ROOM)
        return [Waiting(row["position"], recorded(row), row["tries"], row["due"]) for row in rows]

    async def begin(
        self, subscription_id: str, position: int, claim: str, lease: timedelta
    ) -> int | None:
        """Count an attempt before it is made; None if it must not be made any more."""
        attempt: int | None = await self.pool.fetchval(
            _BEGIN, subscription_id, position, claim, lease
        )
        return attempt

    async def delivered(
        self, subscription_id: str, position: int, status: int, milliseconds: int
    ) -> None:
        """The receiver has it."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_ANSWERS, subscription_id)
            await connection.execute(_DELIVERED, subscription_id, position, status, milliseconds)

    async def failed(
        self, subscription_id: str, position: int, failure: Failure, most: int
    ) -> tuple[int, timedelta]:
        """The receiver has it not; after ``most`` tries it is dead, and its case with it.

        Returns how many attempts have failed since the last success, and for how long.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            fails = await connection.fetchrow(
                _FAILS, subscription_id, failure.hold_from, failure.hold
            )
            row = await connection.fetchrow(
                _FAILED,
                *(subscription_id, position, failure.status, failure.error),
                *(failure.milliseconds, failure.again),
            )
            if row is not None and row["tries"] >= most:
                await connection.execute(_BURY, subscription_id, row["case_id"])
        return (fails["failures"], fails["failing"]) if fails else (0, timedelta())

    async def stop(self, subscription_id: str, state: str, why: str) -> None:
        """Deliver nothing more until somebody resumes it; what waits goes on waiting."""
        await self.pool.execute(_STOP, subscription_id, state, why)

    async def forget(self, subscription_id: str, after: timedelta) -> None:
        """Remove what was delivered longer ago."""
        await self.pool.execute(_FORGET, subscription_id, after)


async def _write_down(
    connection: Connection, subscription_id: str, events: Sequence[Sealed]
) -> None:
    rows = [
        (one.position, one.recorded.event_id, one.recorded.case_id, one.recorded.event.type)
        for one in events
    ]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await connection.execute(_TAKE_ON, subscription_id, *columns)
