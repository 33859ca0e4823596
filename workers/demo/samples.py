"""The sample reports that come with the project, read and placed on working days."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from domain import ledger
from domain.calendar import Calendar

__all__ = ["SHIPPED", "Sample", "nth_working_day", "read_samples"]

SHIPPED = Path(__file__).parents[2] / "examples" / "samples" / "reports.csv"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample report; ``day`` counts working days from 1, ``at`` is local time."""

    id: str
    day: int
    at: time
    unit: str
    category: str
    channel: str
    about_body: str | None
    text: str
    duplicate_of: str | None
    label: str


def read_samples(path: Path = SHIPPED) -> tuple[Sample, ...]:
    """Read the samples in the order in which they come in. Raises OSError, KeyError, ValueError."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_sample(row) for row in csv.DictReader(file))


def _sample(row: dict[str, str]) -> Sample:
    day, _, at = row["received_offset"].partition("T")
    return Sample(
        id=row["id"],
        day=int(day),
        at=time.fromisoformat(at),
        unit=row["unit"],
        category=row["category"],
        channel=row["channel"],
        about_body=row["about_body"] or None,
        text=row["text"],
        duplicate_of=row["duplicate_of"] or None,
        label=row["label"],
    )


def nth_working_day(first: date, number: int, calendar: Calendar) -> date:
    """The n-th working day, the first of which is ``first``, as the clocks count them."""
    if number == 1:
        return first
    noon = datetime.combine(first, time(12), calendar.zone).astimezone(UTC)
    return calendar.local_day(ledger.after(noon, number - 1, "working_day", calendar))
