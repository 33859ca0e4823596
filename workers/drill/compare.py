"""Compares what a scenario expects of a case with what an engine shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.context import Law
from workers.drill.engine import Observed
from workers.drill.forms import Expect
from workers.drill.plan import body_id

__all__ = ["Difference", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected, in JSON values."""

    key: str
    expected: Any
    found: Any


#: What is read off the case as it stands.
_PLAIN = ("state", "rung", "severity", "outcome", "late", "paused", "reopened")


def difference(expect: Expect, seen: Observed, now: datetime, law: Law) -> Difference | None:
    """The first thing that is not as expected; None when all is. Times agree to the minute."""
    compared = _compared(expect, seen, now, law)
    found = (Difference(*one) for one in compared if one[0] in expect.keys)
    return next((one for one in found if one.expected != one.found), None)


def _compared(
    expect: Expect, seen: Observed, now: datetime, law: Law
) -> Iterator[tuple[str, Any, Any]]:
    for key in _PLAIN:
        yield key, getattr(expect, key), getattr(seen.case, key)
    yield "overdue", expect.overdue, seen.case.overdue(now)
    zone = ZoneInfo(seen.case.zone)
    if expect.accountable is not None:
        yield _accountable(expect.accountable, seen.case, now.astimezone(zone).date(), law)
    yield "due", _minute(expect.due), _minute(_local(seen.case.due_at, zone))
    yield "events", list(expect.events), _in_order(expect.events, seen)
    yield "count", dict(expect.count), _counted(expect.count, seen)


def _accountable(ref: str, case: Case, today: date, law: Law) -> tuple[str, str, str]:
    expected, found = (
        f"{body} ({law.directory.body_name(body)})"
        for body in (body_id(law, ref, today), case.accountable)
    )
    return "accountable", expected, found


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone).replace(tzinfo=None) if at else None


def _minute(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None


def _in_order(wanted: tuple[str, ...], seen: Observed) -> list[str]:
    """The wanted events if they happened in this order, else all that happened."""
    happened = [event.type for event in seen.history]
    rest = iter(happened)
    return list(wanted) if all(name in rest for name in wanted) else happened


def _counted(wanted: Mapping[str, int], seen: Observed) -> dict[str, int]:
    happened = Counter(event.type for event in seen.history)
    return {name: happened[name] for name in wanted}
