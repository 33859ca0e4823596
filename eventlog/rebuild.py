"""Compute every case's row anew from the log beside the old table, then swap the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from eventlog.checks import History, Project
from eventlog.pg import Connection
from eventlog.tables import TABLES
from eventlog.unwrap import unwrap
from eventlog.verify import histories, read_histories

__all__ = ["rebuild"]

LOCK = 0x686F69616D03
_CHUNK = 500
_TABLE = TABLES["rows"]
_values = attrgetter(*_TABLE.columns)

# In a schema of its own, indexes and constraints get the names that they will have. Triggers and
# what is said of statistics are not copied.
_PREPARE = """
drop schema if exists rebuild cascade;
create schema rebuild;
create table rebuild.case_row (like public.case_row including all);
alter table rebuild.case_row alter column unit set statistics 10;
alter table rebuild.case_row alter column facets set statistics 10;
create trigger facets_of_new after insert on rebuild.case_row
    referencing new table as changed for each statement execute function keep_facets();
create trigger facets_of_changed after update on rebuild.case_row
    referencing new table as changed for each statement execute function keep_facets();
"""
# A case's version moves with its events: another version means that events came meanwhile.
_STALE = """
select case_id from public.case_row old full join rebuild.case_row new using (case_id)
where old.version is distinct from new.version order by case_id
"""
_SWAP = """
drop table public.case_row;
alter table rebuild.case_row set schema public;
drop schema rebuild;
grant select, insert, update on public.case_row to hoiam_app;
"""


async def rebuild(connection: Connection, project: Project) -> int:
    """Replace the read model, under the owner's role; returns how many cases it has.

    Appends go on until the swap, which holds them up only while it catches up with them.
    """
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(_PREPARE)
        await _fill(connection, project)
        await _catch_up(connection, project)
        async with connection.transaction():
            await connection.execute("lock table public.case_row in access exclusive mode")
            await _catch_up(connection, project)
            await connection.execute(_SWAP)
        await connection.execute("analyze case_row")
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)
    return int(await connection.fetchval("select count(*) from case_row"))


async def _fill(connection: Connection, project: Project) -> None:
    chunk: list[History] = []
    async for case in histories(connection, _CHUNK):
        chunk.append(case)
        if len(chunk) == _CHUNK:
            await _write(connection, chunk, project)
            chunk = []
    await _write(connection, chunk, project)


async def _catch_up(connection: Connection, project: Project) -> None:
    stale = [row["case_id"] for row in await connection.fetch(_STALE)]
    for start in range(0, len(stale), _CHUNK):
        ids = stale[start : start + _CHUNK]
        await connection.execute(
            "delete from rebuild.case_row where case_id = any($1::text[])", ids
        )
        await _write(connection, await read_histories(connection, ids), project)


async def _write(connection: Connection, cases: Sequence[History], project: Project) -> None:
    await connection.copy_records_to_table(
        _TABLE.name,
        schema_name="rebuild",
        columns=_TABLE.columns,
        records=list(_rows(cases, project)),
    )


def _rows(cases: Iterable[History], project: Project) -> Iterable[tuple[object, ...]]:
    # A row without events is not rebuilt: the log is the truth.
    for case in cases:
        if case.events:
            yield _values(project(case.case_id, [unwrap(record) for record in case.events]))
