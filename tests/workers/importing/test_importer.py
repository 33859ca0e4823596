"""Each row is written once, whatever happens: on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from domain.evolve import fold
from domain.policy import UnknownPack
from domain.project import row_of
from eventlog.errors import DuplicateCode, DuplicateCommand
from eventlog.records import Append, Head
from eventlog.store import EventStore
from tests.workers.importing.files import CLOSED, NOW, OPEN, boston, law, write
from workers.importing.importer import BATCH, import_file
from workers.importing.profile import Profile
from workers.importing.report import ImportReport, Progress
from workers.importing.rows import FileRefused

Rows = Iterable[Mapping[str, str]]


def numbered(count: int, start: int = 0, **changes: str) -> list[dict[str, str]]:
    numbers = range(start, start + count)
    return [{**CLOSED, "case_enquiry_id": str(n), **changes} for n in numbers]


async def run(store: EventStore, path: Path, limit: int | None = None) -> ImportReport:
    rejected = path.with_suffix(".rejected.csv")
    return await import_file(path, boston(), store, law, rejected=rejected, limit=limit, now=NOW)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.read, report.imported, report.already, report.rejected


async def count(store: EventStore, table: str) -> int:
    return int(await store.pool.fetchval(f"select count(*) from {table}"))  # noqa: S608 - constants


async def ids(store: EventStore) -> list[str]:
    return [row["case_id"] for row in await store.pool.fetch("select case_id from case_row")]


def rejected_rows(report: ImportReport) -> list[tuple[str, str]]:
    assert report.rejected_file is not None
    with report.rejected_file.open(encoding="utf-8", errors="replace", newline="") as file:
        return [(row["rejected_line"], row["rejected_reason"]) for row in csv.DictReader(file)]


async def test_the_log_holds_what_was_told_and_the_row_is_its_fold(
    store: EventStore, tmp_path: Path
) -> None:
    report = await run(store, write(tmp_path / "f.csv", [CLOSED, OPEN]))
    assert counts(report) == (2, 2, 0, 0)
    assert (report.events, report.rejected_file) == (9 + 5, None)
    for case_id in await ids(store):
        history = await store.load(case_id, unseal=True)
        case = fold(case_id, [recorded.event for recorded in history])
        assert case is not None
        assert await store.row(case_id) == row_of(case)
        assert {recorded.cause for recorded in history} == {"import"}


async def test_open_rows_ask_for_their_workflow_and_closed_ones_do_not(
    store: EventStore, tmp_path: Path
) -> None:
    await run(store, write(tmp_path / "f.csv", [CLOSED, OPEN]))
    (start,) = await store.pool.fetch(
        "select o.kind, o.payload::text, r.open, r.state from outbox o join case_row r "
        "using (case_id)"
    )
    assert tuple(start) == ("start", '{"unit": "us-bos:dorchester"}', True, "assigned")


async def test_the_free_text_of_a_file_is_sealed(store: EventStore, tmp_path: Path) -> None:
    row = {**CLOSED, "case_title": "a deep hole by the gate"}
    await run(store, write(tmp_path / "f.csv", [row]))
    for event in await store.pool.fetch("select body, sealed from event"):
        stored = event["body"] + (event["sealed"] or b"")
        assert b"deep hole" not in stored
        assert b"filled the hole" not in stored


async def test_a_second_run_imports_nothing(store: EventStore, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", [*numbered(BATCH + 7), OPEN])
    first = await run(store, path)
    events = await count(store, "event")
    second = await run(store, path)
    assert counts(first) == (BATCH + 8, BATCH + 8, 0, 0)
    assert counts(second) == (BATCH + 8, 0, BATCH + 8, 0)
    assert second.verdict == first.verdict
    assert (await count(store, "event"), second.events) == (events, 0)
    assert await count(store, "outbox") == 1


async def test_verdicts_are_compared_where_target_and_closing_are_there(
    store: EventStore, tmp_path: Path
) -> None:
    rows = [
        *numbered(2),
        *numbered(1, 10, ontime="OVERDUE"),
        *numbered(1, 20, ontime="OVERDUE", closed_dt="2011-08-01 09:00:00"),
        *numbered(1, 30, ontime=""),
        *numbered(1, 40, target_dt="", ontime="OVERDUE"),
        OPEN,
    ]
    report = await run(store, write(tmp_path / "f.csv", rows))
    assert (report.verdict.agree, report.verdict.disagree) == (3, 2)
    plain = report.as_json()
    assert plain["verdict"] == {"agree": 3, "disagree": 2}
    assert plain["disagreements"] == ["10", "30"]


async def test_a_row_that_changed_since_is_rejected(store: EventStore, tmp_path: Path) -> None:
    await run(store, write(tmp_path / "f.csv", [CLOSED, OPEN]))
    changed = {**OPEN, "closed_dt": "2011-12-24 12:00:00"}
    report = await run(store, write(tmp_path / "f.csv", [CLOSED, changed]))
    assert counts(report) == (2, 0, 1, 1)
    ((line, reason),) = rejected_rows(report)
    assert line == "3"
    assert reason.startswith("the id open-1 was imported before with other content")


async def test_an_id_that_is_twice_in_a_file_is_one_case(store: EventStore, tmp_path: Path) -> None:
    other = {**CLOSED, "case_title": "another"}
    rows = [CLOSED, CLOSED, other, *numbered(2 * BATCH, 1_000), CLOSED, other]
    report = await run(store, write(tmp_path / "f.csv", rows))
    assert counts(report) == (2 * BATCH + 5, 2 * BATCH + 1, 2, 2)
    assert [line for line, _ in rejected_rows(report)] == ["4", str(2 * BATCH + 6)]


async def test_every_row_is_accounted_for_and_bad_ones_are_named(
    store: EventStore, tmp_path: Path
) -> None:
    path = write(tmp_path / "f.csv", [CLOSED, {**OPEN, "open_dt": "soon"}, *numbered(1, 500)])
    with path.open("ab") as file:
        file.write(b"7,caf\xe9" + b"," * 15 + b"\r\n8\r\n")
    report = await run(store, path)
    assert counts(report) == (5, 2, 0, 3)
    assert [(line, reason.partition(":")[0]) for line, reason in rejected_rows(report)] == [
        ("3", "open_dt"),
        ("5", "broken encoding in open_dt"),
        ("6", "has 1 cells, the header has 17"),
    ]


async def test_only_so_many_rows_are_read_as_asked(store: EventStore, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", numbered(50))
    assert counts(await run(store, path, limit=20)) == (20, 20, 0, 0)
    assert counts(await run(store, path)) == (50, 30, 20, 0)


async def test_progress_is_told_until_the_end(store: EventStore, tmp_path: Path) -> None:
    told: list[Progress] = []
    path = write(tmp_path / "f.csv", numbered(3 * BATCH))
    report = await import_file(
        path, boston(), store, law, rejected=tmp_path / "r", progress=told.append, now=NOW
    )
    assert [step.read for step in told] == [BATCH, 2 * BATCH, 3 * BATCH, 3 * BATCH]
    assert (told[-1].imported, told[-1].events) == (3 * BATCH, report.events)
    assert told[-1].bytes_read == told[-1].bytes_total == path.stat().st_size


async def test_two_imports_at_once_write_each_row_once(store: EventStore, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", numbered(3 * BATCH))
    again = path.with_name("again.csv")
    again.write_bytes(path.read_bytes())
    first, second = await asyncio.gather(run(store, path), run(store, again))
    assert first.imported + second.imported == 3 * BATCH
    assert first.already + second.already == 3 * BATCH
    assert await count(store, "case_row") == 3 * BATCH


class Unlucky(EventStore):
    """Refuses its first bulk writes, as when somebody else was quicker."""

    refusals = 2

    async def copy_append(self, appends: Iterable[Append]) -> list[Head]:
        if self.refusals:
            self.refusals -= 1
            raise DuplicateCode("HA-1")
        return await super().copy_append(appends)


async def test_a_code_that_was_drawn_twice_is_drawn_anew(store: EventStore, tmp_path: Path) -> None:
    unlucky = Unlucky(store.pool, store.keys)
    report = await run(unlucky, write(tmp_path / "f.csv", numbered(2 * BATCH)))
    assert counts(report) == (2 * BATCH, 2 * BATCH, 0, 0)


class Broken(EventStore):
    """Loses the database in the middle."""

    left = 2

    async def copy_append(self, appends: Iterable[Append]) -> list[Head]:
        if not self.left:
            raise ConnectionError("the database is gone")
        self.left -= 1
        return await super().copy_append(appends)


async def test_an_error_ends_the_run_and_the_next_one_goes_on(
    store: EventStore, tmp_path: Path
) -> None:
    path = write(tmp_path / "f.csv", numbered(8 * BATCH))
    with pytest.raises(ConnectionError):
        await run(Broken(store.pool, store.keys), path)
    there = await count(store, "case_row")
    assert there % BATCH == 0
    assert counts(await run(store, path)) == (8 * BATCH, 8 * BATCH - there, there, 0)


class Stubborn(EventStore):
    """Always says that somebody else was quicker."""

    async def copy_append(self, appends: Iterable[Append]) -> list[Head]:
        raise DuplicateCommand(next(a.command.command_id for a in appends if a.command))


async def test_it_does_not_try_for_ever(store: EventStore, tmp_path: Path) -> None:
    with pytest.raises(DuplicateCommand):
        await run(Stubborn(store.pool, store.keys), write(tmp_path / "f.csv", numbered(1)))


async def test_a_file_with_other_columns_is_refused_before_anything_is_written(
    store: EventStore, tmp_path: Path
) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,when\n1,2\n")
    with pytest.raises(FileRefused, match="has no column 'case_enquiry_id'; it has: id, when"):
        await run(store, path)
    assert await count(store, "case_row") == 0
    assert await asyncio.to_thread(path.with_suffix(".rejected.csv").exists) is False


async def test_a_pack_that_nobody_knows_is_named(
    store: EventStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.importing.importer._LAW_PATIENCE", 0.0)
    profile: Profile = replace(boston(), pack="atlantis")
    path = write(tmp_path / "f.csv", [CLOSED])
    with pytest.raises(UnknownPack, match="no policy is called 'atlantis'"):
        await import_file(path, profile, store, law, rejected=tmp_path / "r", now=NOW)
