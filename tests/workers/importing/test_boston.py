"""Boston's 311 cases of the third quarter of 2011: real rows, real dirt, all accounted for."""

from __future__ import annotations

import asyncio
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.events import Event
from domain.evolve import fold
from domain.project import row_of
from domain.row import CaseRow
from eventlog.store import EventStore
from eventlog.verify import verify
from tests.workers.importing.files import boston, law, real_file
from workers.importing.importer import import_file
from workers.importing.report import ImportReport

ROOT = Path(__file__).parents[3]
#: What the first rows of the file lead to; they hold open rows, missed targets and odd ones.
SLICE, KILLED = 3_000, 1_500
#: The file has this many rows, and this many with a target and a closing time.
ALL, COMPARED = 31_828, 25_183
#: `closed <= target` agrees with the file's own verdict on all but those where it is silent.
SILENT = 82
_TOTALS = """
select (select count(*) from event) as event, (select count(*) from case_row) as case_row,
    (select count(*) from command) as command, (select count(*) from case_key) as case_key,
    (select count(*) from firing) as firing, (select count(*) from outbox) as outbox
"""


async def run(store: EventStore, folder: Path, rows: int | None) -> ImportReport:
    rejected = folder / "rejected.csv"
    return await import_file(real_file(), boston(), store, law, rejected=rejected, limit=rows)


def project(case_id: str, events: Sequence[Event]) -> CaseRow:
    case = fold(case_id, events)
    assert case is not None
    return row_of(case)


async def totals(store: EventStore) -> dict[str, int]:
    return dict(await store.pool.fetchrow(_TOTALS) or {})


async def flags(store: EventStore) -> dict[str, int]:
    rows = await store.pool.fetch(
        "select flag, count(*) from event, "
        "jsonb_array_elements_text(convert_from(body, 'UTF8')::jsonb -> 'flags') as flag "
        "where type = 'HistoryImported' group by flag"
    )
    return {row["flag"]: row["count"] for row in rows}


async def killed_in_the_middle(store: EventStore, dsn: str, keys: Path, rows: int) -> int:
    """Start an import, kill it when it has written something, and say how many cases it wrote."""
    module = "tests.workers.importing.child"
    command = (sys.executable, "-m", module, dsn, str(keys), str(real_file()), str(rows))
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        while (await totals(store))["case_row"] < rows // 4 and child.returncode is None:
            await asyncio.sleep(0.01)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    assert child.returncode == -9
    return (await totals(store))["case_row"]


async def test_a_slice_is_imported_once_and_its_rows_are_the_fold_of_its_events(
    store: EventStore, tmp_path: Path
) -> None:
    first = await run(store, tmp_path, SLICE)
    assert (first.read, first.imported, first.rejected) == (SLICE, SLICE, 0)
    before = await totals(store)
    assert before["event"] == first.events
    second = await run(store, tmp_path, SLICE)
    assert (second.imported, second.already, second.events) == (0, SLICE, 0)
    assert second.verdict == first.verdict
    assert await totals(store) == before
    assert await verify(store.pool, project) == []


async def test_a_killed_import_goes_on_and_ends_with_the_same_totals(
    store: EventStore, database: str, tmp_path: Path
) -> None:
    there = await killed_in_the_middle(store, database, tmp_path / "keys", KILLED)
    assert 0 < there < KILLED
    report = await run(store, tmp_path, KILLED)
    assert (report.imported, report.already) == (KILLED - there, there)
    found = await totals(store)
    assert (found["case_row"], found["command"], found["case_key"]) == (KILLED, KILLED, KILLED)
    assert await verify(store.pool, project) == []


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_the_whole_file_is_accounted_for_and_judged_as_the_city_did(
    store: EventStore, database: str, tmp_path: Path
) -> None:
    there = await killed_in_the_middle(store, database, tmp_path / "keys", ALL)
    report = await run(store, tmp_path, None)
    assert (report.read, report.imported + report.already, report.rejected) == (ALL, ALL, 0)
    assert report.already == there
    verdict = report.verdict
    assert (verdict.agree, verdict.disagree) == (COMPARED - SILENT, SILENT)
    assert await flags(store) == {
        "no_target": 5_013,
        "target_far": 18,
        "target_before_opening": 3,
    }
    found = await totals(store)
    assert found["outbox"] == 1_747
    again = await run(store, tmp_path, None)
    assert (again.imported, again.already, again.verdict) == (0, ALL, verdict)
    assert await totals(store) == found
    assert await verify(store.pool, project) == []


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_memory_does_not_grow_with_the_file(store: EventStore, tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        peaks = []
        for rows in (2_000, 8_000):
            tracemalloc.reset_peak()
            base = tracemalloc.get_traced_memory()[0]
            await run(store, tmp_path, rows)
            peaks.append(tracemalloc.get_traced_memory()[1] - base)
    finally:
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4_000_000
