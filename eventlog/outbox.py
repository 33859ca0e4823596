"""Messages written with an append and delivered after it: leased, sent, removed.

A lease is committed at once, so no transaction is open while somebody is being called. Whoever
dies with a lease loses it when it ends, and the message goes out again: receivers must not mind
hearing twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from eventlog.pg import Pool

__all__ = ["Leased", "Outbox"]

_LEASE = """
update outbox o
set leased_until = clock_timestamp() + $2::interval, attempts = o.attempts + 1
from (
    select id from outbox where leased_until <= clock_timestamp()
    order by id limit $1 for update skip locked
) free
where o.id = free.id
returning o.id, o.kind, o.case_id, o.payload, o.attempts
"""
_FAIL = """
update outbox set leased_until = clock_timestamp() + $3::interval, last_error = $2 where id = $1
"""


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that is ours for a while; ``attempts`` counts this one."""

    id: int
    kind: str
    case_id: str
    payload: Mapping[str, Any]
    attempts: int


class Outbox:
    """The messages that wait to be delivered."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def lease(self, limit: int, seconds: float) -> list[Leased]:
        """Take up to ``limit`` messages that nobody holds, the oldest first."""
        rows = await self._pool.fetch(_LEASE, limit, timedelta(seconds=seconds))
        taken = [
            Leased(r["id"], r["kind"], r["case_id"], json.loads(r["payload"]), r["attempts"])
            for r in rows
        ]
        return sorted(taken, key=lambda message: message.id)

    async def done(self, ids: Sequence[int]) -> None:
        """Remove delivered messages."""
        await self._pool.execute("delete from outbox where id = any($1::bigint[])", ids)

    async def fail(self, message_id: int, error: str, backoff: timedelta) -> None:
        """Give a message back for later. ``error`` is a code: no free text, no names."""
        await self._pool.execute(_FAIL, message_id, error, backoff)

    async def waiting(self) -> int:
        """How many messages are not delivered yet."""
        return int(await self._pool.fetchval("select count(*) from outbox"))
