"""Counting: when a term ends, what lies so many units before a moment, when a ledger is due."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from domain.calendar import Calendar, utc
from domain.ledger.gaps import Gap, gaps_after, spans_after
from domain.ledger.terms import Ledger, Pause, Term, Unit

__all__ = ["after", "base_due", "due", "same_calendar", "shift_days", "term_due"]

_DAY = timedelta(days=1)


def due(ledger: Ledger, calendar: Calendar) -> datetime | None:
    """When the clock runs out, in UTC: the earliest over its terms; None while a pause is open.

    Raises CalendarEnds when the calendar does not reach far enough, and ValueError when it is
    another calendar than the one the ledger counts by.
    """
    same_calendar(ledger, calendar)
    if ledger.open_pause is not None:
        return None
    return min(term_due(term, ledger.pauses, calendar) for term in ledger.terms)


def same_calendar(ledger: Ledger, calendar: Calendar) -> None:
    """Refuse, with ValueError, to count a ledger by a calendar that it was not started under."""
    if ledger.calendar != calendar.key:
        raise ValueError(f"the ledger counts by {ledger.calendar}, not by {calendar.key}")


def term_due(term: Term, pauses: Sequence[Pause], calendar: Calendar) -> datetime:
    """When one term runs out under these closed pauses, with its extensions."""
    if term.unit == "working_day":
        return after(term.start, term.amount + term.extra, term.unit, calendar, pauses)
    base = base_due(term, pauses, calendar)
    if not term.extra:
        return base
    return after(base, term.extra, "working_day", calendar, pauses)


def base_due(term: Term, pauses: Sequence[Pause], calendar: Calendar) -> datetime:
    """When one term would run out if it had never been extended."""
    if term.until is None:
        return after(term.start, term.amount, term.unit, calendar, pauses)
    end = term.until
    for gap in gaps_after(pauses, term.start, calendar):
        if gap.since >= end:
            break
        end = shift_days(end, gap.days, calendar)
    return end


def shift_days(at: datetime, days: int, calendar: Calendar) -> datetime:
    """`at`, so many calendar days later (earlier if negative) at the same local time of day."""
    local = at.astimezone(calendar.zone)
    moved = datetime.combine(local.date() + days * _DAY, local.time(), calendar.zone)
    return moved.astimezone(UTC)


def after(
    at: datetime, amount: int, unit: Unit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime:
    """The moment, in UTC, that lies `amount` (at least 1) units after `at` under closed pauses.

    Days: the first is not counted, paused ones are not, and the end of the working day on the last
    one is the answer; calendar days that end on a day off end on the next working day that is not
    paused (Civil Code 2015 Art. 147 and 148). Hours run around the clock and stand still to the
    second. A pause that starts when the time is already up changes nothing.

    Raises ValueError for a naive `at`, an amount under 1, the unit `moment` or an open pause, and
    CalendarEnds when the calendar does not reach far enough.
    """
    start = utc(at)
    if amount < 1:
        raise ValueError(f"amount is {amount}: count at least one {unit}")
    if unit == "hour":
        return _hours(start, amount, pauses)
    if unit == "moment":
        raise ValueError("a moment is given by its source and cannot be counted")
    count: Callable[[date, int, tuple[Gap, ...], Calendar], date]
    count = _working_days if unit == "working_day" else _calendar_days
    gaps = gaps_after(pauses, start, calendar) if pauses else ()
    return calendar.end_of_day(count(calendar.local_day(start), amount, gaps, calendar))


def _hours(start: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    end = start + timedelta(hours=amount)
    for span in spans_after(pauses, start):
        if span.start >= end:
            break
        end += span.end - span.start
    return end


def _working_days(start: date, amount: int, gaps: tuple[Gap, ...], calendar: Calendar) -> date:
    rank = calendar.rank(start + _DAY) + amount - 1
    for gap in gaps:
        if gap.since >= calendar.end_of_day(calendar.working_at(rank)):
            break
        rank += calendar.rank(gap.to) - calendar.rank(gap.first)
    return calendar.working_at(rank)


def _calendar_days(start: date, amount: int, gaps: tuple[Gap, ...], calendar: Calendar) -> date:
    day = start + amount * _DAY
    for gap in gaps:
        if gap.since >= calendar.end_of_day(day):
            break
        day += gap.days * _DAY
    if calendar.is_working(day):
        return day
    return _next_open(day, gaps, calendar)


def _next_open(day: date, gaps: tuple[Gap, ...], calendar: Calendar) -> date:
    day = calendar.next_working(day)
    for gap in gaps:
        if gap.first <= day < gap.to and gap.since < calendar.end_of_day(day):
            day = calendar.next_working(gap.to - _DAY)
    return day
