"""Subscriptions: who is called about what, under which secrets, and how far it has come."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.crypto import open_sealed, seal
from eventlog.keys import Keys
from eventlog.pg import Connection, Pool, Record

__all__ = [
    "COLUMNS",
    "KIND",
    "Standing",
    "Subscription",
    "Subscriptions",
    "Wish",
    "as_subscription",
    "stirred",
]

#: The kind of the message that has a subscription's workflow look again.
KIND = "subscription"
_SECRET_BYTES = 32
COLUMNS = (
    "subscription_id, role, body, root, bodies, url, types, units, categories, state, why, looked, "
    "failures, created_at, secret, old_secret, old_until, rotated_by, request_hash, "
    "old_until > clock_timestamp() as overlaps, held_until > clock_timestamp() as held"
)
_NEW = """
insert into subscription (subscription_id, made_by, request_hash, role, body, root, bodies, url,
    types, units, categories, secret, looked, furthest)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
on conflict (made_by) do nothing
"""
_READ = "select COLUMNS from subscription ".replace("COLUMNS", COLUMNS)
_OF_KEY = _READ + "where made_by = $1"
_ONE = _READ + "where subscription_id = $1"
_LIST = (
    _READ
    + """
where root = any($1::text[]) and ($2::text is null or body = $2) and subscription_id > $3
order by subscription_id limit $4
"""
)
_COUNT = "select count(*) from subscription where body = $1"
_CHANGE = """
update subscription set url = $2, types = $3, units = $4, categories = $5
where subscription_id = $1
"""
_STATE = """
update subscription set state = $2, why = $3, failures = 0, failing_since = null,
    held_until = '-infinity'
where subscription_id = $1
"""
_AT_ONCE = """
update delivery set tries = 0, next_at = '-infinity'
where subscription_id = $1 and state = 'waiting'
"""
_ROTATE = """
update subscription set secret = $2, old_secret = secret,
    old_until = clock_timestamp() + $3::interval, rotated_by = $4
where subscription_id = $1 and rotated_by is distinct from $4
"""
_NARROW = """
update subscription set bodies = array(select unnest(bodies) union select unnest($2::text[]))
where subscription_id = $1
"""
# What was not sent yet, and what could not be: nobody is to have it any more.
_DROP = """
delete from delivery using case_row c
where subscription_id = $1 and delivery.state <> 'delivered'
    and c.case_id = delivery.case_id and c.about_body = any($2::text[])
