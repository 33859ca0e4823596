"""The application cannot change the past, and what is sealed cannot be read off the disk."""

from __future__ import annotations

import asyncpg
import pytest

from domain.row import CaseRow
from eventlog.envelope import Envelope
from eventlog.pg import OwnConnection, Pool
from eventlog.store import EventStore
from eventlog.tables import TABLES
from tests.eventlog.sample import new_case, noted

INSERT = "insert into event (case_id, {}) values ('a', default)"
DELETE = "delete from {}"
DUMP = "select * from {}"
CHANGES = ["update {} set version = 7", DELETE, "truncate {}"]


@pytest.mark.parametrize("table", ["event", "sealed_entry"])
@pytest.mark.parametrize("change", CHANGES)
async def test_the_application_may_not_change_the_log(
    store: EventStore, table: str, change: str
) -> None:
    await store.append([new_case("a")])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute(change.format(table))


@pytest.mark.parametrize("change", CHANGES)
async def test_even_the_owner_runs_into_the_trigger(
    store: EventStore, owner: OwnConnection, change: str
) -> None:
    await store.append([new_case("a")])
    with pytest.raises(asyncpg.RestrictViolationError, match="the log only grows"):
        await owner.execute(change.format("event"))


@pytest.mark.parametrize("column", ["xid", "recorded_at"])
async def test_the_application_cannot_choose_what_the_database_says(
    pool: Pool, column: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(INSERT.format(column))


@pytest.mark.parametrize("table", ["command", "firing", "key_check"])
async def test_outcomes_and_firings_cannot_be_taken_back(pool: Pool, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(DELETE.format(table))


async def test_every_session_has_limits_and_keeps_its_role(pool: Pool) -> None:
    for _ in range(2):  # the second time on a connection that was given back
        async with pool.acquire() as connection:
            assert await connection.fetchval("select current_user") == "hoiam_app"
            assert await connection.fetchval("show lock_timeout") == "5s"
            limit = await connection.fetchval("show idle_in_transaction_session_timeout")
            assert limit == "30s"


async def test_free_text_is_nowhere_in_the_tables(store: EventStore, owner: OwnConnection) -> None:
    secret = "Bí mật của bà Năm"
    await store.append([new_case("a", noted(1, secret), command_id="k1")])
    tables = [
        row[0]
        for row in await owner.fetch(
            "select relname::text from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace"
        )
    ]
    assert "event" in tables
    everything = b""
    for table in tables:
        dumped = await owner.fetch(DUMP.format(table))
        everything += b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for row in dumped
            for value in row.values()
        )
    assert b"road" in everything
    assert secret.encode() not in everything
    assert "Bí mật".encode() not in everything
    assert (await store.load("a", unseal=True))[1].event == noted(1, secret)


_COLUMNS = """
select attname::text, typname::text as kind
from pg_attribute join pg_type t on t.oid = atttypid
where attrelid = $1::text::regclass and attnum > 0 order by attnum
"""


@pytest.mark.parametrize("part", TABLES)
async def test_what_is_written_are_columns_of_the_table(pool: Pool, part: str) -> None:
    table = TABLES[part]
    names = {"int4": "integer", "bool": "boolean", "_text": "text[]"}
    stored, value = [
        {row["attname"]: names.get(row["kind"], row["kind"]) for row in rows}
        for rows in [await pool.fetch(_COLUMNS, name) for name in (table.name, table.value)]
    ]
    assert table.types.items() <= stored.items()
    assert list(table.types.items()) == list(value.items())


async def test_the_row_of_a_case_is_the_whole_table(pool: Pool) -> None:
    """But for what PostgreSQL makes from the rest by itself."""
    rows = await pool.fetch(
        "select attname::text from pg_attribute where attrelid = 'case_row'::regclass"
        " and attnum > 0 and attgenerated = '' and not attisdropped order by attnum"
    )
    assert tuple(row[0] for row in rows) == CaseRow.__slots__
    assert TABLES["events"].columns == Envelope._fields
