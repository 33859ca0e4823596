"""The lines of an explanation: how a term starts and how each of its days was counted."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from domain.calendar import Calendar
from domain.language import Language, Words
from domain.ledger import wording
from domain.ledger.gaps import Gap
from domain.ledger.terms import Term

__all__ = [
    "Basis",
    "TraceLine",
    "as_written",
    "calendar_days",
    "line",
    "stamp",
    "start_line",
    "working_days",
]

Basis: TypeAlias = Callable[[Term], Words]
"""Tells the legal basis of a term."""

_PAUSED = wording.about(wording.PAUSED, wording.NOT_COUNTED)


class TraceLine(BaseModel):
    """One line: the local day it is about, the number that day got in the count, and the text.

    ``text`` is English, as drills and the command line have it; ``said_in`` tells it in either.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date | None
    counted: int | None
    text: str
    vi: str = Field(exclude=True)

    def said_in(self, language: Language) -> str:
        """The text in one of the languages."""
        return self.vi if language == "vi" else self.text


def line(day: date, said: Words, counted: int | None = None) -> TraceLine:
    """A line of an explanation."""
    return TraceLine(day=day, counted=counted, text=said.en, vi=said.vi)


def stamp(at: datetime, calendar: Calendar) -> str:
    """The moment in the calendar's local time, to the second only where there are seconds."""
    local = at.astimezone(calendar.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S %z" if local.second else "%Y-%m-%d %H:%M %z")


def as_written(term: Term) -> Words:
    """The legal basis in the language in which the term has it."""
    return Words(term.basis, term.basis)


def start_line(term: Term, calendar: Calendar, basis: Basis) -> TraceLine:
    """What is counted, from when, by which rule version and on which legal basis."""
    on, law = basis(term), _law(term, calendar)
    by = Words(_source(term.rule, on.vi), _source(term.rule, on.en))
    if term.until is not None:
        said = wording.given(stamp(term.until, calendar), by)
    else:
        said = wording.length(term.amount, term.unit, stamp(term.start, calendar), by, law)
    return line(term.start.astimezone(calendar.zone).date(), said)


def _source(rule: str, basis: str) -> str:
    return f"{rule} ({basis})" if basis else rule


def _law(term: Term, calendar: Calendar) -> Words:
    if term.unit == "hour":
        return wording.ROUND_THE_CLOCK
    return _listed(wording.FIRST_DAY_OFF, calendar.spec.law)


def _listed(*said: Words) -> Words:
    vi, en = (
        filter(None, texts) for texts in zip(*((one.vi, one.en) for one in said), strict=True)
    )
    return Words(", ".join(vi), ", ".join(en))


def _about(day: date, calendar: Calendar, said: Words) -> Words:
    return wording.about(calendar.reason(day), said)


def working_days(
    days: Iterable[date], total: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> Iterator[TraceLine]:
    """Each day of a term in working days: numbered, or skipped with the reason."""
    number = 0
    for day in days:
        if _paused(day, gaps):
            yield line(day, _PAUSED)
        elif calendar.is_working(day):
            number += 1
            yield line(day, _about(day, calendar, wording.counted(number, total)), number)
        else:
            yield line(day, _about(day, calendar, wording.NOT_COUNTED))


def calendar_days(
    days: Iterable[date], total: int, gaps: tuple[Gap, ...], calendar: Calendar
) -> Iterator[TraceLine]:
    """Each day of a term in calendar days, and the way from a day off to the day it ends on."""
    number = 0
    for day in days:
        if _paused(day, gaps):
            yield line(day, _PAUSED)
        elif number < total:
            number += 1
            yield line(day, _about(day, calendar, wording.counted(number, total)), number)
        elif calendar.is_working(day):
            yield line(day, _about(day, calendar, wording.ENDS_HERE))
        else:
            yield line(day, _about(day, calendar, wording.NEVER_ON_A_DAY_OFF))


def _paused(day: date, gaps: tuple[Gap, ...]) -> bool:
    return any(gap.first <= day < gap.to for gap in gaps)
