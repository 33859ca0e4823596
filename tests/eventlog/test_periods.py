"""Periods follow the log: however its events are batched, and equal to a rebuild."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.period import STILL, CasePeriod
from eventlog.periods import COLUMNS, CasePeriods
from eventlog.pg import OwnConnection, Pool
from eventlog.rebuild_projection import check_projection, rebuild_projection
from eventlog.store import EventStore
from tests.domain.lives import season
from tests.eventlog.sample import add, new_case, noted
from tests.eventlog.town_log import followed, followed_by_steps, sealed, table, written

SHARED = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture
async def town(store: EventStore, database: str) -> EventStore:
    """A log with two seasons whose events lie side by side."""
    for seed in (3, 5):
        await written(store, season(seed))
    await sealed(database)
    return store


@SHARED
@given(limits=st.lists(st.integers(1, 40), min_size=1, max_size=4))
async def test_how_the_events_are_batched_makes_no_difference(
    town: EventStore, limits: list[int]
) -> None:
    await followed_by_steps(town, [100_000])
    at_once = await table(town.pool)
    await followed_by_steps(town, limits)
    assert await table(town.pool) == at_once


async def test_events_that_come_one_by_one_give_the_same_as_a_rebuild(
    town: EventStore, owner: OwnConnection
) -> None:
    await followed_by_steps(town, [1])
    live = await table(town.pool)
    assert await check_projection(owner, CasePeriods(), town.keys) == []
    await rebuild_projection(owner, CasePeriods(), town.keys)
    assert await table(town.pool) == live
    await owner.execute("update case_period set category = 'x' where valid_to = 'infinity'")
    found = {one.kind for one in await check_projection(owner, CasePeriods(), town.keys)}
    assert found == {"projection_differs"}


async def test_the_periods_of_a_case_leave_no_gap_and_the_last_one_is_its_row(
    town: EventStore, pool: Pool
) -> None:
    await followed_by_steps(town, [7])
    gaps = await pool.fetchval(
        "select count(*) from (select valid_to, lead(valid_from, 1, 'infinity') over "
        "(partition by case_id order by valid_from) as following from case_period) all_of_them "
        "where valid_to <> following"
    )
    assert gaps == 0
    now = await pool.fetch("select * from case_period where valid_to = 'infinity' order by case_id")
    rows = await pool.fetch("select * from case_row order by case_id")
    assert [{name: row[name] for name in dict(rows[0])} for row in map(dict, now)] == [
        dict(row) for row in rows
    ]
    assert len(now) == 12


async def test_what_comes_later_ends_a_period_and_what_comes_at_once_replaces_it(
    store: EventStore, database: str
) -> None:
    await store.append([new_case("a", noted(1))])
    await followed(store, database)
    await add(store, "a", noted(1), noted(3))
    await followed(store, database)
    found = await store.pool.fetch("select * from case_period order by valid_from")
    assert [row["version"] for row in found] == [1, 3, 4]
    assert [row["valid_to"] for row in found[:2]] == [noted(1).occurred_at, noted(3).occurred_at]
    assert found[2]["valid_to"].replace(tzinfo=UTC) == STILL


async def test_the_table_has_the_fields_of_a_period(pool: Pool) -> None:
    rows = await pool.fetch(
        "select column_name from information_schema.columns where table_name = 'case_period' "
        "and table_schema = 'public'"
    )
    assert {row["column_name"] for row in rows} == {*COLUMNS, "facets"}
    assert set(COLUMNS) == {field.name for field in fields(CasePeriod)}
