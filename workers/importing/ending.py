"""How an imported case ended, and the state that its events lead to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain import events as e
from domain.case import Case, Clock, Draft
from domain.ledger import Ledger
from workers.importing.entry import Entry
from workers.importing.placing import Place

__all__ = ["Ending", "ending_of", "state_of"]


@dataclass(frozen=True, slots=True)
class Ending:
    """When a closed row ended: never before it began, though its file may say so."""

    closed_at: datetime
    missed_at: datetime | None
    outcome: str
    answered: bool


def ending_of(entry: Entry, clock: e.ClockStarted | None) -> Ending | None:
    """The ending of a closed row, None for an open one. On time is: not after the due time."""
    if entry.closed is None:
        return None
    missed = clock is not None and clock.due_at < entry.closed
    return Ending(
        closed_at=max(entry.opened, entry.closed),
        missed_at=max(entry.opened, clock.due_at) if clock is not None and missed else None,
        outcome=entry.outcome,
        answered=entry.answer is not None,
    )


def state_of(
    case: Case, version: int, place: Place, clock: e.ClockStarted | None, ending: Ending | None
) -> Case:
    """The fold of an imported history, made at once: folding took a quarter of an import's time.

    ``case`` is the state after the first event. That it is the fold, tests show on every row.
    """
    clocks = () if clock is None else (_clock(clock, ending),)
    lead = place.lead
    if ending is None:
        state = "accepted" if lead is None else "assigned"
        return replace(case, version=version, state=state, lead=lead, clocks=clocks)
    answer = Draft(1, lead or place.accountable, None, has_act=False, evidence_count=0)
    return replace(
        case,
        version=version,
        last_at=ending.closed_at,
        state="withdrawn" if ending.outcome == "withdrawn" else "closed",
        lead=lead,
        clocks=clocks,
        drafts=1 if ending.answered else 0,
        approved=answer if ending.answered else None,
        late=ending.missed_at is not None,
        outcome=ending.outcome,
        closed_at=ending.closed_at,
    )


def _clock(started: e.ClockStarted, ending: Ending | None) -> Clock:
    return Clock(
        clock_id=started.clock_id,
        kind=started.kind,
        body=started.body,
        rung=started.rung,
        ledger=Ledger(calendar=started.calendar, terms=(started.term,)),
        rule=started.rule,
        due_at=started.due_at,
        reminders=started.reminders,
        missed_at=ending.missed_at if ending else None,
        stopped="done" if ending else None,
    )
