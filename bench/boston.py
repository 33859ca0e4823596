"""A made-up file in the form of Boston's 311 data, as long as one likes."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

__all__ = ["write_file"]

_COLUMNS = [
    "case_enquiry_id",
    "open_dt",
    "target_dt",
    "closed_dt",
    "ontime",
    "case_status",
    "closure_reason",
    "case_title",
    "reason",
    "type",
    "queue",
    "department",
    "neighborhood",
    "ward",
    "latitude",
    "longitude",
    "source",
]
_START = datetime(2011, 7, 1)  # noqa: DTZ001 - the file's times are local
_MINUTES = 90 * 24 * 60
_KINDS = (
    ("Sanitation", "Schedule a Bulk Item Pickup", "PWDx"),
    ("Highway Maintenance", "Request for Pothole Repair", "PWDx"),
    ("Street Lights", "Street Light Outages", "PWDx"),
    ("Trees", "Tree Emergencies", "PARK"),
    ("Housing", "Unsatisfactory Living Conditions", "ISD"),
    ("Signs & Signals", "Traffic Signal Repair", "BTDT"),
)
_PLACES = ("Dorchester", "Roxbury", "Allston / Brighton", "Jamaica Plain", "South End", "")
_SOURCES = ("Constituent Call", "Employee Generated", "Self Service", "Citizens Connect App")
_ENDS = (
    "Case Closed Case Resolved The work was done by the crew of the district.",
    "Case Closed Case Scheduled Items have been scheduled for pickup.",
    "Case Closed Case Noted Thank you, this was handed on to the district office.",
    "Case Closed Case Referred to another agency which is in charge of this place.",
)
#: Of a hundred rows, so many are still open, and so many have no target, as in the real file.
_OPEN, _NO_TARGET = 6, 16


def write_file(path: Path, rows: int, series: int) -> None:
    """Write ``rows`` rows; files of different ``series`` (a number) share no id."""
    chance = Random(series)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for number in range(rows):
            writer.writerow(_row(f"{series}{number:09}", chance))


def _row(ref: str, chance: Random) -> list[str]:
    reason, kind, department = chance.choice(_KINDS)
    opened = _START + timedelta(minutes=chance.randrange(_MINUTES))
    target = opened + timedelta(days=chance.choice((2, 5, 10, 30)))
    closed = opened + timedelta(minutes=chance.randrange(20 * 24 * 60))
    is_open, has_target = chance.randrange(100) < _OPEN, chance.randrange(100) >= _NO_TARGET
    late = has_target and (is_open or closed > target)
    return [
        ref,
        str(opened),
        str(target) if has_target else "",
        "" if is_open else str(closed),
        "OVERDUE" if late else "ONTIME",
        "Open" if is_open else "Closed",
        "" if is_open else chance.choice(_ENDS),
        "",
        reason,
        kind,
        f"{department}_{kind}",
        department,
        chance.choice(_PLACES),
        f"Ward {chance.randrange(1, 23)}",
        f"42.{chance.randrange(2300, 3900)}",
        f"-71.{chance.randrange(100, 1700):04}",
        chance.choice(_SOURCES),
    ]
