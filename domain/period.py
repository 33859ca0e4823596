"""What a case's row was between two moments: what lists and statistics of the past look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.row import CaseRow

__all__ = ["STAGES", "STILL", "TIMED", "CasePeriod"]

#: The stretches of a case's life whose time is told, in their order.
STAGES = ("accept", "assign", "answer", "inform", "whole")
#: Those of them that a clock judges as on time or late.
TIMED = ("accept", "assign", "answer")
#: The end of a period that lasts (``infinity`` in PostgreSQL).
STILL = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CasePeriod(CaseRow):
    """The row as it stood from ``valid_from`` up to, not including, ``valid_to``.

    Both go by when things happened; ``known_at`` is when the last of them was written down, which
    is much later for what was entered late. ``STAGE_body`` is whose clock first ran out in a
    stage, else whose clock runs or ended there; ``STAGE_due_at`` when that clock ends, None while
    it stands still and after it was given up; ``STAGE_verdict`` is ``met``, ``missed`` or None.
    ``took_STAGE`` are whole seconds, None while a stage is not done and where no one says when it
    began. ``escalated_at`` is the last escalation on which the body it came to (``escalated_to``)
    has not acted yet.
    """

    valid_from: datetime
    valid_to: datetime
    known_at: datetime
    accepted_at: datetime | None
    assigned_at: datetime | None
    answered_at: datetime | None
    informed_at: datetime | None
    accept_due_at: datetime | None
    assign_due_at: datetime | None
    answer_due_at: datetime | None
    accept_verdict: str | None
    assign_verdict: str | None
    answer_verdict: str | None
    accept_body: str | None
    assign_body: str | None
    answer_body: str | None
    inform_body: str | None
    took_accept: int | None
    took_assign: int | None
    took_answer: int | None
    took_inform: int | None
    took_whole: int | None
    escalated_at: datetime | None
    escalated_to: str | None
