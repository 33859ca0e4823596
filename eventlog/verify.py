"""Check the whole log: chains, payloads, sealed order, and the read model against a rebuild.

It reads one state of the database, page by page, and needs no key: what is hashed is ciphertext.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from eventlog.checks import Finding, History, Project, check_case
from eventlog.envelope import Envelope
from eventlog.pg import Connection, Pool, Record
from eventlog.rows import case_row
from eventlog.tables import TABLES

__all__ = ["Finding", "verify"]

_PAGE = """
(select distinct case_id from event where case_id > $1 order by case_id limit $2)
union
(select case_id from case_row where case_id > $1 order by case_id limit $2)
order by case_id limit $2
"""
_EVENTS = "select COLUMNS from event where case_id = any($1::text[]) order by case_id, version"
_ROWS = "select COLUMNS from case_row where case_id = any($1::text[])"
_FIRINGS = "select case_id, clock_id, firing from firing where case_id = any($1::text[])"

# Each gives case_id, version and detail of what is wrong, over the whole log.
_GLOBAL = {
    "gap_in_positions": """
        select null as case_id, null as version,
            format('position %s is missing', before + 1) as detail
        from (
            select position, lag(position, 1, -1::bigint) over (order by position) as before
            from sealed_entry
        ) s
        where position <> before + 1 order by position limit $1
    """,
    "sealed_differs": """
        select s.case_id, s.version, case when e.event_id is null
            then format('the event at position %s is gone', s.position)
            else format('position %s holds another event', s.position) end as detail
        from sealed_entry s left join event e using (event_id)
        where e.event_id is null or (s.case_id, s.version) <> (e.case_id, e.version)
            or s.leaf_hash <> sha256('\\x00'::bytea || e.hash)
        order by s.position limit $1
    """,
    "sealed_out_of_order": """
        select case_id, version, format('sealed after version %s', before) as detail
        from (
            select case_id, version, lag(version, 1, 0) over (
                partition by case_id order by position) as before
            from sealed_entry
        ) s
        where version <> before + 1 order by case_id, version limit $1
    """,
    "not_sealed": """
        select e.case_id, e.version, 'older than the seal mark, but not sealed' as detail
        from event e cross join seal_mark m
        where (e.xid, e.case_id, e.version) <= (m.xid, m.case_id, m.version)
            and not exists (select from sealed_entry s where s.event_id = e.event_id)
        order by e.case_id, e.version limit $1
    """,
    "command_missing": """
        select e.case_id, e.version, format('command %s has no outcome', command_id) as detail
        from event e
        where command_id is not null
            and not exists (select from command c where c.command_id = e.command_id)
        order by e.case_id, e.version limit $1
    """,
}


async def verify(
    pool: Pool, project: Project, *, limit: int = 1000, page: int = 200
) -> list[Finding]:
    """What is wrong, at most about ``limit`` findings; an empty list means nothing was found.

    ``project`` computes a case's row from its events. Memory holds ``page`` cases at a time.
    """
    findings: list[Finding] = []
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        for kind, query in _GLOBAL.items():
            rows = await connection.fetch(query, limit)
            findings += [Finding(kind, r["case_id"], r["version"], r["detail"]) for r in rows]
        async for case in histories(connection, page):
            if len(findings) >= limit:
                break
            findings += check_case(case, project)
    return findings


async def histories(connection: Connection, page: int = 200) -> AsyncIterator[History]:
    """Every case with all that is stored about it, in the order of their ids."""
    after = ""
    while ids := [row["case_id"] for row in await connection.fetch(_PAGE, after, page)]:
        for case in await read_histories(connection, ids):
            yield case
        after = ids[-1]


async def read_histories(connection: Connection, ids: Sequence[str]) -> list[History]:
    """The named cases with all that is stored about them."""
    events = await _by_case(connection, _EVENTS.replace("COLUMNS", _STORED), ids)
    rows = await _by_case(connection, _ROWS.replace("COLUMNS", _MODEL), ids)
    firings = await _by_case(connection, _FIRINGS, ids)
    return [
        History(
            case_id=case_id,
            events=events[case_id],
            row=case_row(rows[case_id][0]) if rows[case_id] else None,
            firings=frozenset((row["clock_id"], row["firing"]) for row in firings[case_id]),
        )
        for case_id in ids
    ]


_STORED = ", ".join(Envelope._fields)
_MODEL = ", ".join(TABLES["rows"].columns)


async def _by_case(
    connection: Connection, query: str, ids: Sequence[str]
) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in await connection.fetch(query, ids):
        found[row["case_id"]].append(row)
    return found
