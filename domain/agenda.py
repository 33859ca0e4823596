"""When a case must be looked at next, and which clock will do what then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case, Clock
from domain.context import Law
from domain.ladder import hands_over_at

__all__ = ["Firing", "agenda", "next_look"]

_ORDER = {"reminder": 0, "breach": 1, "top": 2}


@dataclass(frozen=True, slots=True)
class Firing:
    """Something a clock will do: ``kind`` is reminder, breach or top."""

    at: datetime
    kind: str
    clock_id: str


def agenda(case: Case) -> Firing | None:
    """The earliest thing that any running clock will do, or None if nothing will happen."""
    firings = (firing for clock in case.running for firing in _firings(clock))
    return min(firings, key=lambda f: (f.at, _ORDER[f.kind], f.clock_id), default=None)


def next_look(case: Case, law: Law) -> datetime | None:
    """When a case must be looked at next: for a clock, or since its accountable body ceases.

    The second is a matter of the directory, which the case itself does not know.
    """
    firing = agenda(case)
    moments = (firing.at if firing else None, hands_over_at(case, law))
    return min((at for at in moments if at is not None), default=None)


def _firings(clock: Clock) -> Iterator[Firing]:
    if clock.paused:
        return
    if clock.missed_at is not None:
        if clock.next_top:
            yield Firing(clock.next_top, "top", clock.clock_id)
        return
    if clock.reminders:
        yield Firing(clock.reminders[0], "reminder", clock.clock_id)
    if clock.due_at:
        yield Firing(clock.due_at, "breach", clock.clock_id)
