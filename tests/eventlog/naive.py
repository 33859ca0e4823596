"""Statistics counted by hand from the events themselves: slow, plain, and made another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Any

from domain.case import Case
from domain.events import Event
from domain.evolve import fold

__all__ = ["Life", "counts", "facets", "lives", "percentile", "times"]

Histories = Mapping[str, Sequence[Event]]
#: What sets or takes away when a clock ends.
_MOVES = {"ClockStarted", "ClockPaused", "ClockResumed", "ClockExtended", "ClockReprojected"}
_PAPERS = {"IdentityDisclosed", "ReceiptReplaced"}
_SOLVED = {"solved_confirmed", "solved_unconfirmed"}


@dataclass(frozen=True)
class Life:
    """What had happened to a case by a moment."""

    case: Case
    events: Sequence[Event]
    at: datetime

    def when(self, *types: str, newest: bool = False) -> datetime | None:
        """When one of these things happened first (or last), what an unmerge undid left out."""
        found = [event.occurred_at for event in self._standing() if event.type in types]
        return (found[-1] if newest else found[0]) if found else None

    def _standing(self) -> list[Event]:
        kept: list[Event] = []
        merged_at = 0
        for event in self.events:
            if event.type == "CaseMerged":
                merged_at = len(kept)
            if event.type == "CaseUnmerged":
                del kept[merged_at:]
                continue
            kept.append(event)
        return kept

    def verdict(self, kind: str) -> str | None:
        """By the events of the clocks of a kind: late, on time, or nothing owed by then."""
        told = [one for one in self._clocks() if one[1].rpartition("-")[0] == kind]
        if self.case.outcome == "withdrawn" or not told:
            return None
        if any(name == "DeadlineMissed" for name, _, _ in told):
            return "late"
        newest = [clock for name, clock, _ in told if name == "ClockStarted"][-1]
        due: datetime | None = None
        for name, clock, said in told:
            if clock == newest and name == "ClockStopped":
                return "on_time" if said["why"] == "done" else None
            if clock == newest and name in _MOVES:
                due = said.get("due_at")
        return "late" if due is not None and due <= self.at else None

    def _clocks(self) -> list[tuple[str, str, Any]]:
        """What happened to clocks: the event's name, the clock's id, and what it says."""
        said = [(event.type, event.body.model_dump()) for event in self._standing()]
        return [(name, facts["clock_id"], facts) for name, facts in said if "clock_id" in facts]

    def took(self, stage: str) -> int | None:
        """How many whole seconds a stage took."""
        since, until = self._ends(stage)
        return (until - since) // timedelta(seconds=1) if since and until else None

    def _ends(self, stage: str) -> tuple[datetime | None, datetime | None]:
        reopened = self.when("CaseReopened", newest=True)
        owed = self.when("ResponseApproved", "CaseDeclined", "CaseRedirected", newest=True)
        answered, told = self.when("ResponseApproved", newest=True), self.case.informed_at
        if reopened:
            owed = owed if owed and owed >= reopened and self._after_reopening(owed) else None
            answered = answered if answered and self._after_reopening(answered) else None
        whole = self.case.closed_at if self.case.outcome != "withdrawn" else None
        accepted, assigned = self.when("CaseAccepted"), self.when("CaseAssigned")
        imported = self.when("HistoryImported") is not None
        return {
            "accept": (None if imported else self.case.reported_at, accepted),
            "assign": (None if imported else accepted, assigned),
            "answer": (assigned, answered),
            "inform": (owed, told),
            "whole": (self.case.reported_at, whole),
        }[stage]

    def _after_reopening(self, moment: datetime) -> bool:
        names = [event.type for event in self._standing()]
        last = len(names) - 1 - names[::-1].index("CaseReopened")
        return any(event.occurred_at == moment for event in self._standing()[last:])

    @property
    def waits_since(self) -> datetime | None:
        """When it was last escalated, if nobody of that body has done anything since.

        To merge the case is to do something, also when that is undone.
        """
        since, body = None, None
        for event in self.events:
            said: Any = event.body.model_dump()
            if event.actor.body == body and event.type not in _PAPERS:
                since, body = None, None
            if event.type == "CaseEscalated":
                since, body = event.occurred_at, said["to_body"]
            elif event.type == "JurisdictionChanged" and said["from_body"] == body:
                body = said["to_body"]
        return since if self.case.open else None


def lives(histories: Histories, at: datetime) -> list[Life]:
    """All cases that had begun by a moment."""
    found = []
    for case_id, history in histories.items():
        events = [event for event in history if event.occurred_at <= at]
        case = fold(case_id, events)
        if case is not None:
            found.append(Life(case, events, at))
    return found


def counts(all_of_them: Iterable[Life]) -> Counter[str]:
    """The numbers by their names."""
    found: Counter[str] = Counter()
    for life in all_of_them:
        case = life.case
        if case.state == "merged":
            found["merged"] += 1
            continue
        found["received"] += 1
        found["open" if case.open else "closed"] += 1
        found["solved"] += not case.open and case.outcome in _SOLVED
        found["unacted"] += life.waits_since is not None
        for kind in ("accept", "assign", "answer"):
            verdict = life.verdict(kind)
            found[f"{kind}_due"] += verdict is not None
            found[f"{kind}_on_time"] += verdict == "on_time"
        for stage in ("accept", "assign", "answer", "inform", "whole"):
            found[f"{stage}_done"] += life.took(stage) is not None
    return +found


def facets(all_of_them: Iterable[Life], name: str) -> Counter[str]:
    """How many cases that count have each value of a facet."""
    values = (getattr(one.case, name) for one in all_of_them if one.case.state != "merged")
    return Counter(value for value in values if value is not None)


def times(all_of_them: Iterable[Life], stage: str) -> tuple[float, float] | None:
    """Median and the 90th percentile of what a stage took, in seconds."""
    took = [one.took(stage) for one in all_of_them if one.case.state != "merged"]
    known = sorted(seconds for seconds in took if seconds is not None)
    return (percentile(known, 0.5), percentile(known, 0.9)) if known else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value at a share of the way from the least to the greatest, between two if need be."""
    place = share * (len(values) - 1)
    low = floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)
