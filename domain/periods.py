"""From the events of a case to the periods in which its row stood still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from domain.case import Case, Clock
from domain.events import Event
from domain.evolve import fold
from domain.period import STILL, TIMED, CasePeriod
from domain.project import row_of
from domain.row import CaseRow
from domain.stages import Stages, after

__all__ = ["Told", "follow", "periods"]

_SECOND = timedelta(seconds=1)
_COLUMNS = tuple(field.name for field in fields(CaseRow))


@dataclass(frozen=True, slots=True)
class Told:
    """A case as the events so far tell it, and when the last of them was written down."""

    case: Case
    stages: Stages
    known_at: datetime


def follow(case_id: str, told: Told | None, event: Event, recorded_at: datetime) -> Told:
    """What one more event makes of it. Raises ValueError for a history that has no beginning."""
    case = fold(case_id, [event], told.case if told else None)
    if case is None:
        raise ValueError(f"Case {case_id} has no events.")
    known_at = max(told.known_at, recorded_at) if told else recorded_at
    return Told(case, after(told.stages if told else Stages(), event), known_at)


def periods(stood: Iterable[Told]) -> Iterator[CasePeriod]:
    """The periods that follow each other, of what a case was after each event.

    What happens at the same moment is one step: nobody could see the case in between.
    """
    steps: dict[datetime, Told] = {}
    for told in stood:
        steps[told.case.last_at] = told
    moments = [*steps, STILL]
    for (since, until), told in zip(pairwise(moments), steps.values(), strict=True):
        yield _period(told, since, until)


def _period(told: Told, since: datetime, until: datetime) -> CasePeriod:
    case, row = told.case, row_of(told.case)
    return CasePeriod(
        **{name: getattr(row, name) for name in _COLUMNS},
        valid_from=since,
        valid_to=until,
        known_at=told.known_at,
        **_moments(case, told.stages),
        **_judgements(case, told.stages),
        **_durations(case, told.stages),
        **_waiting(case, told.stages),
    )


def _moments(case: Case, stages: Stages) -> dict[str, Any]:
    return {
        "accepted_at": stages.accepted_at,
        "assigned_at": stages.assigned_at,
        "answered_at": stages.answered_at,
        "informed_at": case.informed_at,
    }


def _judgements(case: Case, stages: Stages) -> dict[str, Any]:
    clocks = {kind: _judged(case, kind) for kind in (*TIMED, "inform")}
    done = {
        "accept": stages.accepted_at,
        "assign": stages.assigned_at,
        "answer": stages.answered_at,
        "inform": case.informed_at,
    }
    return {
        **{f"{kind}_due_at": _due(clocks[kind]) for kind in TIMED},
        **{f"{kind}_verdict": _verdict(clocks[kind]) for kind in TIMED},
        **{f"{kind}_body": _body(clock, done[kind], case) for kind, clock in clocks.items()},
    }


def _judged(case: Case, kind: str) -> Clock | None:
    """The clock that decides a stage: the first that was missed, else the newest."""
    clocks = [clock for clock in case.clocks if clock.kind == kind]
    missed = (clock for clock in clocks if clock.missed_at is not None)
    return next(missed, clocks[-1] if clocks else None)


def _verdict(clock: Clock | None) -> str | None:
    if clock is None:
        return None
    if clock.missed_at is not None:
        return "missed"
    return "met" if clock.stopped == "done" else None


def _due(clock: Clock | None) -> datetime | None:
    """None also for a clock that was given up before it ended: nobody owed anything by it."""
    if clock is None or (clock.stopped is not None and _verdict(clock) is None):
        return None
    return clock.due_at


def _body(clock: Clock | None, done_at: datetime | None, case: Case) -> str | None:
    if clock is not None:
        return clock.body
    return case.accountable if done_at else None


def _durations(case: Case, stages: Stages) -> dict[str, Any]:
    accepted, assigned = stages.accepted_at, stages.assigned_at
    told = not stages.imported
    ended = case.closed_at if case.outcome != "withdrawn" else None
    return {
        "took_accept": _seconds(case.reported_at if told else None, accepted),
        "took_assign": _seconds(accepted if told else None, assigned),
        "took_answer": _seconds(assigned, stages.answered_at),
        "took_inform": _seconds(stages.owed_at, case.informed_at),
        "took_whole": _seconds(case.reported_at, ended),
    }


def _seconds(since: datetime | None, until: datetime | None) -> int | None:
    return (until - since) // _SECOND if since and until else None


def _waiting(case: Case, stages: Stages) -> dict[str, Any]:
    """An escalation that is not acted on, while there is something to act on."""
    if not case.open:
        return {"escalated_at": None, "escalated_to": None}
    return {"escalated_at": stages.escalated_at, "escalated_to": stages.escalated_to}
