"""With PostgreSQL or Temporal away: what still works, and what is said."""

from __future__ import annotations

import asyncio

import pytest

from api.readiness import Readiness
from eventlog.store import EventStore
from tests.api.counter import counter_over, report


async def test_it_lives_and_says_what_it_can_do(store: EventStore) -> None:
    counter = counter_over(store, readiness=Readiness(lasts=0.0))
    assert (await counter.http.get("/healthz")).json() == {"alive": True}
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["temporal"]) == (200, "answers")
    counter.commands.down = True
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["temporal"]) == (200, "down")
    await counter.desk.store.pool.close()
    ready = await counter.http.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    answer = await counter.http.post("/v1/reports", json=report())
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"]


async def test_whoever_asks_whether_it_is_ready_shares_one_look_of_a_second(
    store: EventStore,
) -> None:
    looks, seconds, goes = 0, [0.0], asyncio.Event()

    async def temporal() -> bool:
        nonlocal looks
        looks += 1
        await goes.wait()
        return looks == 1

    readiness = Readiness(clock=lambda: seconds[0])
    counter = counter_over(store, temporal=temporal, readiness=readiness)
    calls = [asyncio.create_task(counter.http.get("/readyz")) for _ in range(20)]
    await asyncio.sleep(0.2)
    goes.set()
    assert {(await call).json()["temporal"] for call in calls} == {"answers"}
    seconds[0] = 0.9
    assert (await counter.http.get("/readyz")).json()["temporal"] == "answers"
    assert looks == 1
    seconds[0] = 1.0
    assert (await counter.http.get("/readyz")).json()["temporal"] == "down"
    assert looks == 2


async def test_who_gives_up_waiting_takes_the_look_from_nobody() -> None:
    readiness, goes = Readiness(), asyncio.Event()

    async def ask() -> tuple[bool, bool]:
        await goes.wait()
        return True, True

    first, second = (asyncio.create_task(readiness.answers(ask)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    goes.set()
    assert await second == (True, True)
    with pytest.raises(asyncio.CancelledError):
        await first
