"""What statistics count: each number is a question that a list of cases can be asked as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.period import STAGES, TIMED
from domain.scope import AllOf, Scope, Then, Wanted, body_of

__all__ = [
    "FACETS",
    "MEASURES",
    "SOLVED",
    "TALLIED",
    "Group",
    "Measure",
    "Times",
    "Waiting",
    "facet",
    "measure",
]

#: Outcomes with which something was done about it; a redirection never is.
SOLVED = frozenset({"solved_confirmed", "solved_unconfirmed"})
#: What all cases that count are counted by.
FACETS = ("state", "rung", "severity", "outcome")
_JUDGED = frozenset({"on_time", "late"})


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: how many cases are so. ``wanted`` and ``then`` are fields of those two.

    ``of`` is the stage whose responsible body it belongs to in statistics by body; without one
    it belongs to the accountable body.
    """

    name: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)
    of: str = "whole"

    def scope(self, at: datetime) -> Scope:
        """The cases that it counts, of all as they were at a moment."""
        return AllOf((Wanted(**self.wanted).scope, Then(at, **self.then).asked))

    @property
    def body(self) -> str:
        """The field that says to which body it belongs."""
        return body_of(self.of)


@dataclass(frozen=True, slots=True)
class Times:
    """How long a stage took, in seconds: for half of the cases, and for nine of ten, at most."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """The escalation that has waited longest for the body it came to."""

    since: datetime
    case_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of one group of cases; ``key`` is None for those that none was told of."""

    key: str | None
    counts: Mapping[str, int]
    facets: Mapping[str, Mapping[str, int]]
    times: Mapping[str, Times]
    oldest: Waiting | None


def _measures() -> Iterator[Measure]:
    counted = {"merged": False}
    yield Measure("received", then=counted)
    yield Measure("open", {"open": True}, counted)
    yield Measure("closed", {"open": False}, counted)
    yield Measure("solved", {"open": False}, {**counted, "outcomes": SOLVED})
    yield Measure("merged", then={"merged": True})
    yield Measure("entered_later", then={**counted, "entered_later": True})
    yield Measure("unacted", then={**counted, "unacted": True})
    for stage in TIMED:
        due = {**counted, "stage": stage, "verdicts": _JUDGED}
        yield Measure(f"{stage}_due", then=due, of=stage)
        on_time = {**due, "verdicts": frozenset({"on_time"})}
        yield Measure(f"{stage}_on_time", then=on_time, of=stage)
    for stage in STAGES:
        yield Measure(f"{stage}_done", then={**counted, "stage": stage, "done": True}, of=stage)


#: All numbers. A case that was merged into another one counts as that one: in ``merged`` alone.
MEASURES = tuple(_measures())
#: The measures by their name.
TALLIED = {one.name: one for one in MEASURES}


def measure(name: str) -> Measure:
    """The measure with this name. Raises KeyError."""
    return TALLIED[name]


def facet(name: str, value: str) -> Measure:
    """How many of the cases that count have a value of a facet."""
    plural = {"state": "states", "rung": "rungs", "severity": "severities"}
    words = frozenset({value})
    if name == "outcome":
        return Measure(f"outcome:{value}", then={"merged": False, "outcomes": words})
    return Measure(f"{name}:{value}", {plural[name]: words}, {"merged": False})
