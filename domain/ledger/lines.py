"""The lines of an explanation: how a term starts and how each of its days was counted."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.calendar import Calendar
from domain.ledger.gaps import Gap
from domain.ledger.terms import Term, Unit

__all__ = ["TraceLine", "calendar_days", "stamp", "start_line", "working_days"]

_NAMES: dict[Unit, str] = {
    "working_day": "working days",
    "calendar_day": "calendar days",
    "hour": "hours",
}


class TraceLine(BaseModel):
    """One line: the local day it is about, the number that day got in the count, and the text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date | None
    counted: int | None
    text: str


def stamp(at: datetime, calendar: Calendar) -> str:
    """The moment in the calendar's local time, to the second only where there are seconds."""
    local = at.astimezone(calendar.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S %z" if local.second else "%Y-%m-%d %H:%M %z")


def start_line(term: Term, calendar: Calendar) -> TraceLine:
    """What is counted, from when, by which rule version and on which legal basis."""
    source = f"{term.rule} ({term.basis})" if term.basis else term.rule
    if term.until is not None:
        text = f"due time given by the source: {stamp(term.until, calendar)}, by {source}"
    else:
        what = f"{term.amount} {_NAMES[term.unit]}"
        text = f"{what} from {stamp(term.start, calendar)} by {source}; {_law(term, calendar)}"
    day = term.start.astimezone(calendar.zone).date()
    return TraceLine(day=day, counted=None, text=text)


def _law(term: Term, calendar: Calendar) -> str:
    if term.unit == "hour":
        return "hours run around the clock"
    return ", ".join(filter(None, ("first day not counted", calendar.spec.basis)))


def working_days(
    days: Iterable[date], total: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> Iterator[TraceLine]:
    """Each day of a term in working days: numbered, or skipped with the reason."""
    number = 0
    for day in days:
        if _paused(day, gaps):
            yield _line(day, "paused: not counted")
        elif calendar.is_working(day):
            number += 1
            yield _line(day, f"{calendar.why(day)}: {number} of {total}", number)
        else:
            yield _line(day, f"{calendar.why(day)}: not counted")


def calendar_days(
    days: Iterable[date], total: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> Iterator[TraceLine]:
    """Each day of a term in calendar days, and the way from a day off to the day it ends on."""
    number = 0
    for day in days:
        if _paused(day, gaps):
            yield _line(day, "paused: not counted")
        elif number < total:
            number += 1
            yield _line(day, f"{calendar.why(day)}: {number} of {total}", number)
        elif calendar.is_working(day):
            yield _line(day, f"{calendar.why(day)}: a term that ends on a day off ends here")
        else:
            yield _line(day, f"{calendar.why(day)}: no term ends on a day off")


def _paused(day: date, gaps: tuple[Gap, ...]) -> bool:
    return any(gap.first <= day < gap.to for gap in gaps)


def _line(day: date, text: str, counted: int | None = None) -> TraceLine:
    return TraceLine(day=day, counted=counted, text=text)
