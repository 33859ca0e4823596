"""Read a file, tell its rows as cases, write them in batches: each row once, whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from domain.context import Law
from domain.policy import UnknownPack
from eventlog.store import EventStore
from workers.importing.batches import Batches
from workers.importing.clocks import Clocks
from workers.importing.entry import EntryReader
from workers.importing.fresh import Maker
from workers.importing.history import Historian
from workers.importing.placing import Placing
from workers.importing.profile import Profile
from workers.importing.rejects import Rejects
from workers.importing.report import ImportReport, Progress
from workers.importing.rows import Row, RowFile

__all__ = ["BATCH", "import_file"]

#: Rows in one transaction: several batches are on their way at a time, so they can be small.
BATCH = 100
#: A profile that was installed a moment ago is found by then.
_LAW_PATIENCE = 5.0


async def import_file(
    path: Path,
    profile: Profile,
    store: EventStore,
    law: Callable[[], Law],
    *,
    rejected: Path,
    progress: Callable[[Progress], None] | None = None,
    limit: int | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Import a file, or its first ``limit`` rows; ``now`` is the installation's time (UTC).

    Rows that are there already are passed over, so a run that was killed is simply started
    again. Rejected rows go to the file ``rejected``. Raises FileRefused, UnknownPack, OSError;
    what was written before stays.
    """
    started = time.monotonic()
    mapping, in_force = profile.mapping, await _law_with(profile, law)
    at = now or datetime.now(UTC)
    with RowFile(path, list(mapping.columns()), mapping.delimiter) as rows:
        placing = Placing(mapping, in_force, profile.pack)
        historian = Historian(placing, Clocks(mapping, at), mapping.source)
        with Rejects(rejected, rows.header) as rejects:
            reader = EntryReader(mapping, rows.header, at)
            batches = Batches(store, reader, Maker(mapping, historian), rejects)
            async with batches:
                for batch in _batches(islice(rows, limit)):
                    await batches.add(batch)
                    _tell(progress, batches, rows, started)
            _tell(progress, batches, rows, started)
            return batches.report(time.monotonic() - started)


async def _law_with(profile: Profile, law: Callable[[], Law]) -> Law:
    """The law, once it knows the profile's pack. Raises UnknownPack."""
    until = time.monotonic() + _LAW_PATIENCE
    while profile.pack is not None:
        try:
            law().book.get(profile.pack)
            break
        except UnknownPack:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.2)
    return law()


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _tell(
    progress: Callable[[Progress], None] | None, batches: Batches, rows: RowFile, started: float
) -> None:
    if progress is not None:
        report = batches.report(time.monotonic() - started)
        progress(
            Progress(
                read=report.read,
                imported=report.imported,
                already=report.already,
                rejected=report.rejected,
                events=report.events,
                seconds=report.seconds,
                bytes_read=rows.position,
                bytes_total=rows.size,
            )
        )
