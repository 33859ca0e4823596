"""Counted groups as they are told, each number with its link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.language import Language
from api.naming import body_named
from api.stat_links import Links
from api.stat_models import (
    Escalations,
    Number,
    Numbers,
    Oldest,
    OnTime,
    StageTime,
    StatsGroup,
)
from api.stat_names import name_of
from domain.period import STAGES, TIMED
from domain.statistics import FACETS, Group, Measure, Waiting, facet, measure

__all__ = ["Teller"]

_HOUR = 3600
_PLAIN = ("received", "open", "closed", "solved", "merged", "entered_later")


class Teller:
    """Tells the groups of one answer."""

    def __init__(self, links: Links, language: Language) -> None:
        self._links = links
        self._law = links.context.law
        self._language = language

    def total(self, group: Group) -> Numbers:
        """The numbers of all cases."""
        return Numbers(**self._numbers(group))

    def group(self, group: Group) -> StatsGroup:
        """The numbers of one group, under its name."""
        key = group.key or ""
        name = name_of(self._links.by, key, self._links.context, self._language)
        shown = self._links.body(key) if self._links.by == "body" else key
        return StatsGroup(key=shown, name=name, **self._numbers(group))

    def _numbers(self, group: Group) -> Mapping[str, Any]:
        return {
            **{name: self._number(group, measure(name)) for name in _PLAIN},
            **{name: self._facet(group, name) for name in FACETS},
            "on_time": {stage: self._on_time(group, stage) for stage in TIMED},
            "stages": {stage: self._time(group, stage) for stage in STAGES},
            "escalations": Escalations(
                waiting=self._number(group, measure("unacted")), oldest=self._oldest(group.oldest)
            ),
        }

    def _number(self, group: Group, one: Measure, n: int | None = None) -> Number:
        found = group.counts[one.name] if n is None else n
        return Number(n=found, href=self._links.to(one, group.key) if found else None)

    def _facet(self, group: Group, name: str) -> dict[str, Number]:
        values = sorted(group.facets[name].items(), key=lambda one: (-one[1], one[0]))
        return {value: self._number(group, facet(name, value), n) for value, n in values}

    def _on_time(self, group: Group, stage: str) -> OnTime:
        due, kept = measure(f"{stage}_due"), measure(f"{stage}_on_time")
        n, met = group.counts[due.name], group.counts[kept.name]
        return OnTime(
            due=self._number(group, due),
            on_time=self._number(group, kept),
            share=round(met / n, 4) if n else None,
        )

    def _time(self, group: Group, stage: str) -> StageTime:
        took = group.times.get(stage)
        return StageTime(
            done=self._number(group, measure(f"{stage}_done")),
            median_hours=round(took.median / _HOUR, 2) if took else None,
            p90_hours=round(took.p90 / _HOUR, 2) if took else None,
        )

    def _oldest(self, waiting: Waiting | None) -> Oldest | None:
        if waiting is None:
            return None
        since = waiting.since.astimezone(self._links.zone)
        to = body_named(waiting.body, self._law)
        return Oldest(since=since, to=to, case_id=waiting.case_id)
