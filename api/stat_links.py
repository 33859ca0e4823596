"""From a number to the list of its cases: the filters that say which they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.naming import body_written
from domain.context import Context
from domain.grouped_units import Placed, lies_within
from domain.statistics import Measure

__all__ = ["Links"]

_LIST = "/v1/cases"
#: Names of fields as filters of the list, where they are not the same.
_FILTERS = {
    "states": "state",
    "rungs": "rung",
    "severities": "severity",
    "outcomes": "outcome",
    "verdicts": "verdict",
}
_MONTHS = {"month": 1, "quarter": 3}
_DAYS = {"day": 1, "week": 7}

Query = dict[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the links of one answer. ``base`` are the filters that it was asked with.

    ``units`` are the ids that those leave, None for all.
    """

    base: Mapping[str, Sequence[str]]
    context: Context
    by: str | None
    period: str
    placed: Placed
    units: frozenset[str] | None

    def to(self, one: Measure, key: str | None) -> str:
        """The list of the cases that a number counts, in a group or of all."""
        query: Query = {**self.base, "as_of": [_written(self.context.now, self.zone)]}
        query.update(_asked(one))
        if key is not None:
            query.update(self._of_group(one, key))
        return f"{_LIST}?{urlencode(query, doseq=True)}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone of local times."""
        return ZoneInfo(self.context.law.zone)

    def body(self, body_id: str) -> str:
        """A body, written so that it alone is meant."""
        return body_written(body_id, self.context.law, self.context.today)

    def _of_group(self, one: Measure, key: str) -> Query:
        if self.by == "unit":
            return self._of_unit(key)
        if self.by == "period":
            return self._of_period(key)
        if self.by == "body":
            named = [self.body(key)]
            if one.of == "whole":
                return {"accountable": named}
            return {"stage": [one.of], "responsible": named}
        return {str(self.by): [key]}

    def _of_unit(self, key: str) -> Query:
        directory, today = self.context.directory, self.context.today
        unit = directory.unit(key, today)
        if unit and key in self.placed.whole and lies_within(key, self.units, directory, today):
            return {"unit": [unit.code]}
        return {"unit_id": self.placed.units(key)}

    def _of_period(self, key: str) -> Query:
        """The cases received in it, as far as they were asked for at all."""
        first = date.fromisoformat(key)
        start, end = (self._midnight(day) for day in (first, _following(first, self.period)))
        since, before = self.base.get("received_since"), self.base.get("received_before")
        if since:
            start = max(start, datetime.fromisoformat(since[0]))
        if before:
            end = min(end, datetime.fromisoformat(before[0]))
        return {
            "received_since": [_written(start, self.zone)],
            "received_before": [_written(end, self.zone)],
        }

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _asked(one: Measure) -> Iterator[tuple[str, Sequence[str]]]:
    for name, value in {**one.wanted, **one.then}.items():
        yield _FILTERS.get(name, name), _words(value)


def _words(value: Any) -> Sequence[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return sorted(value) if isinstance(value, frozenset) else [str(value)]


def _following(first: date, period: str) -> date:
    """The first day after a period that begins on a day."""
    if period in _DAYS:
        return first + timedelta(days=_DAYS[period])
    months = first.year * 12 + first.month - 1 + _MONTHS[period]
    return date(months // 12, months % 12 + 1, 1)


def _written(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()
