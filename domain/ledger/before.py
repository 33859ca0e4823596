"""Counting backwards: the moment at which a reminder is due before a deadline."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from domain.calendar import Calendar, utc
from domain.ledger.count import shift_days
from domain.ledger.gaps import Gap, gaps_after, spans_after
from domain.ledger.terms import Pause, Unit

__all__ = ["before"]

_DAY = timedelta(days=1)
_EVER = datetime.min.replace(tzinfo=UTC)


def before(
    due_at: datetime, amount: int, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The moment, in UTC, at which `amount` units of running time are left before `due_at`.

    Days: the same local time of day on the n-th day before, paused days and, for working days, days
    off not counted. Hours: to the second, paused time not counted. None while a pause is open, and
    when the calendar does not reach back so far.

    Raises ValueError for a naive `due_at`, an amount under 1 or the unit `moment`, and CalendarEnds
    when the calendar does not cover the day of `due_at`.
    """
    end = utc(due_at)
    if amount < 1 or unit == "moment":
        raise ValueError(f"cannot go back by {amount} {unit}: count at least one of its units")
    if any(pause.end is None for pause in pauses):
        return None
    if unit == "hour":
        return _hours(end, amount, pauses)
    due_day = calendar.local_day(end)
    gaps = _gaps_until(due_day, pauses, calendar)
    count = _working_days if unit == "working_day" else _calendar_days
    day = count(due_day, amount, gaps, calendar)
    return None if day is None else shift_days(end, (day - due_day).days, calendar)


def _hours(end: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    start = end - timedelta(hours=amount)
    for span in reversed(spans_after(pauses, _EVER)):
        stop = min(span.end, end)
        if span.start >= end:
            continue
        if stop <= start:
            break
        start -= stop - span.start
    return start


def _gaps_until(due_day: date, pauses: Sequence[Pause], calendar: Calendar) -> tuple[Gap, ...]:
    # Counted from the eve of the first day covered, so that all paused days lie in the calendar.
    eve = calendar.end_of_day(calendar.spec.covers_from) - _DAY
    gaps = (gap._replace(to=min(gap.to, due_day)) for gap in gaps_after(pauses, eve, calendar))
    return tuple(gap for gap in gaps if gap.first < gap.to)


def _working_days(
    due_day: date, amount: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> date | None:
    rank = calendar.rank(due_day) - amount
    for gap in reversed(gaps):
        if rank < 0 or gap.to <= calendar.working_at(rank):
            break
        rank -= calendar.rank(gap.to) - calendar.rank(gap.first)
    return calendar.working_at(rank) if rank >= 0 else None


def _calendar_days(
    due_day: date, amount: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> date | None:
    day = due_day - amount * _DAY
    for gap in reversed(gaps):
        if gap.to <= day:
            break
        day -= gap.days * _DAY
    return day if day >= calendar.spec.covers_from else None
