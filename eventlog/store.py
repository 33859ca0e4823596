"""The log as the rest of the program sees it: read a case, append to it, look things up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.row import CaseRow
from eventlog import queries
from eventlog.batch import Batch, collect
from eventlog.crypto import CaseKey
from eventlog.errors import VersionConflict
from eventlog.keys import Keys
from eventlog.pg import Pool, Record
from eventlog.records import NO_HASH, Append, Entry, Head, Recorded, Snapshot, StoredCommand
from eventlog.refusals import refusals
from eventlog.rows import case_row, seen_row
from eventlog.statement import statement
from eventlog.tables import TABLES
from eventlog.unwrap import entry, recorded

__all__ = ["EventStore", "Stretch"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a history as it was read, still sealed: who may see it is judged by the row."""

    row: CaseRow | None
    records: Sequence[Record] = field(repr=False)


class EventStore:
    """Reads and appends. Loading and appending are two steps; the guard is in the second one.

    A command is decided on a snapshot and appended by one statement, which writes nothing if the
    case has moved on or the command has an outcome: then the caller reads again and decides anew.
    """

    def __init__(self, pool: Pool, keys: Keys) -> None:
        self.pool = pool
        self.keys = keys

    async def snapshot(
        self, case_id: str, command_id: str | None = None, after_version: int = 0
    ) -> Snapshot:
        """Everything a decision needs, in one round trip: see ``Snapshot``.

        ``after_version`` leaves out events that the caller has already. Their free text stays
        sealed: rules do not look at it.

        Raises:
            VersionConflict: the case has no such version (the log was restored): load it whole.
        """
        rows = await self.pool.fetch(queries.SNAPSHOT, case_id, command_id, after_version)
        first = rows[0]
        if after_version and first["base_hash"] is None:
            raise VersionConflict(case_id)
        events = tuple(recorded(row) for row in rows if row["version"] is not None)
        return Snapshot(
            case_id=case_id,
            version=events[-1].version if events else after_version,
            hash=events[-1].hash if events else first["base_hash"] or NO_HASH,
            events=events,
            command=_command(first) if first["handled"] else None,
            key=self._key(case_id, first["wrapped"]),
        )

    async def append(self, appends: Sequence[Append]) -> list[Head]:
        """Write all of them in one statement, or nothing; returns where each case stands now.

        Raises:
            VersionConflict: a case moved on since its snapshot.
            DuplicateCommand, DuplicateFiring, DuplicateCode, DuplicateKey: it is there already.
            AttachmentGone: a file of it was taken by another append, or forgotten.
            NotCanonical, KeyDestroyed, ValueError: see ``collect``; nothing was sent.
        """
        batch = collect(appends, self.keys)
        text, arguments = statement(batch)
        if arguments:
            with refusals():
                await self.pool.execute(text, *arguments)
        return batch.heads

    async def copy_append(self, appends: Iterable[Append]) -> list[Head]:
        """The same for many new cases at once, by COPY: for imports.

        Raises:
            as ``append``; ValueError also for a case that is not new.
        """
        batch = collect(appends, self.keys)
        if any(batch.bases) or batch.claims:
            raise ValueError("Only new cases without files are written in bulk.")
        with refusals():
            await self._copy(batch)
        return batch.heads

    async def _copy(self, batch: Batch) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            for part, table in TABLES.items():
                records = getattr(batch, part)
                if records:
                    await connection.copy_records_to_table(
                        table.name, records=records, columns=table.columns
                    )

    async def load(self, case_id: str, *, unseal: bool = False) -> list[Recorded]:
        """The whole history, in order; with ``unseal`` its free text too, while its key exists.

        Raises:
            UnknownEvent, SealBroken: see ``unwrap``.
        """
        rows = await self.pool.fetch(queries.HISTORY, case_id)
        key = self._key(case_id, rows[0]["wrapped"]) if rows and unseal else None
        return [recorded(row, key) for row in rows]

    async def stretch(self, case_id: str, after_version: int, limit: int) -> Stretch:
        """Where a case stands and what happened to it after a version, in one round trip."""
        rows = await self.pool.fetch(queries.STRETCH, case_id, after_version, limit)
        return Stretch(seen_row(rows[0]), rows)

    def opened(self, stretch: Stretch, *, unseal: bool) -> list[Entry]:
        """The events of a stretch; with ``unseal`` their free text too. Raises as ``load``."""
        row = stretch.row
        key = self._key(row.case_id, stretch.records[0]["wrapped"]) if row and unseal else None
        return [entry(row, key) for row in stretch.records if row["version"] is not None]

    async def load_all(
        self, case_ids: Sequence[str], *, unseal: bool = False
    ) -> dict[str, list[Recorded]]:
        """The histories of several cases at one moment, of those that are there. As ``load``."""
        histories: dict[str, list[Recorded]] = {}
        keys: dict[str, CaseKey | None] = {}
        for row in await self.pool.fetch(queries.HISTORIES, case_ids):
            case_id = row["case_id"]
            if case_id not in histories:
                histories[case_id] = []
                keys[case_id] = self._key(case_id, row["wrapped"]) if unseal else None
            histories[case_id].append(recorded(row, keys[case_id]))
        return histories

    async def row(self, case_id: str) -> CaseRow | None:
        """The read model's row of a case."""
        found = await self.pool.fetchrow(queries.ROW, case_id)
        return case_row(found) if found else None

    async def rows(
        self,
        *,
        state: str | None = None,
        is_open: bool | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[CaseRow]:
        """A page of rows in the order of their ids, those after ``after`` only."""
        found = await self.pool.fetch(queries.ROWS, after, state, is_open, limit)
        return [case_row(row) for row in found]

    async def find_command(self, command_id: str) -> StoredCommand | None:
        """The stored outcome of a command."""
        found = await self.pool.fetchrow(queries.COMMAND, command_id)
        return _command(found) if found else None

    async def handled(self, command_ids: Sequence[str]) -> set[str]:
        """Those of the commands that have an outcome already."""
        found = await self.pool.fetch(queries.HANDLED, command_ids)
        return {row["command_id"] for row in found}

    def _key(self, case_id: str, wrapped: bytes | None) -> CaseKey | None:
        return self.keys.unwrap(case_id, wrapped) if wrapped else None


def _command(row: Record) -> StoredCommand:
    outcome: dict[str, Any] = json.loads(row["outcome"])
    return StoredCommand(row["handled"], row["handled_case"], row["request_hash"], outcome)
