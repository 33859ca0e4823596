"""What the person who reported may do: add, judge the answer, reopen, withdraw."""

from __future__ import annotations

from domain import events as e
from domain import ledger
from domain import params as p
from domain.actor import REPORTER
from domain.commands import command
from domain.ladder import next_rung
from domain.rejection import Rejected
from domain.rules.shared import OPEN, attached, refuse_while_others_wait, stop_all
from domain.timing import start_clock
from domain.wake import Course, climb

#: A merged case is told with its survivor, and its reporter judges that answer like any other.
_TOLD = frozenset({"informed", "closed", "merged"})


def _may_add(course: Course) -> None:
    case, most = course.case, course.context.pack.voice.supplements
    if course.actor.role == REPORTER.role and case.supplements >= most:
        told = f"It was added to {case.supplements} times, and all of that is kept."
        raise Rejected("supplement_limit", f"{told} Write to {case.accountable} to say more.")


@command("supplement", OPEN | {"merged"}, p.Supplement, _may_add)
def supplement(course: Course, params: p.Supplement) -> None:
    """The reporter adds to the report; the first text stays as it was."""
    files = attached(course, params.attachments)
    if params.text is None and not files:
        raise Rejected("invalid", "Write something, or attach a file.", "text")
    course.add(e.ReportSupplemented(text=params.text, files=files))


def _was_told(course: Course) -> None:
    if course.case.state == "merged" and course.case.informed_at is None:
        raise Rejected("wrong_state", "The reporter has not been told the survivor's answer yet.")


def _may_judge(course: Course) -> None:
    _was_told(course)
    case, most = course.case, course.context.pack.voice.feedback
    if course.actor.role == REPORTER.role and case.judged >= most:
        told = f"This answer was judged {case.judged} times, and the last time counts."
        raise Rejected("feedback_limit", f"{told} Write to {case.accountable} to say more.")


@command("feedback", _TOLD, p.Feedback, _may_judge)
def feedback(course: Course, params: p.Feedback) -> None:
    """Whether the answer satisfied; a dissatisfied reporter may reopen."""
    course.add(
        e.FeedbackReceived(satisfied=params.satisfied, text=params.text, reason=params.reason)
    )


@command("reopen", _TOLD, p.Reason, _was_told)
def reopen(course: Course, params: p.Reason) -> None:
    """Open the case again within the window; from a certain time on, one rung higher.

    A merged case goes its own way again: its survivor, and whoever is content with that answer,
    are left alone, and each reporter has a window and a number of times of their own.
    """
    _gate_reopening(course)
    case, rule = course.case, course.context.pack.reopening
    course.add(e.CaseReopened(times=case.reopened + 1, reason=params.reason))
    if case.merged_into is not None:
        stop_all(course, "merged")  # they rested since the merge, and that answer has come
        course.add_to_other(e.CaseLinked(to=case.case_id, relation="no_longer_survivor_of"))
    step = next_rung(course.case, course.context)
    if course.case.reopened >= rule.climbs_on and step is not None:
        climb(course, None, step, "reopened")
    kind = "answer" if course.case.lead else "assign"
    course.add(start_clock(course.case, kind, course.context))


def _gate_reopening(course: Course) -> None:
    case, rule = course.case, course.context.pack.reopening
    if case.informed_at is None:
        raise Rejected("not_informed", "The reporter has not been informed yet.")
    window = rule.window
    end = ledger.after(case.informed_at, window.amount, window.unit, course.context.calendar)
    if course.context.now > end:
        raise Rejected("window_over", f"It could be reopened until {end.isoformat()}.")
    if case.reopened >= rule.times:
        raise Rejected("reopen_limit", f"It was reopened {case.reopened} times already.")


@command("withdraw", OPEN - {"informed"}, p.OptionalReason)
def withdraw(course: Course, params: p.OptionalReason) -> None:
    """The reporter takes the report back; the case ends at once, unless others wait for it."""
    refuse_while_others_wait(course)
    stop_all(course, "withdrawn")
    course.add(e.CaseClosed(outcome="withdrawn", reason=params.reason))
