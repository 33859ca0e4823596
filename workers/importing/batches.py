"""Batches of rows on their way into the log: each atomic, some at a time, every row counted."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from eventlog.errors import AppendRefused
from eventlog.store import EventStore
from workers.importing.choice import Refused
from workers.importing.entry import Entry, EntryReader
from workers.importing.fresh import Fresh, Maker
from workers.importing.known import Known, look_up
from workers.importing.rejects import Rejects
from workers.importing.report import ImportReport, Tally
from workers.importing.rows import Row

__all__ = ["Batches"]

#: Batches being written while the next one is told: PostgreSQL and this process work side by side.
_WRITING = 3
#: Rows told between two looks at the connections.
_BREATH = 8
#: Another import of the same file may be quicker: look again, so often.
_ATTEMPTS = 10

_Read = tuple[Row, Entry]
_New = tuple[Row, Entry, Fresh]


class Batches:
    """Takes rows in, batch after batch. Use it as a context: leaving waits for what is written."""

    def __init__(
        self, store: EventStore, reader: EntryReader, maker: Maker, rejects: Rejects
    ) -> None:
        self._store = store
        self._reader = reader
        self._maker = maker
        self._rejects = rejects
        self._tally = Tally()
        self._writing: deque[asyncio.Task[None]] = deque()
        self._on_the_way: dict[str, Known] = {}

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait until everything is written; after an error, undo what is under way."""
        if error is not None:
            for task in self._writing:
                task.cancel()
            await asyncio.gather(*self._writing, return_exceptions=True)
            self._writing.clear()
        while self._writing:
            await self._writing.popleft()

    def report(self, seconds: float) -> ImportReport:
        """What was done so far; what is being written is not counted yet."""
        return self._tally.report(seconds, self._rejects.path)

    async def add(self, rows: list[Row]) -> None:
        """Take a batch in; it may be written later. Raises what writing an earlier one raised."""
        self._tally.read += len(rows)
        new = await self._tell([read for row in rows if (read := self._read(row))])
        while len(self._writing) >= _WRITING:
            await self._writing.popleft()
        if new:
            self._writing.append(asyncio.create_task(self._write(new)))

    def _read(self, row: Row) -> _Read | None:
        if row.problem is not None:
            self._reject(row, row.problem)
            return None
        try:
            return row, self._reader.read(row.cells)
        except Refused as refusal:
            self._reject(row, str(refusal))
            return None

    async def _tell(self, rows: list[_Read]) -> list[_New]:
        """Tell those rows that are not known as cases; count the others."""
        keys = [self._maker.key(entry) for _, entry in rows]
        known = await look_up(self._store, keys) if keys else {}
        new: list[_New] = []
        for (row, entry), key in zip(rows, keys, strict=True):
            there = known.get(key) or self._on_the_way.get(key)
            if there is not None:
                self._pass_over(row, entry, there)
                continue
            try:
                fresh = self._maker.make(entry)
            except Refused as refusal:
                self._reject(row, str(refusal))
                continue
            self._on_the_way[key] = fresh.known
            new.append((row, entry, fresh))
            if len(new) % _BREATH == 0:
                await asyncio.sleep(0)
        return new

    def _pass_over(self, row: Row, entry: Entry, there: Known) -> None:
        if there.digest != entry.digest:
            reason = f"the id {entry.ref} was imported before with other content"
            self._reject(row, f"{reason}; a case is changed by commands, not by an import")
            return
        self._tally.already += 1
        self._tally.compare(row.line, entry.ref, agrees=there.agrees)

    def _reject(self, row: Row, reason: str) -> None:
        self._tally.rejected += 1
        self._rejects.add(row.line, reason, row.cells)

    async def _write(self, new: list[_New]) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                await self._store.copy_append([fresh.append for _, _, fresh in new])
                break
            except AppendRefused:
                if attempt == _ATTEMPTS - 1:
                    raise
                new = await self._again(new)
        for row, entry, fresh in new:
            self._on_the_way.pop(fresh.command_id)
            self._tally.imported += 1
            self._tally.events += fresh.events
            self._tally.compare(row.line, entry.ref, agrees=fresh.known.agrees)

    async def _again(self, new: list[_New]) -> list[_New]:
        """Somebody imported some of these rows meanwhile, or drew one of their codes."""
        for _, _, fresh in new:
            self._on_the_way.pop(fresh.command_id)
        return await self._tell([(row, entry) for row, entry, _ in new])
