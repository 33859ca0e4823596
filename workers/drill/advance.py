"""To which moment a scenario's time goes on: pure, and by the law that the clocks count by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain import ledger
from domain.calendar import Calendar
from workers.drill.forms import Advance
from workers.drill.words import Amount

__all__ = ["advanced"]

#: "Just after": enough for a deadline at that moment to be over.
_JUST_AFTER = timedelta(seconds=1)


def advanced(now: datetime, step: Advance, calendar: Calendar) -> datetime:
    """The moment (UTC) to which a step moves ``now``.

    Working days: just after the end of the n-th working day after today, as clocks count them.
    Calendar days: just after the end of a working day (17:00) on the n-th day after today, whether
    or not that day is worked. Hours: exactly. ``until``: just after that moment.

    Raises ValueError for a moment that is not later than ``now``, CalendarEnds beyond the calendar.
    """
    if step.by is not None:
        return _by(now, step.by, calendar)
    if step.until is None:
        raise ValueError("say either by or until")
    until = step.until.replace(tzinfo=calendar.zone).astimezone(UTC) + _JUST_AFTER
    calendar.local_day(until)
    if until <= now:
        local = now.astimezone(calendar.zone).replace(tzinfo=None)
        raise ValueError(f"time does not run backwards: it is {local} already")
    return until


def _by(now: datetime, amount: Amount, calendar: Calendar) -> datetime:
    if amount.unit == "calendar_day":
        day = calendar.local_day(now) + timedelta(days=amount.count)
        return calendar.end_of_day(day) + _JUST_AFTER
    end = ledger.after(now, amount.count, amount.unit, calendar)
    calendar.local_day(end)
    return end if amount.unit == "hour" else end + _JUST_AFTER
