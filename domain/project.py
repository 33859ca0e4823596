"""From the state of a case to its row in the read model."""

from __future__ import annotations

from domain.agenda import agenda
from domain.case import Case
from domain.row import CaseRow

__all__ = ["row_of"]


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
    )
