"""Answers as they are given to the workflow and kept in the command table."""

from __future__ import annotations

from typing import Any

from activities.messages import Answer
from domain.agenda import next_look
from domain.context import Law
from domain.decide import Decision

__all__ = ["as_answer", "as_outcome", "refused"]


def as_answer(decision: Decision, law: Law) -> Answer:
    """What a decision means for the one who asked and for the workflow's timer."""
    case, refusal = decision.case, decision.rejection
    return Answer(
        case_id=case.case_id,
        version=case.version,
        events=tuple(event.type for event in decision.events),
        rejected=refusal.code if refusal else None,
        detail=refusal.detail if refusal else None,
        param=refusal.param if refusal else None,
        next_wakeup=next_look(case, law),
        open=case.open,
    )


def as_outcome(answer: Answer) -> dict[str, Any]:
    """What is kept of an answer, so that a repeat gets the same one."""
    return answer.model_dump(mode="json", exclude={"next_wakeup", "open"})


def refused(case_id: str, code: str, detail: str) -> Answer:
    """The answer about a case that cannot be looked at."""
    return Answer(case_id=case_id, version=0, rejected=code, detail=detail, open=False)
