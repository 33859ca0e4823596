"""Messages go out at least once, to one worker at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from eventlog.outbox import Outbox
from eventlog.pg import Pool
from eventlog.records import Append, OutboxMessage
from eventlog.store import EventStore


@pytest.fixture
def outbox(pool: Pool) -> Outbox:
    return Outbox(pool)


async def post(store: EventStore, count: int) -> None:
    messages = [OutboxMessage("start", f"case{n}", {"n": n}) for n in range(count)]
    await store.append([Append(None, outbox=messages)])


async def test_the_oldest_come_first_and_with_what_was_said(
    store: EventStore, outbox: Outbox
) -> None:
    await post(store, 3)
    taken = await outbox.lease(2, 30)
    assert [(m.kind, m.case_id, m.payload, m.attempts) for m in taken] == [
        ("start", "case0", {"n": 0}, 1),
        ("start", "case1", {"n": 1}, 1),
    ]


async def test_a_leased_message_is_nobody_elses(store: EventStore, outbox: Outbox) -> None:
    await post(store, 5)
    taken = await asyncio.gather(*(outbox.lease(2, 30) for _ in range(4)))
    ids = [message.id for lease in taken for message in lease]
    assert len(ids) == len(set(ids)) == 5
    assert await outbox.lease(10, 30) == []


async def test_what_is_done_is_gone(store: EventStore, outbox: Outbox) -> None:
    await post(store, 3)
    await outbox.done([message.id for message in await outbox.lease(2, 30)])
    assert await outbox.waiting() == 1
    assert [message.case_id for message in await outbox.lease(10, 30)] == ["case2"]


async def test_a_lease_ends_with_its_time(store: EventStore, outbox: Outbox) -> None:
    await post(store, 1)
    await outbox.lease(1, 0.05)
    await asyncio.sleep(0.1)
    assert [message.attempts for message in await outbox.lease(1, 30)] == [2]


async def test_a_failed_message_comes_back_after_its_backoff(
    store: EventStore, outbox: Outbox, pool: Pool
) -> None:
    await post(store, 1)
    [message] = await outbox.lease(1, 30)
    await outbox.fail(message.id, "unavailable", timedelta(hours=1))
    assert await outbox.lease(1, 30) == []
    assert await pool.fetchval("select last_error from outbox") == "unavailable"
    await outbox.fail(message.id, "unavailable", timedelta(0))
    assert [again.id for again in await outbox.lease(1, 30)] == [message.id]


async def test_no_transaction_stays_open_under_a_lease(
    store: EventStore, outbox: Outbox, pool: Pool
) -> None:
    await post(store, 1)
    await outbox.lease(1, 30)
    idle = "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
    assert await pool.fetchval(f"{idle} and datname = current_database()") == 0
