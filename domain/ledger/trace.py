"""Why a deadline is when it is: every term told line by line, and which of them binds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import Calendar, utc
from domain.language import Words
from domain.ledger import wording
from domain.ledger.count import base_due, due, term_due
from domain.ledger.gaps import Gap, Span, gaps_after, spans_after
from domain.ledger.lines import (
    Basis,
    TraceLine,
    as_written,
    calendar_days,
    line,
    stamp,
    start_line,
    working_days,
)
from domain.ledger.terms import Ledger, Pause, Term

__all__ = ["TraceLine", "trace"]

_DAY = timedelta(days=1)


def trace(
    ledger: Ledger,
    calendar: Calendar,
    horizon: datetime | None = None,
    basis: Basis = as_written,
) -> tuple[TraceLine, ...]:
    """The explanation of `due(ledger, calendar)`, term by term, in local time.

    While a pause is open there is no due time yet and the days stop at the pause; with `horizon`
    the paused days up to that moment are listed too. `basis` tells the legal basis of a term.
    Raises what `due` raises.
    """
    end = due(ledger, calendar)
    until = None if horizon is None else utc(horizon)
    lines: list[TraceLine] = []
    for term in ledger.terms:
        told = _Told(term, calendar, ledger.closed_pauses, ledger.open_pause, until, basis)
        lines.extend(told.lines())
    if len(ledger.terms) > 1 and end is not None:
        said = wording.binding(len(ledger.terms), stamp(end, calendar))
        lines.append(line(end.astimezone(calendar.zone).date(), said))
    return tuple(lines)


@dataclass(frozen=True)
class _Told:
    """One term as it is told: what it is counted by and what it ran into."""

    term: Term
    calendar: Calendar
    pauses: tuple[Pause, ...]
    standing: Pause | None
    horizon: datetime | None
    basis: Basis

    def lines(self) -> Iterator[TraceLine]:
        """The start, then days, pauses and extensions in order, then the end."""
        end = term_due(self.term, self.pauses, self.calendar)
        yield start_line(self.term, self.calendar, self.basis)
        told = [*self._pause_lines(end), *self._extension_lines(), *self._day_lines(end)]
        # The sort is stable: what happened on a day comes before how the day was counted.
        yield from sorted(told, key=lambda one: one.day or date.max)
        yield self._end_line(end)

    def _day_lines(self, end: datetime) -> Iterator[TraceLine]:
        term, start = self.term, self.term.start
        if term.unit == "working_day":
            total = term.amount + term.extra
            gaps = self._gaps(start, end)
            yield from working_days(self._days(start, end), total, gaps, self.calendar)
            return
        base = base_due(term, self.pauses, self.calendar)
        if term.unit == "calendar_day":
            gaps = self._gaps(start, base)
            yield from calendar_days(self._days(start, base), term.amount, gaps, self.calendar)
        if term.extra and not self._stands_before(base):
            gaps = self._gaps(base, end)
            yield from working_days(self._days(base, end), term.extra, gaps, self.calendar)

    def _days(self, start: datetime, end: datetime) -> Iterator[date]:
        day, last = self._local(start) + _DAY, self._local(end)
        if self.standing is not None and self._stands_before(end):
            eve = self.standing.start - _DAY
            last = self._local(max(self.horizon or eve, eve))
        while day <= last:
            yield day
            day += _DAY

    def _gaps(self, start: datetime, end: datetime) -> tuple[Gap, ...]:
        gaps = gaps_after(self.pauses, start, self.calendar)
        before = tuple(gap for gap in gaps if gap.since < end)
        if self.standing is None or not self._stands_before(end):
            return before
        first = max(self._local(self.standing.start), self._local(start) + _DAY)
        return (*before, Gap(self.standing.start, first, date.max))

    def _stands_before(self, end: datetime) -> bool:
        return self.standing is not None and max(self.standing.start, self.term.start) < end

    def _pause_lines(self, end: datetime) -> Iterator[TraceLine]:
        for span in spans_after(self.pauses, self.term.start):
            if span.start < end:
                since, until = self._stamp(span.start), self._stamp(span.end)
                yield self._line(span.start, wording.paused(since, until, self._price(span)))

    def _price(self, span: Span) -> Words | None:
        if self.term.unit == "hour":
            return wording.time_later(span.end - span.start)
        if self.term.unit == "moment":
            pause = Pause(start=span.start, end=span.end)
            gaps = gaps_after([pause], self.term.start, self.calendar)
            return wording.days_later(sum(gap.days for gap in gaps))
        return None

    def _extension_lines(self) -> Iterator[TraceLine]:
        for extension in self.term.extensions:
            said = wording.extended(extension.days, self._stamp(extension.at))
            yield self._line(extension.at, said)

    def _end_line(self, end: datetime) -> TraceLine:
        if self.standing is None:
            return self._line(end, wording.due(self._stamp(end)))
        since = self._stamp(self.standing.start)
        if self._stands_before(end):
            return self._line(self.standing.start, wording.standing(since))
        return self._line(self.standing.start, wording.over_before(since, self._stamp(end)))

    def _line(self, at: datetime, said: Words) -> TraceLine:
        return line(self._local(at), said)

    def _local(self, at: datetime) -> date:
        return at.astimezone(self.calendar.zone).date()

    def _stamp(self, at: datetime) -> str:
        return stamp(at, self.calendar)
