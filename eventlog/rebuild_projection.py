"""Make a projection anew from the log beside the old one: to replace it, or to compare the two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from eventlog.checks import Finding
from eventlog.feed import BEGINNING, sealed_after
from eventlog.keys import Keys
from eventlog.pg import Connection, OwnConnection
from eventlog.projector import Projection

__all__ = ["check_projection", "check_projections", "rebuild_projection"]

LOCK = 0x686F69616D04
_CHUNK = 1000
_SHOWN = 5
_LIKE = "create table beside.TABLE (like public.TABLE including all)"
#: Shared with the live projector: who holds the row, moves the model.
_HELD = "select position from projection where name = $1 for update"

# The new table gets the rights of the one whose place it takes.
_SWAP = """
do $$
declare held text;
begin
    for held in select privilege_type from information_schema.role_table_grants
        where table_schema = 'public' and table_name = 'TABLE' and grantee = 'hoiam_app'
    loop
        execute format('grant %s on beside.TABLE to hoiam_app', held);
    end loop;
end
$$;
drop table public.TABLE;
alter table beside.TABLE set schema public;
"""
_DIFFERENCES = """
(select 'live' as side from (
    select to_jsonb(one) from public.TABLE one except all select to_jsonb(one) from beside.TABLE one
) a) union all (select 'rebuilt' from (
    select to_jsonb(one) from beside.TABLE one except all select to_jsonb(one) from public.TABLE one
) b) limit $1
"""


async def rebuild_projection(connection: Connection, projection: Projection, keys: Keys) -> int:
    """Replace a projection's tables, under the owner's role; returns the position reached.

    The live one goes on until the swap, which holds it up only while the new one catches up.
    """
    async with _beside(connection, projection):
        reached = await _fill(connection, projection, keys, BEGINNING, None)
        async with connection.transaction():
            await connection.execute(
                "insert into public.projection (name) values ($1) on conflict do nothing",
                projection.name,
            )
            await connection.fetchval(_HELD, projection.name)
            reached = await _fill(connection, projection, keys, reached, None)
            for table in projection.tables:
                await connection.execute(_SWAP.replace("TABLE", table))
            await connection.execute(
                "update public.projection set position = $2 where name = $1",
                projection.name,
                reached,
            )
    return reached


async def check_projections(
    dsn: str, projections: Sequence[Projection], keys: Keys
) -> list[Finding]:
    """How projections differ from their rebuilds; ``dsn`` is the owner's address."""
    connection: OwnConnection = await asyncpg.connect(dsn)
    try:
        return [
            finding
            for projection in projections
            for finding in await check_projection(connection, projection, keys)
        ]
    finally:
        await connection.close()


async def check_projection(
    connection: Connection, projection: Projection, keys: Keys
) -> list[Finding]:
    """How a projection differs from its rebuild, under the owner's role; it changes nothing.

    One that lags is compared as of where it has come to.
    """
    async with _beside(connection, projection):
        position = await connection.fetchval(_HELD.removesuffix(" for update"), projection.name)
        reached = await _fill(connection, projection, keys, BEGINNING, _place(position))
        async with connection.transaction():
            now = _place(await connection.fetchval(_HELD, projection.name))
            await _fill(connection, projection, keys, reached, now)
            findings = [
                finding
                for table in projection.tables
                for finding in await _differences(connection, table)
            ]
    return findings


def _place(position: int | None) -> int:
    """Where a projection is; one that nobody has run yet has seen nothing."""
    return BEGINNING if position is None else position


async def _fill(
    connection: Connection, projection: Projection, keys: Keys, after: int, upto: int | None
) -> int:
    """Apply what follows a position, up to another one or to the end; returns where it ended."""
    opened = keys if projection.opens_text else None
    while upto is None or after < upto:
        limit = _CHUNK if upto is None else min(_CHUNK, upto - after)
        events = await sealed_after(connection, after, limit, opened)
        if not events:
            break
        async with connection.transaction():
            await projection.apply(connection, events)
        after = events[-1].position
    return after


@asynccontextmanager
async def _beside(connection: Connection, projection: Projection) -> AsyncIterator[None]:
    """Empty tables of the same form, which the projection's names mean meanwhile."""
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute("drop schema if exists beside cascade; create schema beside")
        for table in projection.tables:
            await connection.execute(_LIKE.replace("TABLE", table))
        await connection.execute("set search_path = beside, public")
        yield
    finally:
        await connection.execute("set search_path = public")
        await connection.execute("drop schema if exists beside cascade")
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def _differences(connection: Connection, table: str) -> Sequence[Finding]:
    """Rows that only one of the two has."""
    rows = await connection.fetch(_DIFFERENCES.replace("TABLE", table), _SHOWN)
    return [
        Finding(
            "projection_differs", None, None, f"{table}: a row is only in the {row['side']} one"
        )
        for row in rows
    ]
