"""Give events their place in the dense order of all of them, and remember how far that went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from eventlog.errors import SealerStopped
from eventlog.pg import Connection

__all__ = ["CHANNEL", "Extend", "Mark", "adopt", "read_mark", "seal_upto"]

#: Listeners are told the last sealed position here, once per seal.
CHANNEL = "sealed"

#: Called inside the sealing transaction with the first new position and the leaf hashes from
#: there on: the place where a Merkle tree over all events grows.
Extend = Callable[[Connection, int, Sequence[bytes]], Awaitable[None]]

# Within a case the order is always by version. A later version can have a lower transaction id
# (its transaction began earlier and waited), so earlier ones that are not sealed come along; they
# are visible, since somebody has built on them. OFFSET 0 keeps the planner at one index probe per
# case.
_SEAL = """
insert into sealed_entry (position, event_id, case_id, version, leaf_hash)
select (select coalesce(max(position) + 1, 0) from sealed_entry)
        + row_number() over (order by settled, case_id, version) - 1,
    event_id, case_id, version, sha256('\\x00'::bytea || hash)
from unnest($1::text[], $2::integer[]) as upto (upto_case, upto_version)
cross join lateral (
    select event_id, case_id, version, hash, max(xid) over (order by version) as settled
    from event
    where case_id = upto_case and version <= upto_version and version > (
        select coalesce(max(version), 0) from sealed_entry where case_id = upto_case
    )
    offset 0
) fresh
returning position, leaf_hash
"""
_MARK = """
select xid, case_id, version, cluster, system_identifier::text as here
from seal_mark, pg_control_system()
"""
_UNSEALED = """
select e.case_id, max(e.version) as version
from event e
left join (select case_id, max(version) as upto from sealed_entry group by case_id) s
    using (case_id)
where e.version > coalesce(s.upto, 0) group by e.case_id order by e.case_id
"""
_ADOPT = """
update seal_mark set xid = pg_current_xact_id(), case_id = '', version = 0,
    cluster = (select system_identifier::text from pg_control_system())
"""


class Mark(NamedTuple):
    """The last row that was read."""

    xid: int
    case_id: str
    version: int


async def seal_upto(
    connection: Connection, cases: dict[str, int], extend: Extend | None = None
) -> int:
    """Seal each case up to a version, inside the caller's transaction; returns how many events."""
    rows = await connection.fetch(_SEAL, list(cases), list(cases.values()))
    if not rows:
        return 0
    entries = sorted((row["position"], row["leaf_hash"]) for row in rows)
    if extend is not None:
        await extend(connection, entries[0][0], [leaf for _, leaf in entries])
    await connection.execute("select pg_notify($1, $2)", CHANNEL, str(entries[-1][0]))
    return len(entries)


async def read_mark(connection: Connection) -> Mark:
    """Where the sealer goes on.

    Raises:
        SealerStopped: the mark was made in another server.
    """
    mark = await _mark_of_this_server(connection)
    if mark is None:
        raise SealerStopped(
            "The database was restored into another PostgreSQL server, where transaction ids "
            "begin anew: run `hoiam migrate` once."
        )
    return mark


async def adopt(connection: Connection, extend: Extend | None = None, chunk: int = 1000) -> int:
    """After a restore into another server: seal what is there, and count on from its ids.

    Runs under the owner's role; writers wait meanwhile. Returns how many events were sealed,
    0 if the server is the one that the database knows.
    """
    if await _mark_of_this_server(connection) is not None:
        return 0
    async with connection.transaction():
        # With no writer at work, everything that can be seen is settled, whatever its id.
        await connection.execute("lock table event in share row exclusive mode")
        if await _mark_of_this_server(connection) is not None:
            return 0
        cases = [(r["case_id"], r["version"]) for r in await connection.fetch(_UNSEALED)]
        sealed = 0
        for start in range(0, len(cases), chunk):
            sealed += await seal_upto(connection, dict(cases[start : start + chunk]), extend)
        await connection.execute(_ADOPT)
        return sealed


async def _mark_of_this_server(connection: Connection) -> Mark | None:
    row = await connection.fetchrow(_MARK)
    if row is None or row["cluster"] != row["here"]:
        return None
    return Mark(row["xid"], row["case_id"], row["version"])
