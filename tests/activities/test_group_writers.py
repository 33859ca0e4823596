"""The writers of a group commit: none is counted on that has stopped, and they share the work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

from activities.group import GroupCommit
from eventlog.records import Append, Head
from eventlog.store import EventStore
from tests.eventlog.sample import new_case


class Writing:
    """A store that takes one turn of the loop, and counts how many statements run at a time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.at_once = 0
        self._running = 0

    async def append(self, appends: Sequence[Append]) -> list[Head]:
        self.sizes.append(len(appends))
        self._running += 1
        self.at_once = max(self.at_once, self._running)
        await asyncio.sleep(0)
        self._running -= 1
        return [Head(case.case_id, 1, b"") for append in appends for case in append.cases]


async def test_an_append_that_follows_an_answer_at_once_is_not_forgotten() -> None:
    group = GroupCommit(cast("EventStore", Writing()), limit=1)

    async def one_after_another(names: str) -> None:
        for name in names:
            await group.append(new_case(name))

    # Both writers stop at once; whoever was answered first goes on before that is noticed.
    async with asyncio.timeout(10):
        await asyncio.gather(one_after_another("ab"), one_after_another("c"))


async def test_what_waits_is_shared_among_the_writers() -> None:
    store = Writing()
    group = GroupCommit(cast("EventStore", store))
    answers = await asyncio.gather(*(group.append(new_case(f"c-{n:02}")) for n in range(40)))
    assert [head.case_id for heads in answers for head in heads] == [f"c-{n:02}" for n in range(40)]
    assert store.sizes == [20, 10, 8, 2]
    assert store.at_once == 2
