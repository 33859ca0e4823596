"""Following the feed with the client: nothing is missed and nothing comes twice over breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
from hoiam_client import Hoiam, Patience, Unauthenticated
from hoiam_client.events import BEGINNING, Seen

from api.app import build
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.api.counter import PROVINCE, Counter, counter_over, telling_over
from tests.client.faults import Breaking, breaking

PROGRAM = f"integration@{PROVINCE}"


@pytest.fixture
async def feed(store: EventStore, database: str) -> AsyncIterator[Counter]:
    telling = telling_over(store, database)
    yield counter_over(store, telling=telling)
    await telling.seals.close()


@pytest.fixture
async def line(feed: Counter) -> AsyncIterator[Breaking]:
    async with breaking(build(feed.desk)) as line:
        yield line


@pytest.fixture
async def program(
    line: Breaking, feed: Counter, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hoiam]:
    monkeypatch.setattr("hoiam_client.events._PAUSE", 0.05)
    token = feed.token(PROGRAM)["Authorization"].removeprefix("Bearer ")
    async with Hoiam.at(line.address, token, patience=Patience(2, 0.01)) as program:
        yield program


async def happened(feed: Counter, database: str, number: int = 1) -> None:
    """So many reports, sealed: two events each."""
    for _ in range(number):
        await feed.report()
    sealer = Sealer(database)
    while await sealer.seal_once():
        pass
    await sealer.close()


async def some(events: AsyncGenerator[Seen, None], number: int) -> list[int]:
    """The positions of the next events."""
    found: list[int] = []
    async with asyncio.timeout(30), aclosing(events):
        async for seen in events:
            found.append(seen.position)
            if len(found) == number:
                break
    return found


@pytest.mark.parametrize("way", ["follow", "stream"])
async def test_events_come_in_order_go_on_after_a_position_and_wait_for_the_next(
    program: Hoiam, feed: Counter, database: str, way: str
) -> None:
    await happened(feed, database, 3)
    events = getattr(program.events, way)
    assert await some(events(BEGINNING), 6) == [0, 1, 2, 3, 4, 5]
    assert await some(events(3, ("ClockStarted",)), 1) == [5]
    waiting = asyncio.create_task(some(events(5), 2))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await happened(feed, database)
    assert await waiting == [6, 7]


@pytest.mark.parametrize("way", ["follow", "stream"])
async def test_a_line_that_breaks_costs_no_event_and_doubles_none(
    program: Hoiam, line: Breaking, feed: Counter, database: str, way: str
) -> None:
    await happened(feed, database, 2)
    found: list[int] = []

    async def following() -> None:
        async for seen in getattr(program.events, way)(BEGINNING):
            found.append(seen.position)  # noqa: PERF401 - looked at while it grows

    task = asyncio.create_task(following())
    try:
        for n in range(1, 4):
            line.breaks = 1
            await happened(feed, database)
            async with asyncio.timeout(30):
                while len(found) < 4 + 2 * n or not line.cut >= n:
                    await asyncio.sleep(0.02)
    finally:
        task.cancel()
    assert found == list(range(10))


async def test_a_token_that_does_not_count_ends_it(line: Breaking) -> None:
    async with Hoiam.at(line.address, "xyz", patience=Patience(1)) as stranger:
        for events in (stranger.events.follow(), stranger.events.stream()):
            with pytest.raises(Unauthenticated):
                await some(events, 1)
