"""Appends that wait together are written together, and fail alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from activities.group import GroupCommit
from eventlog.errors import DuplicateCommand, VersionConflict
from eventlog.records import Append, Head
from eventlog.store import EventStore
from tests.eventlog.sample import following, new_case, noted


class Slow:
    """A store that writes when it is told to, and may lose its connection."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.gate = asyncio.Event()
        self.sizes: list[int] = []
        self.broken = 0

    async def append(self, appends: Sequence[Append]) -> list[Head]:
        self.sizes.append(len(appends))
        await self.gate.wait()
        if self.broken:
            self.broken -= 1
            raise ConnectionResetError
        return await self._store.append(appends)


def group_of(slow: Slow, limit: int = 64, writers: int = 2) -> GroupCommit:
    return GroupCommit(cast("EventStore", slow), limit, writers)


async def test_what_waits_at_the_same_time_is_written_by_one_statement(store: EventStore) -> None:
    slow = Slow(store)
    group = group_of(slow, writers=1)
    tasks = [asyncio.create_task(group.append(new_case(f"c{n:02}"))) for n in range(41)]
    await asyncio.sleep(0.01)
    slow.gate.set()
    heads = [(await task)[0] for task in tasks]
    assert [head.case_id for head in heads] == [f"c{n:02}" for n in range(41)]
    assert len(slow.sizes) <= 2
    assert sum(slow.sizes) == 41


async def test_a_group_is_no_larger_than_its_limit(store: EventStore) -> None:
    slow = Slow(store)
    slow.gate.set()
    group = group_of(slow, limit=8, writers=1)
    await asyncio.gather(*(group.append(new_case(f"c{n:02}")) for n in range(30)))
    assert max(slow.sizes) == 8


async def test_one_bad_append_fails_alone(store: EventStore) -> None:
    await store.append([new_case("old", command_id="k")])
    slow = Slow(store)
    group = group_of(slow, writers=1)
    good = [asyncio.create_task(group.append(new_case(f"c{n}"))) for n in range(5)]
    bad = asyncio.create_task(group.append(new_case("old")))
    repeated = asyncio.create_task(group.append(new_case("again", command_id="k")))
    more = [asyncio.create_task(group.append(new_case(f"d{n}"))) for n in range(5)]
    await asyncio.sleep(0.01)
    slow.gate.set()
    assert len(await asyncio.gather(*good, *more)) == 10
    with pytest.raises(VersionConflict):
        await bad
    with pytest.raises(DuplicateCommand):
        await repeated
    assert await store.row("again") is None
    for case_id in ("c0", "c4", "d0", "d4"):
        assert len(await store.load(case_id)) == 1


async def test_two_appends_on_one_case_keep_their_order(store: EventStore) -> None:
    await store.append([new_case("a")])
    first = await following(store, "a", noted(1))
    slow = Slow(store)
    group = group_of(slow)
    tasks = [
        asyncio.create_task(group.append(first)),
        asyncio.create_task(group.append(new_case("b"))),
        asyncio.create_task(group.append(await following(store, "a", noted(2)))),
    ]
    await asyncio.sleep(0.01)
    slow.gate.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    # Both were decided on version 1: the first one wins, the second is told to decide anew.
    assert isinstance(done[2], VersionConflict)
    assert [r.event.occurred_at for r in await store.load("a")][1] == noted(1).occurred_at


async def test_a_lost_connection_fails_those_it_was_writing_and_nobody_after_them(
    store: EventStore,
) -> None:
    slow = Slow(store)
    slow.broken = 1
    group = group_of(slow)
    lost = [asyncio.create_task(group.append(new_case(f"l{n}"))) for n in range(2)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(group.append(new_case(f"w{n}"))) for n in range(6)]
    await asyncio.sleep(0.01)
    slow.gate.set()
    outcomes = await asyncio.gather(*lost, *waiting, return_exceptions=True)
    failed = [outcome for outcome in outcomes if isinstance(outcome, ConnectionResetError)]
    assert len(failed) + sum(isinstance(outcome, list) for outcome in outcomes) == 8
    assert 0 < len(failed) < 8
    assert await group.append(new_case("after"))


async def test_a_caller_who_gives_up_harms_nobody(store: EventStore) -> None:
    slow = Slow(store)
    group = group_of(slow, writers=1)
    tasks = [asyncio.create_task(group.append(new_case(f"c{n}"))) for n in range(4)]
    await asyncio.sleep(0.01)
    tasks[1].cancel()
    slow.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [list, asyncio.CancelledError, list, list]