"""
_STIR = "insert into outbox (kind, case_id, payload) values ($1, $2, '{}')"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of, and where; empty sets narrow nothing."""

    url: str = field(repr=False)
    types: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom: it acts as ``role`` of ``body`` over the area of the unit ``root``.

    ``bodies`` are those of the accounts that made it or took it over: it is told of no case about
    one of them.
    """

    role: str
    body: str
    root: str
    bodies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription. ``secrets`` count now, the newest first; ``looked`` is a position.

    ``why`` is a code for the state; ``held`` says that its receiver is left alone for a moment
    after failures.
    """

    subscription_id: str
    standing: Standing
    wish: Wish
    state: str
    why: str | None
    looked: int
    failures: int
    created_at: datetime
    old_until: datetime | None
    request_hash: bytes
    held: bool
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The table of subscriptions. Every change also has the workflow look again."""

    pool: Pool
    keys: Keys

    async def make(
        self,
        subscription_id: str,
        made_by: str,
        request_hash: bytes,
        standing: Standing,
        wish: Wish,
        looked: int,
    ) -> Subscription:
        """Make one; under the same key again: the first one."""
        async with self.pool.acquire() as connection, connection.transaction():
            made = await connection.execute(
                _NEW,
                *(subscription_id, made_by, request_hash),
                *(standing.role, standing.body, standing.root, sorted(standing.bodies), wish.url),
                *(sorted(wish.types), sorted(wish.units), sorted(wish.categories)),
                *(self._sealed(subscription_id), looked),
            )
            if made.endswith(" 1"):
                await stirred(connection, subscription_id)
            row = await connection.fetchrow(_OF_KEY, made_by)
        if row is None:
            raise LookupError(made_by)
        return as_subscription(row, self.keys)

    async def made_by(self, key: str) -> Subscription | None:
        """The subscription that a request under this key made."""
        row = await self.pool.fetchrow(_OF_KEY, key)
        return None if row is None else as_subscription(row, self.keys)

    async def count(self, body: str) -> int:
        """How many a body has."""
        return int(await self.pool.fetchval(_COUNT, body))

    async def find(self, subscription_id: str) -> Subscription | None:
        """The subscription with an id."""
        row = await self.pool.fetchrow(_ONE, subscription_id)
        return None if row is None else as_subscription(row, self.keys)

    async def list(
        self, roots: frozenset[str], body: str | None, after: str, limit: int
    ) -> Sequence[Subscription]:
        """Those over some units, of one body or of all, in the order of their ids."""
        rows = await self.pool.fetch(_LIST, sorted(roots), body, after, limit)
        return [as_subscription(row, self.keys) for row in rows]

    async def change(self, subscription_id: str, wish: Wish) -> None:
        """Be told of something else, or somewhere else, from now on."""
        wanted = (sorted(wish.types), sorted(wish.units), sorted(wish.categories))
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_CHANGE, subscription_id, wish.url, *wanted)
            await stirred(connection, subscription_id)

    async def narrow(self, subscription_id: str, bodies: Collection[str]) -> None:
        """Never tell it of a case about one of these bodies again; what waits is dropped."""
        async with self.pool.acquire() as connection, connection.transaction():
            # The first statement waits for whoever takes events on; the second sees their rows.
            await connection.execute(_NARROW, subscription_id, sorted(bodies))
            await connection.execute(_DROP, subscription_id, sorted(bodies))

    async def set_state(self, subscription_id: str, state: str, why: str | None) -> None:
        """Pause or resume; what waits is tried at once when it goes on."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_STATE, subscription_id, state, why)
            await connection.execute(_AT_ONCE, subscription_id)
            await stirred(connection, subscription_id)

    async def rotate(self, subscription_id: str, key: str, overlap: timedelta) -> None:
        """Have a new secret; the old one counts too for a while. A repeat changes nothing."""
        fresh = self._sealed(subscription_id)
        await self.pool.execute(_ROTATE, subscription_id, fresh, overlap, key)

    async def remove(self, subscription_id: str) -> None:
        """End it; what was not delivered is forgotten."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "delete from subscription where subscription_id = $1", subscription_id
            )
            await stirred(connection, subscription_id)

    async def all_ids(self) -> Sequence[str]:
        """The ids of all."""
        rows = await self.pool.fetch("select subscription_id from subscription order by 1")
        return [row["subscription_id"] for row in rows]

    def _sealed(self, subscription_id: str) -> bytes:
        return seal(
            _wrapping(self.keys), secrets.token_bytes(_SECRET_BYTES), _place(subscription_id)
        )


async def stirred(connection: Connection, subscription_id: str) -> None:
    """Have the subscription's workflow look again once the caller's transaction is there."""
    await connection.execute(_STIR, KIND, subscription_id)


def as_subscription(row: Record, keys: Keys) -> Subscription:
    """The row, its secrets opened. Raises SealBroken under another master key."""
    wish = Wish(
        row["url"],
        frozenset(row["types"]),
        frozenset(row["units"]),
        frozenset(row["categories"]),
    )
    return Subscription(
        subscription_id=row["subscription_id"],
        standing=Standing(row["role"], row["body"], row["root"], frozenset(row["bodies"])),
        wish=wish,
        state=row["state"],
        why=row["why"],
        looked=row["looked"],
        failures=row["failures"],
        created_at=row["created_at"],
        old_until=row["old_until"] if row["overlaps"] else None,
        request_hash=row["request_hash"],
        held=row["held"],
        secrets=_opened(row, keys),
    )


def _opened(row: Record, keys: Keys) -> tuple[str, ...]:
    """The secrets in the form of the Standard Webhooks scheme."""
    sealed = [row["secret"], *([row["old_secret"]] if row["overlaps"] else [])]
    place, cipher = _place(row["subscription_id"]), _wrapping(keys)
    return tuple(f"whsec_{b64encode(open_sealed(cipher, one, place)).decode()}" for one in sealed)


def _wrapping(keys: Keys) -> AESGCM:
    return AESGCM(keys.derive("webhook-secrets"))


def _place(subscription_id: str) -> bytes:
    """What a sealed secret is tied to: it opens for its own subscription only."""
    return f"subscription/{subscription_id}".encode()
