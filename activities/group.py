"""Group commit: appends that wait at the same time are written by one statement."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from eventlog.errors import EventLogError
from eventlog.records import Append, Head
from eventlog.store import EventStore

__all__ = ["GroupCommit"]

#: Fewer appends than this are not worth a statement of their own.
_LEAST = 8


@dataclass(slots=True)
class _Waiting:
    append: Append
    done: asyncio.Future[Sequence[Head]]


@dataclass(slots=True)
class GroupCommit:
    """Acknowledges an append once the transaction it is part of has committed.

    An append that stands in the way of a group is tried alone, so it fails alone. ``limit`` is
    how many appends one statement takes, ``writers`` how many statements run at a time. What
    waits is shared among the writers: while PostgreSQL writes for one, this process works for
    another.
    """

    store: EventStore
    limit: int = 64
    writers: int = 2
    _queue: list[_Waiting] = field(default_factory=list)
    _running: set[asyncio.Task[None] | None] = field(default_factory=set)

    async def append(self, append: Append) -> Sequence[Head]:
        """Write one append. Raises what ``EventStore.append`` raises."""
        future = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(append, future))
        if len(self._running) < self.writers:
            self._running.add(asyncio.create_task(self._drain()))
        heads: Sequence[Head] = await future
        return heads

    async def _drain(self) -> None:
        try:
            while self._queue:
                await self._write(self._take())
        finally:
            # Here and not in a done callback: that runs after those who were just answered, and
            # an append of theirs would count on a writer that has stopped.
            self._running.discard(asyncio.current_task())

    def _take(self) -> list[_Waiting]:
        """A writer's share, with every case once: two appends on one case follow each other."""
        share = min(self.limit, max(_LEAST, -(-len(self._queue) // self.writers)))
        taken: list[_Waiting] = []
        left: list[_Waiting] = []
        cases: set[str] = set()
        for waiting in self._queue:
            own = {case.case_id for case in waiting.append.cases}
            if len(taken) < share and not own & cases:
                taken.append(waiting)
            else:
                left.append(waiting)
            cases |= own
        self._queue = left
        return taken

    async def _write(self, group: list[_Waiting]) -> None:
        try:
            heads = await self.store.append([waiting.append for waiting in group])
        except EventLogError as error:
            await self._apart(group, error)
        except Exception as error:  # noqa: BLE001 - each caller is told; the queue goes on
            _fail(group, error)
        except BaseException as error:
            _fail([*group, *self._queue], error)
            self._queue = []
            raise
        else:
            _succeed(group, heads)

    async def _apart(self, group: list[_Waiting], error: EventLogError) -> None:
        if len(group) == 1:
            _fail(group, error)
            return
        for waiting in group:
            await self._write([waiting])


def _fail(group: list[_Waiting], error: BaseException) -> None:
    for waiting in group:
        if not waiting.done.done():
            waiting.done.set_exception(error)


def _succeed(group: list[_Waiting], heads: Sequence[Head]) -> None:
    by_case = {head.case_id: head for head in heads}
    for waiting in group:
        if not waiting.done.done():
            own = [by_case[case.case_id] for case in waiting.append.cases]
            waiting.done.set_result(own)
