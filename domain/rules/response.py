"""Answering: draft, approve or return a response, inform the reporter."""

from __future__ import annotations

from domain import events as e
from domain import params as p
from domain.actor import SYSTEM
from domain.commands import command
from domain.rejection import Rejected
from domain.rules.shared import attached, not_in_future, stop_all, stop_clock
from domain.timing import start_clock
from domain.wake import Course

_WORKED_ON = frozenset({"assigned", "in_progress"})
_IN_PROGRESS = frozenset({"in_progress"})
_TO_TELL = frozenset({"answered", "declined", "redirected", "merged"})


@command("draft_response", _WORKED_ON, p.DraftResponse)
def draft_response(course: Course, params: p.DraftResponse) -> None:
    """An answer is drafted; a newer draft replaces one that waits."""
    not_in_future("done_on", params.done_on, course.context.today)
    files = attached(course, params.attachments)
    course.add(
        e.ResponseDrafted(
            draft=course.case.drafts + 1,
            by_body=course.actor.body or course.case.accountable,
            done_on=params.done_on,
            has_act=params.act is not None,
            evidence_count=len(params.evidence) + len(files),
            text=params.text,
            act=params.act,
            evidence=params.evidence,
            files=files,
        )
    )


def _draft_waits(course: Course) -> None:
    if course.case.draft is None:
        raise Rejected("wrong_state", "No draft waits for approval.")


@command("approve_response", _IN_PROGRESS, p.OptionalReason, _draft_waits)
def approve_response(course: Course, params: p.OptionalReason) -> None:
    """The case is answered; now the reporter must be told."""
    course.add(e.ResponseApproved(draft=course.case.drafts, reason=params.reason))
    stop_clock(course, "answer")
    stop_all(course, "answered")
    course.add(start_clock(course.case, "inform", course.context))


@command("return_response", _IN_PROGRESS, p.Reason, _draft_waits)
def return_response(course: Course, params: p.Reason) -> None:
    """The draft goes back with a reason; the answer clock runs on."""
    course.add(e.ResponseReturned(draft=course.case.drafts, reason=params.reason))


def _not_told_yet(course: Course) -> None:
    case = course.case
    if case.state == "merged" and course.actor != SYSTEM:
        raise Rejected("wrong_state", f"Inform the reporter of case {case.merged_into}.")
    if case.state != "merged" and case.informed_at is not None:
        raise Rejected("wrong_state", "The reporter was informed already.")


@command("inform", _TO_TELL, p.Inform, _not_told_yet)
def inform(course: Course, params: p.Inform) -> None:
    """The reporter is told; reporters of merged cases are told with them."""
    case = course.case
    course.add(
        e.ReporterInformed(
            reached=params.reason is None,
            channel=params.channel or case.channel,
            through=case.merged_into,
            merged=case.survivor_of,
            text=params.text,
            reason=params.reason,
        )
    )
    stop_clock(course, "inform")
    if case.state in {"declined", "redirected"} and case.outcome:
        course.add(e.CaseClosed(outcome=case.outcome))
