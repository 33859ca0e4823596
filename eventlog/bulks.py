"""One command on many cases: what was planned, how far it is, and what came of each case.

What came of a case is not kept here: it is the outcome of the command with the key
``bulk/<bulk>/<case>``, which is written in the transaction of its events. So nothing is ever told
as done that was not, and a run that goes on after a crash does nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.batch import to_json
from eventlog.crypto import open_sealed, seal
from eventlog.keys import Keys
from eventlog.pg import Pool, Record

__all__ = ["GIVE_UP", "Bulk", "Bulks", "Item", "Planned", "command_id"]

#: A case that could not be tried this often is left alone; what became of it is told as it is.
GIVE_UP = 10


def command_id(bulk_id: str, case_id: str) -> str:
    """The key of the command on one case of a bulk."""
    return f"bulk/{bulk_id}/{case_id}"


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done on one case. ``version`` is that of the case when it was planned.

    ``forecast`` says what the rules made of it then; ``params`` are those of this case alone,
    ``undo`` is what would undo it. No free text in any of them.
    """

    case_id: str
    version: int
    feasible: bool
    forecast: Mapping[str, Any]
    params: Mapping[str, Any] | None = None
    undo: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """A bulk and its counts. ``params`` are gone (None) once nothing is left to do."""

    bulk_id: str
    account: str
    request_hash: bytes
    actor: str
    command: str
    state: str
    undoes: str | None
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    params: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """A case of a bulk: what was planned, and the outcome of its command if it has one."""

    number: int
    planned: Planned
    attempts: int
    outcome: Mapping[str, Any] | None


_BULK = "select * from bulk where bulk_id = $1"
_OF_REQUEST = "select * from bulk where request = $1"
_ADD = """
insert into bulk (bulk_id, account, request, request_hash, actor, command, sealed, undoes)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_ADD_ITEMS = """
insert into bulk_item (bulk_id, number, case_id, version, feasible, forecast, params, undo)
select $1, row_number() over (order by place), case_id, version, feasible, forecast, params, undo
from unnest($2::text[], $3::integer[], $4::boolean[], $5::jsonb[], $6::jsonb[], $7::jsonb[])
    with ordinality as one (case_id, version, feasible, forecast, params, undo, place)
"""
_JOINED = """
from bulk_item i left join command c on c.command_id = 'bulk/' || i.bulk_id || '/' || i.case_id
where i.bulk_id = $1
"""
_ITEMS = f"""
select i.*, c.outcome {_JOINED} and i.number > $2 order by i.number limit $3
"""
_OPEN = f"""
select i.*, c.outcome {_JOINED} and i.feasible and c.command_id is null and i.attempts < {GIVE_UP}
order by i.attempts, i.number limit $2
"""
_COUNTS = f"""
select count(*) as total, count(*) filter (where not feasible) as skipped,
    count(*) filter (where feasible and outcome is null and attempts < {GIVE_UP}) as waiting,
    count(*) filter (where outcome->>'rejected' is null and outcome->'events' <> '[]') as done,
    count(*) filter (where outcome->>'rejected' is null and outcome->'events' = '[]') as unchanged,
    count(*) filter (where outcome->>'rejected' is not null) as refused,
    count(*) filter (where feasible and outcome is null and attempts >= {GIVE_UP}) as not_done
{_JOINED}
"""
# The order to start goes out with the change: no crash comes between the two.
# A plan waits from when it was made, one that ran from when it was stopped: a day at most.
_START = """
with started as (
    update bulk set state = 'running', started_at = coalesce(started_at, clock_timestamp())
    where bulk_id = $1 and state in ('planned', 'stopped') and sealed is not null
        and coalesce(case when started_at is not null then ended_at end, planned_at)
            >= clock_timestamp() - interval '1 day'
    returning bulk_id
)
insert into outbox (kind, case_id, payload) select 'bulk', bulk_id, '{}' from started returning 1
"""
_STOP = """
update bulk set state = 'stopped', ended_at = clock_timestamp()
where bulk_id = $1 and state in ('planned', 'running') returning 1
"""
_FINISH = """
update bulk set state = 'finished', ended_at = clock_timestamp(), sealed = null
where bulk_id = $1 and state = 'running'
"""
_FORGET = """
update bulk set sealed = null
where sealed is not null and state in ('planned', 'stopped')
    and coalesce(case when started_at is not null then ended_at end, planned_at)
        < clock_timestamp() - interval '1 day'
