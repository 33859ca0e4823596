"""Duplicates that Boston's staff marked by hand, among all reports of that summer: found again?"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.actor import Actor
from domain.duplicates import Place
from domain.events import CaseReported, Event
from domain.scope import Before
from domain.words import words_of
from eventlog.candidates import Subject, candidates
from eventlog.case_text import CaseText
from eventlog.inbox import reading
from eventlog.projector import Projector
from eventlog.records import Append, CaseAppend
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.eventlog.sample import project

SHARED = Path(os.environ.get("HOIAM_SHARED_DATA", Path(__file__).parents[2].parent / "shared/data"))
CASES, PAIRS = "cases_boston311_2011q3.csv", "duplicate_pairs_boston311.csv"
BOSTON = ZoneInfo("America/New_York")
CLERK = Actor("integration", "unit:us-bos")
_BATCH = 2000

pytestmark = pytest.mark.skipif(
    not (SHARED / PAIRS).exists(), reason=f"{PAIRS} is not in ../shared/data"
)


def rows_of(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Report:
    """A row as it was when it was opened: nothing of how it ended is looked at."""

    cells: dict[str, str]

    @property
    def case_id(self) -> str:
        return self.cells["case_enquiry_id"]

    @cached_property
    def opened(self) -> datetime:
        return datetime.fromisoformat(self.cells["open_dt"]).replace(tzinfo=BOSTON)

    @property
    def place(self) -> Place:
        degrees = self.cells["latitude"], self.cells["longitude"]
        return Place(*(round(float(one) * 1_000_000) for one in degrees))

    @property
    def subject(self) -> Subject:
        return Subject(
            case_id=self.case_id,
            unit=self.cells["neighborhood"],
            category=self.cells["type"],
            received_at=self.opened,
            place=self.place,
            words=words_of(self.cells["case_title"]),
        )

    @property
    def append(self) -> Append:
        reported = CaseReported(
            code=self.case_id,
            unit=self.cells["neighborhood"],
            category=self.cells["type"],
            channel="import",
            rung="city",
            accountable="unit:us-bos",
            pack="boston@1",
            zone=BOSTON.key,
            latitude_e6=self.place.latitude_e6,
            longitude_e6=self.place.longitude_e6,
            located_by="coordinates",
            text=self.cells["case_title"] or None,
        )
        events = [Event(self.opened, CLERK, reported)]
        return Append(
            None, [CaseAppend(self.case_id, 0, None, events, project(self.case_id, events))]
        )


async def load(store: EventStore, dsn: str, reports: list[Report]) -> None:
    """Through the log, as an import brings them, and from there into the index."""
    for start in range(0, len(reports), _BATCH):
        await store.copy_append([report.append for report in reports[start : start + _BATCH]])
    sealer = Sealer(dsn)
    while await sealer.seal_once():
        pass
    await sealer.close()
    await Projector(store.pool, store.keys, [CaseText()]).catch_up()


def pairs_among(reports: dict[str, Report]) -> Iterator[tuple[Report, Report]]:
    """Each pair of which both are there: the one that came later, and the one that was first."""
    for pair in rows_of(PAIRS):
        both = [reports.get(pair[name]) for name in ("case_id", "duplicate_of")]
        known = [one for one in both if one is not None]
        if len(known) == len(both):
            first, later = sorted(known, key=lambda one: (one.opened, one.case_id))
            yield later, first


async def rank(store: EventStore, later: Report, first: Report, *, located: bool) -> int | None:
    """Where the first report stands among the candidates that were there before the later one."""
    subject = later.subject if located else replace(later.subject, place=None)
    before = Before("received_at", later.opened + timedelta(microseconds=1))
    async with reading(store.pool) as connection:
        found = await candidates(connection, subject, [subject.unit], before, 50)
    ids = [candidate.row.case_id for candidate in found]
    return ids.index(first.case_id) + 1 if first.case_id in ids else None


def recall(ranks: list[int | None], at: int) -> float:
    return sum(rank is not None and rank <= at for rank in ranks) / len(ranks)


async def test_what_staff_marked_as_duplicates_is_among_the_first_candidates(
    store: EventStore, database: str, record_property: Callable[[str, object], None]
) -> None:
    reports = {one["case_enquiry_id"]: Report(one) for one in rows_of(CASES)}
    await load(store, database, list(reports.values()))
    pairs = list(pairs_among(reports))
    told = [f"{len(reports):,} reports, {len(pairs)} of {len(rows_of(PAIRS))} pairs are in them"]
    ranks = {}
    for located in (True, False):
        found = [await rank(store, later, first, located=located) for later, first in pairs]
        ranks[located] = found
        at = ", ".join(f"at {n}: {recall(found, n):.2f}" for n in (1, 5, 10))
        told.append(f"recall {'with' if located else 'without'} coordinates {at}")
    for line in told:
        record_property("measured", line)
    assert len(pairs) == 50
    assert recall(ranks[True], 5) >= 0.9
    assert recall(ranks[True], 10) >= 0.92
