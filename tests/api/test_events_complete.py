"""Under many slow writers the feed misses nothing, while a reader by number does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from eventlog.batch import collect
from eventlog.pg import OwnConnection
from eventlog.pool import connect
from eventlog.records import Append
from eventlog.sealer import Sealer
from eventlog.statement import statement
from eventlog.store import EventStore
from tests.api.counter import ELSEWHERE, Counter, counter_over, telling_over
from tests.eventlog.sample import new_case, noted

_NUMBERED = """
create table numbered (id bigint generated always as identity primary key, event_id uuid);
grant select, insert on numbered to hoiam_app;
create function number_event() returns trigger language plpgsql as
$$ begin insert into numbered (event_id) values (new.event_id); return null; end $$;
create trigger number_event after insert on event for each row execute function number_event();
"""
_BY_NUMBER = "select id, event_id from numbered where id > $1 order by id"
_BEHIND = "select (select count(*) from event) - (select count(*) from sealed_entry)"
#: The sample's cases lie in a commune of that time, now under the province.
_READER = "auditor@unit:79"


@pytest.fixture
async def feed(store: EventStore, database: str) -> AsyncIterator[Counter]:
    telling = telling_over(store, database)
    yield counter_over(store, telling=telling)
    await telling.seals.close()


async def follow(feed: Counter, stop: asyncio.Event, seen: list[str], role: str) -> None:
    """A program: ask for what comes after what was read, waiting for it."""
    after, final, headers = -1, False, feed.token(role)
    while not final:
        final = stop.is_set()
        asked = {"after": after, "wait": 1, "limit": 17}
        said = (await feed.http.get("/v1/events", params=asked, headers=headers)).json()
        seen += [event["id"] for event in said["events"]]
        final = final and not said["more"]
        after = said["next"]


async def by_number(store: EventStore, stop: asyncio.Event, seen: list[str]) -> None:
    """The control: a program that asks for higher numbers than it saw."""
    last, final = 0, False
    while not final:
        final = stop.is_set()
        for row in await store.pool.fetch(_BY_NUMBER, last):
            last = row["id"]
            seen.append(str(row["event_id"]))
        await asyncio.sleep(0.002)


async def write(connection: OwnConnection, store: EventStore, append: Append) -> None:
    text, arguments = statement(collect([append], store.keys))
    await connection.execute(text, *arguments)


async def write_slowly(store: EventStore, dsn: str, writer: int, rounds: str) -> None:
    connection = await connect(dsn)
    for step in range(12):
        async with connection.transaction():
            case = new_case(f"{rounds}w{writer}c{step}", noted(1))
            await write(connection, store, case)
            await asyncio.sleep(((writer * 7 + step * 3) % 11) / 1000)
    await connection.close()


async def test_a_program_that_follows_the_feed_misses_nothing(
    feed: Counter, store: EventStore, database: str, owner: OwnConnection
) -> None:
    await owner.execute(_NUMBERED)
    followed, polled, foreign = list[str](), list[str](), list[str]()
    missed, written, sealed = set[str](), asyncio.Event(), asyncio.Event()
    sealer = asyncio.create_task(Sealer(database, pause=0.005, limit=50).run(sealed))
    for number in range(5):
        written.clear()
        sealed_all = asyncio.Event()
        readers = [
            asyncio.create_task(follow(feed, sealed_all, followed, _READER)),
            asyncio.create_task(follow(feed, sealed_all, foreign, f"auditor@{ELSEWHERE}")),
            asyncio.create_task(by_number(store, written, polled)),
        ]
        await asyncio.gather(*(write_slowly(store, database, w, f"r{number}") for w in range(8)))
        written.set()
        while await store.pool.fetchval(_BEHIND):
            await asyncio.sleep(0.01)
        sealed_all.set()
        await asyncio.gather(*readers)
        everything = {str(r[0]) for r in await store.pool.fetch("select event_id from event")}
        assert set(followed) == everything
        assert foreign == []
        assert len(followed) == len(everything)
        missed = everything - set(polled)
        if missed:
            break
        followed, polled = [], []
    sealed.set()
    await sealer
    assert missed, "the control must miss some: otherwise this proves nothing"
