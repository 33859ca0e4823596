"""From the state of a case to its row in the read model."""

from __future__ import annotations

from collections.abc import Sequence

from domain.agenda import agenda
from domain.case import Case
from domain.events import Event
from domain.evolve import fold
from domain.row import CaseRow

__all__ = ["row_from", "row_of"]


def row_of(case: Case) -> CaseRow:
    """The row that lists, filters and counts see."""
    upcoming = agenda(case)
    return CaseRow(
        case_id=case.case_id,
        version=case.version,
        code=case.code,
        state=case.state,
        rung=case.rung,
        accountable=case.accountable,
        unit=case.unit,
        category=case.category,
        severity=case.severity,
        channel=case.channel,
        pack=case.pack,
        received_at=case.reported_at,
        changed_at=case.last_at,
        due_at=case.due_at,
        next_wakeup=upcoming.at if upcoming else None,
        late=case.late,
        paused=case.paused,
        reopened=case.reopened,
        open=case.open,
        outcome=case.outcome,
        lead=case.lead,
        assignee=case.assignee,
        about_body=case.about_body,
        merged_into=case.merged_into,
        closed_at=case.closed_at,
        involved=_involved(case),
        latitude_e6=case.latitude_e6,
        longitude_e6=case.longitude_e6,
        receipt=case.receipt,
    )


def row_from(case_id: str, events: Sequence[Event]) -> CaseRow:
    """The row of the case that events make. Raises ValueError when there are none."""
    case = fold(case_id, events)
    if case is None:
        raise ValueError(f"Case {case_id} has no events.")
    return row_of(case)


def _involved(case: Case) -> tuple[str, ...]:
    """Whoever may act on a case beside the accountable body: see ``domain.access.relations``."""
    bodies = {*case.held_by, *case.coordinating, *case.asked(), case.lead}
    return tuple(sorted(body for body in bodies if body not in (None, case.accountable)))
