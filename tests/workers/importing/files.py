"""Small files like Boston's, and where the real one is."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from domain.context import Law
from workers.importing.clocks import Clocks
from workers.importing.entry import EntryReader
from workers.importing.history import Historian, Imported
from workers.importing.placing import Placing
from workers.importing.profile import Profile, open_profile
from workers.law import load_law

#: The time of the imports in these tests.
NOW = datetime(2012, 6, 1, 12, 0, tzinfo=UTC)
CLOSED: Mapping[str, str] = {
    "case_enquiry_id": "101",
    "open_dt": "2011-07-01 09:00:00",
    "target_dt": "2011-07-15 09:00:00",
    "closed_dt": "2011-07-05 10:30:00",
    "ontime": "ONTIME",
    "case_status": "Closed",
    "closure_reason": "Case Closed Case Resolved filled the hole",
    "case_title": "pothole",
    "reason": "Highway Maintenance",
    "type": "Request for Pothole Repair",
    "queue": "PWDx_District 07",
    "department": "PWDx",
    "neighborhood": "Dorchester",
    "ward": "Ward 13",
    "latitude": "42.3",
    "longitude": "-71.0",
    "source": "Constituent Call",
}
OPEN: Mapping[str, str] = {
    **CLOSED,
    "case_enquiry_id": "open-1",
    "closed_dt": "",
    "ontime": "OVERDUE",
}


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A file with these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(CLOSED))
        writer.writeheader()
        writer.writerows(rows)
    return path


@cache
def law() -> Law:
    """The shipped law, Boston's part of it included."""
    return load_law()


@cache
def boston() -> Profile:
    """The shipped profile."""
    return open_profile("boston311")


def told(row: Mapping[str, str], now: datetime = NOW, profile: Profile | None = None) -> Imported:
    """A row as a case."""
    mapping, pack = (profile or boston()).mapping, (profile or boston()).pack
    entry = EntryReader(mapping, list(row), now).read(list(row.values()))
    historian = Historian(Placing(mapping, law(), pack), Clocks(mapping, now), mapping.source)
    return historian.tell(entry, "case-1", "HA-1")


def real_file() -> Path:
    """Boston's file of the third quarter of 2011, which is not part of the project."""
    name = "cases_boston311_2011q3.csv"
    beside = Path(__file__).parents[3].parent / "shared" / "data"
    path = Path(os.environ.get("HOIAM_SHARED_DATA", beside)) / name
    if not path.exists():
        pytest.skip(f"{name} is not here: set HOIAM_SHARED_DATA to the folder that has it")
    return path
