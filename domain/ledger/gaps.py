"""Pauses as the counting sees them: stretches of time and runs of local days that do not count."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.calendar import Calendar
from domain.ledger.terms import Pause

__all__ = ["Gap", "Span", "gaps_after", "spans_after"]


class Span(NamedTuple):
    """A stretch of time, up to but not including its end."""

    start: datetime
    end: datetime


class Gap(NamedTuple):
    """Local days `first` up to, not including, `to`, that a pause from `since` takes away."""

    since: datetime
    first: date
    to: date

    @property
    def days(self) -> int:
        """How many calendar days the pause takes away."""
        return (self.to - self.first).days


def spans_after(pauses: Iterable[Pause], start: datetime) -> tuple[Span, ...]:
    """What the pauses cover from `start` on: joined where they touch, in order.

    Raises ValueError for an open pause: what comes after it cannot be known yet.
    """
    joined: list[Span] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if pause.end is None:
            raise ValueError(f"the clock stands still since {pause.start}: resume it first")
        span = Span(max(pause.start, start), pause.end)
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        elif span.start < span.end:
            joined.append(span)
    return tuple(joined)


def gaps_after(pauses: Iterable[Pause], start: datetime, calendar: Calendar) -> tuple[Gap, ...]:
    """The days after that of `start` that the pauses take away: from each one's own day on.

    The day of resuming counts again, so a pause within one day takes nothing, and the day of
    `start` is never counted, so it cannot be taken either.
    """
    earliest = _local(start, calendar) + timedelta(days=1)
    gaps = (
        Gap(span.start, max(_local(span.start, calendar), earliest), _local(span.end, calendar))
        for span in spans_after(pauses, start)
    )
    return tuple(gap for gap in gaps if gap.first < gap.to)


def _local(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(calendar.zone).date()
