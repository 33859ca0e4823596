"""Rows of counted cases as the numbers of groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from domain.statistics import FACETS, TALLIED, Group, Measure, Times, Waiting
from eventlog.pg import Record

__all__ = ["WAITING", "Tallies"]

#: What is told of the escalation that has waited longest: the fields of ``Waiting``.
WAITING = ("escalated_at", "case_id", "escalated_to")

_Counts = dict[str, int]


class Tallies:
    """Puts together what several statements say of the same groups; the whole has no key."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._counts: defaultdict[str | None, _Counts] = defaultdict(dict)
        self._facets: defaultdict[str | None, dict[str, _Counts]] = defaultdict(dict)
        self._times: defaultdict[str | None, dict[str, Times]] = defaultdict(dict)
        self._oldest: dict[str | None, Waiting] = {}

    def add_numbers(self, row: Record, measures: Sequence[Measure]) -> None:
        """Take in what one statement counted of a group, or of all."""
        key = row["key"]
        if not row["whole"]:
            if key is None:  # nobody's: a body that no case names
                return
            self.keys.add(key)
        for one in measures:
            self._counts[key][one.name] = row[one.name]
            if one.name == f"{one.of}_done" and (times := row[f"times_{one.of}"]):
                self._times[key][one.of] = Times(*times)
            if one.name == "unacted" and row[one.name]:
                self._oldest[key] = Waiting(*(row[field] for field in WAITING))

    def add_cell(self, row: Record) -> None:
        """Take in how many cases of a group are alike in all facets."""
        for key in {None, row["key"]}:
            for facet in FACETS:
                if row[facet] is not None:
                    counts = self._facets[key].setdefault(facet, {})
                    counts[row[facet]] = counts.get(row[facet], 0) + row["cases"]

    def total(self) -> Group:
        """The numbers of all cases."""
        return self._group(None)

    def groups(self) -> tuple[Group, ...]:
        """The numbers of each group, in the order of their keys."""
        return tuple(self._group(key) for key in sorted(self.keys))

    def _group(self, key: str | None) -> Group:
        return Group(
            key=key,
            counts={name: self._counts[key].get(name, 0) for name in TALLIED},
            facets={facet: self._facets[key].get(facet, {}) for facet in FACETS},
            times=self._times[key],
            oldest=self._oldest.get(key),
        )
