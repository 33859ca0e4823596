"""Closing a case: closed is not solved, and nobody is left without an answer."""

from __future__ import annotations

from typing import Literal

from domain import events as e
from domain import params as p
from domain.commands import command
from domain.rejection import Rejected
from domain.rules.shared import refuse_while_others_wait, stop_all
from domain.wake import Course

_SOLVED = frozenset({"solved_confirmed", "solved_unconfirmed"})
_OUTCOMES = _SOLVED | {"explained", "refused"}


@command("close", frozenset({"answered", "informed"}), p.Close)
def close(course: Course, params: p.Close) -> None:
    """End the case with an outcome, once the gates are passed (D12)."""
    if params.outcome not in _OUTCOMES:
        known = ", ".join(sorted(_OUTCOMES))
        raise Rejected("invalid", f"Close with one of: {known}.", "outcome")
    if params.outcome == "refused" and params.basis is None:
        raise Rejected("invalid", "A refusal names its legal basis.", "basis")
    waived = (*_evidence_gate(course, params), *_informed_gate(course, params))
    stop_all(course, "closed")
    course.add(
        e.CaseClosed(
            outcome=params.outcome,
            basis=params.basis,
            confirmed_by=_confirmed_by(course, params.outcome),
            waived=waived,
            reason=params.reason,
        )
    )


def _evidence_gate(course: Course, params: p.Close) -> tuple[str, ...]:
    """Solved needs a concrete act, its date and evidence, or a leader's waiver with a reason."""
    case, answer = course.case, course.case.approved
    shown = answer is not None and answer.has_act and answer.done_on is not None
    if params.outcome not in _SOLVED or (
        answer is not None and shown and (answer.evidence_count or case.evidence)
    ):
        return ()
    if course.actor.role == "leader" and params.reason:
        return ("evidence",)
    raise Rejected(
        "evidence_required",
        "Closing as solved needs an approved response with the act, its date and evidence, "
        "or a leader's waiver with a reason.",
    )


def _informed_gate(course: Course, params: p.Close) -> tuple[str, ...]:
    if course.case.informed_at is not None:
        return ()
    refuse_while_others_wait(course)
    if params.reason:
        return ("informed",)
    raise Rejected(
        "not_informed", "Inform the reporter first, or give the reason why that is impossible."
    )


def _confirmed_by(course: Course, outcome: str) -> Literal["reporter", "office"] | None:
    if outcome != "solved_confirmed":
        return None
    return "reporter" if course.case.satisfied else "office"
