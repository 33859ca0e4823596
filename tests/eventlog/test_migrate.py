"""Migrations: from nothing, again, by two at once, and never over a changed or newer database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from eventlog.errors import DatabaseTooNew, DatabaseTooOld, MigrationChanged
from eventlog.migrate import Migration, check, migrate, migrations
from eventlog.pool import open_pool

NAMES = tuple(step.name for step in migrations())
SNAPSHOTS = Path(__file__).parent / "schema"

_SCHEMA = r"""
select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    || case a.attidentity when 'a' then ' identity' else '' end as line
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'c')
union all
select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
from pg_constraint
where connamespace = 'public'::regnamespace and contype <> 'n'
union all
select 'index ' || regexp_replace(indexdef, '\s+', ' ', 'g')
from pg_indexes where schemaname = 'public'
union all
select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
union all
select 'grant ' || privilege_type || ' on ' || table_name || ' to ' || grantee
from information_schema.role_table_grants where grantee = 'hoiam_app' and table_schema = 'public'
union all
select 'grant ' || privilege_type || ' on ' || table_name || '.' || column_name || ' to ' || grantee
from information_schema.column_privileges g
where grantee = 'hoiam_app' and table_schema = 'public' and not exists (
    select from information_schema.role_table_grants t
    where (t.grantee, t.table_name, t.privilege_type)
        = (g.grantee, g.table_name, g.privilege_type))
"""


async def test_an_empty_database_is_brought_to_todays_form_once(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    with pytest.raises(DatabaseTooOld, match="hoiam migrate"):
        await check(connection)
    assert await migrate(connection) == NAMES
    assert await migrate(connection) == ()
    await check(connection)
    await connection.close()


async def test_two_processes_may_migrate_at_once(empty_database: str) -> None:
    both = [await asyncpg.connect(empty_database) for _ in range(2)]
    done = await asyncio.gather(*(migrate(connection) for connection in both))
    assert sorted(done) == [(), NAMES]
    for connection in both:
        await connection.close()


async def test_a_database_of_newer_code_is_left_alone(
    database: str, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    await owner.execute("insert into migration values (9999, '9999_later', 'x')")
    for refused in (migrate, check):
        with pytest.raises(DatabaseTooNew, match="migration 9999"):
            await refused(owner)
    with pytest.raises(DatabaseTooNew):
        await open_pool(database)


async def test_an_applied_migration_never_changes(
    owner: asyncpg.Connection[asyncpg.Record],
) -> None:
    changed = replace(migrations()[0], sql="select 1")
    with pytest.raises(MigrationChanged, match="0001_log"):
        await migrate(owner, (changed, *migrations()[1:]))


async def test_a_step_that_fails_leaves_nothing_behind(
    owner: asyncpg.Connection[asyncpg.Record],
) -> None:
    good = Migration(9001, "9001_good", "create table good (x int)")
    bad = Migration(9002, "9002_bad", "create table half (x int); select 1/0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(owner, (*migrations(), good, bad))
    assert await owner.fetchval("select to_regclass('good') is not null")
    assert await owner.fetchval("select to_regclass('half')") is None
    assert await migrate(owner, (*migrations(), good)) == ()


async def test_the_schema_is_the_one_that_was_released(
    owner: asyncpg.Connection[asyncpg.Record],
) -> None:
    lines = sorted(row["line"] for row in await owner.fetch(_SCHEMA))
    expected = (SNAPSHOTS / f"{NAMES[-1]}.txt").read_text("utf-8").splitlines()
    assert lines == expected
