"""A read model made anew from the log equals the live one, row for row."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from domain.events import Event
from domain.row import CaseRow
from eventlog.pg import OwnConnection
from eventlog.rebuild import rebuild
from eventlog.rows import COLUMNS
from eventlog.store import EventStore
from tests.eventlog.sample import add, new_case, noted, project

_SHAPE = """
select relname::text, relkind::text, relacl::text from pg_class
where relname like 'case_row%' and relnamespace = 'public'::regnamespace order by 1
"""


async def write_some(store: EventStore, seed: int) -> None:
    chance = random.Random(seed)
    cases = [f"case{n}" for n in range(20)]
    notes = [noted(minute) for minute in range(4)]
    await store.append([new_case(case, *notes[: chance.randrange(4)]) for case in cases])
    for minute in range(30):
        await add(store, chance.choice(cases), noted(minute))


@pytest.mark.parametrize("seed", [1, 2])
async def test_rebuild_equals_live(store: EventStore, owner: OwnConnection, seed: int) -> None:
    await write_some(store, seed)
    live, shape = await store.rows(limit=1000), await owner.fetch(_SHAPE)
    assert await rebuild(owner, project) == 20
    assert await store.rows(limit=1000) == live
    assert [tuple(row)[:2] for row in await owner.fetch(_SHAPE)] == [tuple(r)[:2] for r in shape]
    assert {row[2] for row in shape} == {row[2] for row in await owner.fetch(_SHAPE)}


_BESIDE = """
select tgname::text from pg_trigger where tgrelid = 'case_row'::regclass and not tgisinternal
union select attname || ' ' || attstattarget from pg_attribute
where attrelid = 'case_row'::regclass and attstattarget > 0 order by 1
"""


async def test_a_rebuilt_table_keeps_what_stands_beside_it(
    store: EventStore, owner: OwnConnection
) -> None:
    before = [row[0] for row in await owner.fetch(_BESIDE)]
    assert before == ["facets 10", "facets_of_changed", "facets_of_new", "unit 10"]
    await store.append([new_case("before")])
    await rebuild(owner, project)
    assert [row[0] for row in await owner.fetch(_BESIDE)] == before
    await store.append([new_case("after")])
    kept = await owner.fetch("select facets from facet")
    assert {row[0] for row in kept} == {
        row[0] for row in await owner.fetch("select facets from case_row")
    }


async def test_rebuild_heals_what_was_changed_behind_its_back(
    store: EventStore, owner: OwnConnection
) -> None:
    await write_some(store, 3)
    live = await store.rows(limit=1000)
    await owner.execute(
        """
        update case_row set state = 'lie' where case_id = 'case1';
        update case_row set version = 99 where case_id = 'case2';
        delete from case_row where case_id = 'case3';
        insert into case_row (COLUMNS) select COLUMNS from (select (jsonb_populate_record(
            c, '{"case_id": "ghost", "code": "ghost"}')).* from case_row c where case_id = 'case1'
        ) ghost;
    """.replace("COLUMNS", COLUMNS)
    )
    await rebuild(owner, project)
    assert await store.rows(limit=1000) == live


async def test_appends_go_on_while_the_model_is_rebuilt(
    store: EventStore, owner: OwnConnection
) -> None:
    await write_some(store, 4)
    done = asyncio.Event()

    async def keep_writing() -> int:
        written = 0
        while not done.is_set():
            await add(store, f"case{written % 20}", noted(written))
            await store.append([new_case(f"new{written}")])
            written += 1
        return written

    writing = asyncio.create_task(keep_writing())
    for _ in range(3):
        await rebuild(owner, project)
    done.set()
    written = await writing
    assert written > 3
    rows = await store.rows(limit=10_000)
    assert len(rows) == 20 + written
    for row in rows:
        assert row == project(row.case_id, [e.event for e in await store.load(row.case_id)])


async def test_a_history_that_cannot_be_folded_leaves_the_live_model_alone(
    store: EventStore, owner: OwnConnection
) -> None:
    await store.append([new_case("a")])

    def broken(case_id: str, events: Sequence[Event]) -> CaseRow:
        raise ValueError(case_id)

    with pytest.raises(ValueError, match="a"):
        await rebuild(owner, broken)
    assert len(await store.rows()) == 1
    await rebuild(owner, project)
    assert await owner.fetchval("select to_regnamespace('rebuild')") is None
