"""Why a deadline is when it is: every term told line by line, and which of them binds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import Calendar, utc
from domain.ledger.count import base_due, due, term_due
from domain.ledger.gaps import Gap, Span, gaps_after, spans_after
from domain.ledger.lines import TraceLine, calendar_days, stamp, start_line, working_days
from domain.ledger.terms import Ledger, Pause, Term

__all__ = ["TraceLine", "trace"]

_DAY = timedelta(days=1)


def trace(
    ledger: Ledger, calendar: Calendar, horizon: datetime | None = None
) -> tuple[TraceLine, ...]:
    """The explanation of `due(ledger, calendar)`, term by term, in local time.

    While a pause is open there is no due time yet and the days stop at the pause; with `horizon`
    the paused days up to that moment are listed too. Raises what `due` raises.
    """
    end = due(ledger, calendar)
    until = None if horizon is None else utc(horizon)
    lines: list[TraceLine] = []
    for term in ledger.terms:
        lines.extend(_Told(term, calendar, ledger.closed_pauses, ledger.open_pause, until).lines())
    if len(ledger.terms) > 1 and end is not None:
        text = f"the earliest of {len(ledger.terms)} terms binds: due {stamp(end, calendar)}"
        day = end.astimezone(calendar.zone).date()
        lines.append(TraceLine(day=day, counted=None, text=text))
    return tuple(lines)


@dataclass(frozen=True)
class _Told:
    """One term as it is told: what it is counted by and what it ran into."""

    term: Term
    calendar: Calendar
    pauses: tuple[Pause, ...]
    standing: Pause | None
    horizon: datetime | None

    def lines(self) -> Iterator[TraceLine]:
        """The start, then days, pauses and extensions in order, then the end."""
        end = term_due(self.term, self.pauses, self.calendar)
        yield start_line(self.term, self.calendar)
        told = [*self._pause_lines(end), *self._extension_lines(), *self._day_lines(end)]
        # The sort is stable: what happened on a day comes before how the day was counted.
        yield from sorted(told, key=lambda line: line.day or date.max)
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
                text = f"paused from {self._stamp(span.start)} to {self._stamp(span.end)}"
                text += self._price(span)
                yield TraceLine(day=self._local(span.start), counted=None, text=text)

    def _price(self, span: Span) -> str:
        if self.term.unit == "hour":
            return f": {span.end - span.start} later"
        if self.term.unit == "moment":
            pause = Pause(start=span.start, end=span.end)
            gaps = gaps_after([pause], self.term.start, self.calendar)
            return f": {sum(gap.days for gap in gaps)} days later"
        return ""

    def _extension_lines(self) -> Iterator[TraceLine]:
        for extension in self.term.extensions:
            text = f"extended by {extension.days} working days at {self._stamp(extension.at)}"
            yield TraceLine(day=self._local(extension.at), counted=None, text=text)

    def _end_line(self, end: datetime) -> TraceLine:
        if self.standing is None:
            return TraceLine(day=self._local(end), counted=None, text=f"due {self._stamp(end)}")
        since = self._stamp(self.standing.start)
        text = f"paused since {since}: no due time until it is resumed"
        if not self._stands_before(end):
            text = f"paused since {since}, after it was due {self._stamp(end)}: that stays"
        return TraceLine(day=self._local(self.standing.start), counted=None, text=text)

    def _local(self, at: datetime) -> date:
        return at.astimezone(self.calendar.zone).date()

    def _stamp(self, at: datetime) -> str:
        return stamp(at, self.calendar)
