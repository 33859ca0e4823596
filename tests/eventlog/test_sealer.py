"""The sealed order: dense, complete, by version within a case, and one sealer at a time."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from eventlog.batch import collect
from eventlog.errors import SealerStopped
from eventlog.pg import Connection, OwnConnection
from eventlog.pool import connect
from eventlog.records import Append
from eventlog.sealer import DUE, Sealer
from eventlog.sealing import CHANNEL, adopt
from eventlog.statement import statement
from eventlog.store import EventStore
from eventlog.verify import verify
from tests.eventlog.sample import add, following, new_case, noted, project


@asynccontextmanager
async def sealing(dsn: str, limit: int = 5000) -> AsyncIterator[Sealer]:
    sealer = Sealer(dsn, limit=limit)
    try:
        yield sealer
    finally:
        await sealer.close()


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[OwnConnection]:
    connection = await connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def write(connection: Connection, store: EventStore, append: Append) -> None:
    """Append inside whatever transaction the connection is in."""
    text, arguments = statement(collect([append], store.keys))
    await connection.execute(text, *arguments)


async def order(store: EventStore) -> list[tuple[str, int]]:
    rows = await store.pool.fetch("select * from sealed_entry order by position")
    assert [row["position"] for row in rows] == list(range(len(rows)))
    return [(row["case_id"], row["version"]) for row in rows]


async def test_positions_begin_at_zero_and_leaves_are_rfc_6962(
    store: EventStore, database: str
) -> None:
    await store.append([new_case("a", noted(1)), new_case("b")])
    await add(store, "a", noted(2))
    async with sealing(database) as sealer:
        assert await sealer.seal_once() == 4
        assert await sealer.seal_once() == 0
    assert await order(store) == [("a", 1), ("a", 2), ("b", 1), ("a", 3)]
    rows = await store.pool.fetch(
        "select leaf_hash, hash from sealed_entry join event using (event_id)"
    )
    assert all(row["leaf_hash"] == sha256(b"\0" + row["hash"]).digest() for row in rows)


async def test_a_poller_by_number_skips_what_commits_late_and_the_sealer_waits(
    store: EventStore, database: str, owner: OwnConnection
) -> None:
    await owner.execute("""
        create table numbered (id bigint generated always as identity, case_id text);
        grant select, insert on numbered to hoiam_app;
    """)
    number = "insert into numbered (case_id) values ($1)"
    poll = "select id, case_id from numbered where id > $1 order by id"
    async with connected(database) as early, sealing(database) as sealer:
        block = early.transaction()
        await block.start()
        await write(early, store, new_case("early"))
        await early.execute(number, "early")
        await store.append([new_case("late")])
        await store.pool.execute(number, "late")
        polled = await store.pool.fetch(poll, 0)
        assert await sealer.seal_once() == 0
        await block.commit()
        polled += await store.pool.fetch(poll, polled[-1]["id"])
        assert await sealer.seal_once() == 2
    assert [row["case_id"] for row in polled] == ["late"], "the control must skip the early one"
    assert await order(store) == [("early", 1), ("late", 1)]


async def _poll(store: EventStore, query: str, seen: list[str], stop: asyncio.Event) -> None:
    last, final = -1, False
    while not final:
        final = stop.is_set()
        for row in await store.pool.fetch(query, last):
            last = row["number"]
            seen.append(str(row["event_id"]))
        await asyncio.sleep(0.002)


async def _write_slowly(store: EventStore, dsn: str, writer: int, cases: Sequence[str]) -> None:
    async with connected(dsn) as connection:
        for step, case_id in enumerate(cases):
            async with connection.transaction():
                await write(connection, store, new_case(case_id, noted(1)))
                await asyncio.sleep(((writer * 7 + step * 3) % 11) / 1000)


async def _round(store: EventStore, dsn: str, number: int) -> tuple[set[str], set[str]]:
    """Readers of both kinds under eight writers; returns what each has missed."""
    polled: list[str] = []
    followed: list[str] = []
    written, sealed = asyncio.Event(), asyncio.Event()
    sealer = asyncio.create_task(Sealer(dsn, pause=0.005, limit=50).run(sealed))
    readers = [
        asyncio.create_task(_poll(store, _BY_NUMBER, polled, written)),
        asyncio.create_task(_poll(store, _BY_POSITION, followed, sealed)),
    ]
    await asyncio.gather(
        *(_write_slowly(store, dsn, w, [f"r{number}w{w}c{c}" for c in range(12)]) for w in range(8))
    )
    written.set()
    while await store.pool.fetchval(_BEHIND):
        await asyncio.sleep(0.01)
    sealed.set()
    await asyncio.gather(sealer, *readers)
    everything = {str(row[0]) for row in await store.pool.fetch("select event_id from event")}
    assert len(followed) == len(set(followed)) == len(everything)
    return everything - set(polled), everything - set(followed)


_BY_NUMBER = "select id as number, event_id from numbered where id > $1 order by id"
_BY_POSITION = (
    "select position as number, event_id from sealed_entry where position > $1 order by position"
)
_BEHIND = "select (select count(*) from event) - (select count(*) from sealed_entry)"
_NUMBERED = """
create table numbered (id bigint generated always as identity primary key, event_id uuid);
grant select, insert on numbered to hoiam_app;
create function number_event() returns trigger language plpgsql as
$$ begin insert into numbered (event_id) values (new.event_id); return null; end $$;
create trigger number_event after insert on event for each row execute function number_event();
"""


async def test_under_many_slow_writers_the_sealed_order_misses_nothing(
    store: EventStore, database: str, owner: OwnConnection
) -> None:
    await owner.execute(_NUMBERED)
    missed_by_number: set[str] = set()
    for number in range(5):
        missed_by_number, missed_by_position = await _round(store, database, number)
        assert missed_by_position == set()
        if missed_by_number:
            break
    assert missed_by_number, "the control must miss some: otherwise this proves nothing"
    assert await verify(store.pool, project) == []


async def test_a_later_version_with_a_lower_transaction_id_brings_the_earlier_one_along(
    store: EventStore, database: str
) -> None:
    await store.append([new_case("a")])
    async with (
        connected(database) as first,
        connected(database) as other,
        sealing(database) as sealer,
    ):
        lower, between = first.transaction(), other.transaction()
        await lower.start()
        await first.execute("select pg_current_xact_id()")
        await between.start()
        await other.execute("select pg_current_xact_id()")
        await add(store, "a", noted(2))
        await write(first, store, await following(store, "a", noted(3)))
        await lower.commit()
        ids = await store.pool.fetch("select version, xid from event order by xid")
        assert [row["version"] for row in ids] == [1, 3, 2], "the case of this test"
        assert await sealer.seal_once() == 3
        await between.rollback()
        await sealer.seal_once()
        await add(store, "a", noted(4))
        await sealer.seal_once()
    assert await order(store) == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]
    assert await verify(store.pool, project) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5000])
async def test_a_pass_may_end_in_the_middle_of_a_transaction(
    store: EventStore, database: str, limit: int
) -> None:
    await store.copy_append([new_case(f"case{n}", noted(1), noted(2)) for n in range(3)])
    await add(store, "case1", noted(3))
    async with sealing(database, limit=limit) as sealer:
        while await sealer.seal_once():
            pass
    expected = {("case1", 4), *((f"case{n}", v) for n in range(3) for v in (1, 2, 3))}
    assert set(await order(store)) == expected
    assert await verify(store.pool, project) == []


async def test_a_pass_looks_only_behind_its_mark(store: EventStore, owner: OwnConnection) -> None:
    notes = [noted(n, text=None) for n in range(9)]
    for part in range(5):
        await store.copy_append([new_case(f"c{part}-{n}", *notes) for n in range(50)])
    await owner.execute("vacuum analyze event")
    newest = await owner.fetchval("select max(xid) from event")
    plan = await owner.fetch(f"explain {DUE}", newest, "c4-40", 10, 5000)
    text = "\n".join(row[0] for row in plan)
    assert "using event_xid_case_id_version_idx" in text
    assert "Index Cond: ((ROW(xid, case_id, version) >" in text


async def test_one_of_two_sealers_leads_and_the_other_takes_over(
    store: EventStore, database: str
) -> None:
    await store.append([new_case("a")])
    async with sealing(database) as one, sealing(database) as two:
        assert await one.seal_once() == 1
        await store.append([new_case("b")])
        assert await two.seal_once() == 0
        assert (one.leads, two.leads) == (True, False)
        await one.close()
        assert await two.seal_once() == 1
    assert await order(store) == [("a", 1), ("b", 1)]


_PROGRAM = """
import asyncio, sys
from eventlog.sealer import Sealer
asyncio.run(Sealer(sys.argv[1], pause=0.01).run(asyncio.Event()))
"""


async def test_when_a_sealer_is_killed_another_one_goes_on(
    store: EventStore, database: str
) -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, database, cwd=root
    )
    await store.append([new_case("a")])
    await _until_sealed(store, 1)
    stop = asyncio.Event()
    second = Sealer(database, pause=0.01)
    waiting = asyncio.create_task(second.run(stop))
    await store.append([new_case("b")])
    await _until_sealed(store, 2)
    assert not second.leads
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await store.append([new_case("c")])
    await _until_sealed(store, 3)
    assert second.leads
    stop.set()
    await waiting
    assert await order(store) == [("a", 1), ("b", 1), ("c", 1)]


async def test_a_lost_connection_is_opened_again(
    store: EventStore, database: str, owner: OwnConnection
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Sealer(database, pause=0.01).run(stop))
    await store.append([new_case("a")])
    await _until_sealed(store, 1)
    ended = await owner.fetchval(
        "select count(pg_terminate_backend(pid)) from pg_locks "
        "where locktype = 'advisory' and pid <> pg_backend_pid()"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    assert ended == 1
    await store.append([new_case("b")])
    await _until_sealed(store, 2)
    stop.set()
    await running


async def _until_sealed(store: EventStore, count: int) -> None:
    async with asyncio.timeout(20):
        while await store.pool.fetchval("select count(*) from sealed_entry") < count:
            await asyncio.sleep(0.01)


async def test_listeners_hear_once_per_seal(store: EventStore, database: str) -> None:
    heard: list[object] = []

    def listen(*told: object) -> None:
        heard.append(told[-1])

    async with connected(database) as listener, sealing(database) as sealer:
        await listener.add_listener(CHANNEL, listen)
        await store.append([new_case("a", noted(1)), new_case("b")])
        await sealer.seal_once()
        await sealer.seal_once()
        await store.append([new_case("c")])
        await sealer.seal_once()
        await listener.execute("select 1")
        await listener.remove_listener(CHANNEL, listen)
    assert heard == ["2", "3"]


async def test_a_tree_grows_with_the_positions_or_nothing_is_sealed(
    store: EventStore, database: str
) -> None:
    grown: list[tuple[int, list[bytes]]] = []

    async def extend(_: Connection, first: int, leaves: Sequence[bytes]) -> None:
        if len(grown) == 1:
            grown.clear()
            raise ConnectionError
        grown.append((first, list(leaves)))

    sealer = Sealer(database, extend=extend)
    try:
        await store.append([new_case("a", noted(1))])
        assert await sealer.seal_once() == 2
        stored = await store.pool.fetch("select leaf_hash from sealed_entry order by position")
        assert grown == [(0, [row[0] for row in stored])]
        await store.append([new_case("b")])
        with pytest.raises(ConnectionError):
            await sealer.seal_once()
        assert len(await order(store)) == 2
        assert await sealer.seal_once() == 1
        assert grown[0][0] == 2
    finally:
        await sealer.close()


async def test_after_a_restore_into_another_server_nothing_is_lost(
    store: EventStore, database: str, owner: OwnConnection
) -> None:
    await store.append([new_case("a", noted(1)), new_case("b")])
    async with sealing(database) as sealer:
        await sealer.seal_once()
    await add(store, "b", noted(2))
    # As after a restore: ids beyond this server's own, from a server that is not this one.
    await owner.execute("update seal_mark set cluster = 'elsewhere', xid = '900000000000'")
    await add(store, "a", noted(3))
    with pytest.raises(SealerStopped, match="hoiam migrate"):
        await Sealer(database).run(asyncio.Event())
    assert await adopt(owner) == 2
    assert await adopt(owner) == 0
    await add(store, "b", noted(4))
    async with sealing(database) as sealer:
        assert await sealer.seal_once() == 1
    assert sorted(await order(store)) == [(case, v) for case in "ab" for v in (1, 2, 3)]
    assert await verify(store.pool, project) == []


async def test_without_a_database_the_sealer_keeps_trying(database: str) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Sealer(database + "x", pause=0.01).run(stop))
    await asyncio.sleep(0.3)
    assert not running.done()
    stop.set()
    await running