"""
# Who was let in anew since may start it again: that it was stopped is later then.
_ENDED = """
select exists (select from bulk b join ended_account e using (account)
    where b.bulk_id = $1 and e.issued_before > greatest(b.started_at, b.ended_at))
"""


@dataclass(frozen=True, slots=True)
class Bulks:
    """The two tables. ``keys`` seal the parameters, which hold what people wrote."""

    pool: Pool
    keys: Keys

    async def add(self, bulk: Bulk, request: str, items: Iterable[Planned]) -> None:
        """Write a plan, all of it or nothing. Raises asyncpg.UniqueViolationError: request."""
        sealed = seal(self._cipher, to_json(bulk.params or {}).encode(), bulk.bulk_id.encode())
        facts = (bulk.bulk_id, bulk.account, request, bulk.request_hash, bulk.actor, bulk.command)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_FORGET)
            await connection.execute(_ADD, *facts, sealed, bulk.undoes)
            await connection.execute(_ADD_ITEMS, bulk.bulk_id, *_columns(list(items)))

    async def get(self, bulk_id: str) -> Bulk | None:
        """A bulk with its parameters. Raises SealBroken."""
        found = await self.pool.fetchrow(_BULK, bulk_id)
        return self._bulk(found) if found else None

    async def of_request(self, request: str) -> Bulk | None:
        """The bulk that was planned under a key."""
        found = await self.pool.fetchrow(_OF_REQUEST, request)
        return self._bulk(found) if found else None

    async def items(self, bulk_id: str, after: int = 0, limit: int = 100) -> list[Item]:
        """A page of its cases, in the order in which they were planned."""
        return [_item(row) for row in await self.pool.fetch(_ITEMS, bulk_id, after, limit)]

    async def open_items(self, bulk_id: str, limit: int) -> list[Item]:
        """Cases that have no outcome yet, those first that were tried least."""
        return [_item(row) for row in await self.pool.fetch(_OPEN, bulk_id, limit)]

    async def counts(self, bulk_id: str) -> Mapping[str, int]:
        """How many cases there are of each kind: exact, from the outcomes of the commands."""
        row = await self.pool.fetchrow(_COUNTS, bulk_id)
        return dict(row) if row else {}

    async def tried(self, bulk_id: str, numbers: Sequence[int]) -> None:
        """Count an attempt that had no outcome."""
        text = (
            "update bulk_item set attempts = attempts + 1 where bulk_id = $1 and number = any($2)"
        )
        await self.pool.execute(text, bulk_id, list(numbers))

    async def start(self, bulk_id: str) -> bool:
        """Let it run, and order its workflow; False where there is nothing to start."""
        return bool(await self.pool.fetchval(_START, bulk_id))

    async def stop(self, bulk_id: str) -> bool:
        """Try no further case; False where it does not wait or run."""
        return bool(await self.pool.fetchval(_STOP, bulk_id))

    async def account_ended(self, bulk_id: str) -> bool:
        """Whether the tokens of its account were ended since it was started."""
        return bool(await self.pool.fetchval(_ENDED, bulk_id))

    async def finish(self, bulk_id: str) -> None:
        """Nothing is left to do: the parameters are forgotten, the events keep them."""
        await self.pool.execute(_FINISH, bulk_id)

    async def running(self) -> list[str]:
        """The bulks that run, or should."""
        found = await self.pool.fetch("select bulk_id from bulk where state = 'running'")
        return [row["bulk_id"] for row in found]

    @property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.keys.derive("bulk-params"))

    def _bulk(self, row: Record) -> Bulk:
        facts = {name: row[name] for name in Bulk.__slots__ if name != "params"}
        sealed, place = row["sealed"], row["bulk_id"].encode()
        params = None if sealed is None else json.loads(open_sealed(self._cipher, sealed, place))
        return Bulk(**facts, params=params)


def _columns(items: Sequence[Planned]) -> tuple[list[Any], ...]:
    return (
        [one.case_id for one in items],
        [one.version for one in items],
        [one.feasible for one in items],
        [to_json(one.forecast) for one in items],
        [None if one.params is None else to_json(one.params) for one in items],
        [None if one.undo is None else to_json(one.undo) for one in items],
    )


def _item(row: Record) -> Item:
    planned = Planned(
        case_id=row["case_id"],
        version=row["version"],
        feasible=row["feasible"],
        forecast=json.loads(row["forecast"]),
        params=_read(row["params"]),
        undo=_read(row["undo"]),
    )
    return Item(row["number"], planned, row["attempts"], _read(row["outcome"]))


def _read(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else json.loads(text)
