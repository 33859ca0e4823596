"""Projections follow the sealed log: nothing twice, nothing missed, and equal to a rebuild."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

import pytest

from domain.events import CaseReported
from eventlog.feed import BEGINNING, Sealed, Seals, last_position, sealed_after
from eventlog.pg import Connection, OwnConnection
from eventlog.projector import Projector
from eventlog.rebuild_projection import check_projection, rebuild_projection
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.eventlog.sample import new_case, noted

TEXT = "Ổ gà lớn"


async def report(store: EventStore) -> str:
    case_id = str(uuid4())
    await store.append([new_case(case_id, noted(1))])
    return case_id


def text_of(sealed: Sealed) -> str | None:
    body = sealed.recorded.event.body
    assert isinstance(body, CaseReported)
    return body.text


class Tally:
    """How many events of each kind there were, and what was said."""

    name = "tally"
    tables = ("tally",)
    opens_text = True

    def __init__(self) -> None:
        self.broken = False

    async def apply(self, connection: Connection, events: Sequence[Sealed]) -> None:
        for kind, count in Counter(one.recorded.event.type for one in events).items():
            await connection.execute(
                "insert into tally values ($1, $2) on conflict (kind) "
                "do update set events = tally.events + excluded.events",
                kind,
                count,
            )
        if self.broken:
            raise OSError("the line went dead")


@pytest.fixture
async def tally(owner: OwnConnection) -> Tally:
    await owner.execute(
        "create table tally (kind text primary key, events integer not null);"
        "grant select, insert, update on tally to hoiam_app"
    )
    return Tally()


async def seal(dsn: str) -> None:
    sealer = Sealer(dsn)
    while await sealer.seal_once():
        pass
    await sealer.close()


async def counted(store: EventStore) -> dict[str, int]:
    return {r["kind"]: r["events"] for r in await store.pool.fetch("select * from tally")}


async def test_every_sealed_event_is_read_once_in_order_and_with_its_text(
    store: EventStore, database: str
) -> None:
    cases = [await report(store) for _ in range(3)]
    assert await last_position(store.pool) == BEGINNING
    await seal(database)
    read: list[Sealed] = []
    while page := await sealed_after(
        store.pool, read[-1].position if read else BEGINNING, 2, store.keys
    ):
        read += page
    assert [one.position for one in read] == list(range(await last_position(store.pool) + 1))
    assert {one.recorded.case_id for one in read} == set(cases)
    assert text_of(read[0]) == TEXT
    sealed_only = await sealed_after(store.pool, BEGINNING, 1)
    assert text_of(sealed_only[0]) is None


async def test_a_projection_applies_each_event_once_though_several_work_at_it(
    store: EventStore, database: str, tally: Tally
) -> None:
    for _ in range(5):
        await report(store)
    await seal(database)
    projectors = [Projector(store.pool, store.keys, [tally]) for _ in range(3)]
    await asyncio.gather(*(one.catch_up() for one in projectors))
    assert (await counted(store))["CaseReported"] == 5


async def test_a_step_that_fails_half_way_leaves_nothing(
    store: EventStore, database: str, tally: Tally
) -> None:
    await report(store)
    await seal(database)
    projector = Projector(store.pool, store.keys, [tally])
    tally.broken = True
    with pytest.raises(OSError, match="dead"):
        await projector.once()
    assert await counted(store) == {}
    tally.broken = False
    await projector.catch_up()
    assert (await counted(store))["CaseReported"] == 1


async def test_it_follows_the_seals_until_it_is_stopped(
    store: EventStore, database: str, tally: Tally
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(
        Projector(store.pool, store.keys, [tally]).run(stop, Seals(database))
    )
    await report(store)
    await seal(database)
    async with asyncio.timeout(10):
        while not await counted(store):
            await asyncio.sleep(0.02)
    stop.set()
    await running


async def test_a_rebuild_equals_the_live_one_and_a_changed_row_is_found(
    store: EventStore, database: str, owner: OwnConnection, tally: Tally
) -> None:
    for _ in range(3):
        await report(store)
    await seal(database)
    projector = Projector(store.pool, store.keys, [tally])
    await projector.catch_up()
    assert await check_projection(owner, tally, store.keys) == []
    await owner.execute("update tally set events = 7")
    assert {f.kind for f in await check_projection(owner, tally, store.keys)} == {
        "projection_differs"
    }
    await rebuild_projection(owner, tally, store.keys)
    assert await check_projection(owner, tally, store.keys) == []
    assert (await counted(store))["CaseReported"] == 3
    await report(store)
    await seal(database)
    await projector.catch_up()
    assert (await counted(store))["CaseReported"] == 4
