"""The work on a case: assign, take, return, ask for input, instruct, note, evidence, escalate."""

from __future__ import annotations

from domain import events as e
from domain import params as p
from domain.access import permits
from domain.commands import command
from domain.ladder import bodies_above, complained_about, next_rung
from domain.rejection import Rejected
from domain.rules.shared import (
    OPEN,
    UNDER_WAY,
    attached,
    find_body,
    find_impartial,
    main_clock,
    replace_clock,
    stop_clock,
)
from domain.timing import start_clock
from domain.wake import Course, climb

_ACCEPTED = UNDER_WAY - {"received"}
_ASSIGNED = frozenset({"assigned", "in_progress"})
_WITH_OFFICER = frozenset({"in_progress", "answered", "informed"})


@command("assign", _ACCEPTED, p.Assign)
def assign(course: Course, params: p.Assign) -> None:
    """Name the lead; the answer clock starts, or runs on if it is running already."""
    lead = find_impartial(course, "lead", params.lead)
    helpers = tuple(find_impartial(course, "coordinating", ref) for ref in params.coordinating)
    course.add(e.CaseAssigned(lead=lead, coordinating=helpers, reason=params.reason))
    replace_clock(course, "assign", "answer")


@command("take", frozenset({"assigned"}), p.OptionalReason)
def take(course: Course, params: p.OptionalReason) -> None:
    """An officer of the lead body takes the work up."""
    body, officer = course.actor.body or course.case.accountable, course.actor.subject
    course.add(e.AssignmentAccepted(by_body=body, officer=officer, reason=params.reason))


@command("return", _ASSIGNED, p.Reason)
def give_back(course: Course, params: p.Reason) -> None:
    """The lead gives the work back; the answer clock runs on, and the returns are counted."""
    body = course.actor.body or course.case.accountable
    times = course.case.returned + 1
    course.add(e.AssignmentReturned(by_body=body, times=times, reason=params.reason))


def _may_hand_over(course: Course) -> None:
    case, actor = course.case, course.actor
    if case.assignee is None:
        raise Rejected("wrong_state", "No officer has taken this case up.")
    ours = actor.body in {case.accountable, case.lead, None}
    if not ours and actor.subject != case.assignee:
        detail = f"Only {case.accountable} and {case.lead} hand this case over."
        raise Rejected("not_accountable", detail)


@command("hand_over", _WITH_OFFICER, p.HandOver, _may_hand_over)
def hand_over(course: Course, params: p.HandOver) -> None:
    """Another officer goes on with the work (absence, departure); no clock moves."""
    case, by_body = course.case, course.actor.body or course.case.accountable
    if params.to == case.assignee:
        raise Rejected("invalid", "This officer has the case already.", "to")
    _refuse_strange_officer(course)
    course.add(
        e.CaseHandedOver(
            from_officer=case.assignee or "",
            to_officer=params.to,
            by_body=by_body,
            reason=params.reason,
        )
    )


def _refuse_strange_officer(course: Course) -> None:
    """Whoever gets a case is known, and might have taken it up."""
    case, context = course.case, course.context
    above, about = bodies_above(case, context), complained_about(case, context)
    roles = context.receiver
    if not roles:
        raise Rejected("invalid", "No officer with this account has ever come in.", "to")
    if all(permits(role, "take", case, above, about) is not None for role in roles):
        detail = "This officer has no role in which the case could be taken up."
        raise Rejected("invalid", detail, "to")


@command("request_input", _ACCEPTED, p.RequestInput)
def request_input(course: Course, params: p.RequestInput) -> None:
    """Another body is asked; a clock of its own runs for it."""
    body = find_impartial(course, "body", params.body)
    kind = f"input:{body}"
    if course.case.running_clock(kind) is not None:
        raise Rejected("invalid", "This body has been asked already.", "body")
    course.add(
        e.InputRequested(body=body, days=params.days, text=params.text, reason=params.reason)
    )
    course.add(start_clock(course.case, kind, course.context, body, params.days))


def _was_asked(course: Course) -> None:
    body = course.actor.body
    if body not in course.case.asked():
        raise Rejected("wrong_state", f"{body} was not asked for input; write a note.")


@command("give_input", _ACCEPTED, p.GiveInput, _was_asked)
def give_input(course: Course, params: p.GiveInput) -> None:
    """The body asked gives its input; without being asked a body writes a note instead."""
    body = course.actor.body or ""
    course.add(e.InputGiven(body=body, text=params.text))
    stop_clock(course, f"input:{body}")


@command("instruct", OPEN, p.Instruct)
def instruct(course: Course, params: p.Instruct) -> None:
    """A leader instructs the accountable body, or another one (chỉ đạo)."""
    to = find_body(course, "body", params.body) if params.body else course.case.accountable
    course.add(e.InstructionGiven(to=to, text=params.text))


@command("note", OPEN, p.Note)
def note(course: Course, params: p.Note) -> None:
    """Progress is written down; no clock moves."""
    course.add(e.ProgressNoted(text=params.text))


@command("attach_evidence", OPEN, p.AttachEvidence)
def attach_evidence(course: Course, params: p.AttachEvidence) -> None:
    """Evidence is added; a closing as solved needs some."""
    described, files = params.described, attached(course, params.attachments)
    if not described and not files:
        raise Rejected("invalid", "Describe or attach at least one piece of evidence.", "evidence")
    count = len(described) + len(files)
    course.add(e.EvidenceAttached(count=count, evidence=described, files=files))


@command("escalate", UNDER_WAY, p.Reason)
def escalate(course: Course, params: p.Reason) -> None:
    """The body submits the case upward (trình); its clock starts anew on the next rung."""
    step = next_rung(course.case, course.context)
    if step is None:
        raise Rejected("top_rung", "There is no rung above; the case stays here.")
    climb(course, main_clock(course), step, "officer", params.reason)
