"""Taking a case on, or not: accept, decline, redirect, classify, severity, merge, link."""

from __future__ import annotations

from domain import events as e
from domain import params as p
from domain.access import relations
from domain.case import Case
from domain.commands import command
from domain.ladder import bodies_above, complained_about
from domain.policy import UnknownCategory, UnknownSeverity
from domain.rejection import Rejected
from domain.rules.shared import (
    OPEN,
    UNDER_WAY,
    find_impartial,
    replace_clock,
    stop_all,
)
from domain.timing import reprojected, start_clock
from domain.wake import Course

_RESTING = frozenset({"received", "accepted"})
_PROJECTED = frozenset({"accept", "assign", "answer", "inform"})


@command("accept", frozenset({"received"}), p.OptionalReason)
def accept(course: Course, params: p.OptionalReason) -> None:
    """The body takes the case on; now it must assign it."""
    by_body = course.actor.body or course.case.accountable
    course.add(e.CaseAccepted(by_body=by_body, reason=params.reason))
    replace_clock(course, "accept", "assign")


@command("decline", _RESTING, p.Decline)
def decline(course: Course, params: p.Decline) -> None:
    """The case is not taken on; the reporter must be told why."""
    stop_all(course, "declined")
    course.add(e.CaseDeclined(basis=params.basis, reason=params.reason))
    course.add(start_clock(course.case, "inform", course.context))


@command("redirect", _RESTING, p.Redirect)
def redirect(course: Course, params: p.Redirect) -> None:
    """Another body is competent; never the one complained about."""
    to = find_impartial(course, "to", params.to)
    if to == course.case.accountable:
        raise Rejected("invalid", "The case is with this body already.", "to")
    stop_all(course, "redirected")
    course.add(e.CaseRedirected(to=to, reason=params.reason))
    course.add(start_clock(course.case, "inform", course.context))


@command("classify", OPEN, p.Classify)
def classify(course: Course, params: p.Classify) -> None:
    """Classify by content, not by title (TT 05/2021 Art. 6)."""
    try:
        category = course.context.pack.category(params.category).id
    except UnknownCategory as error:
        raise Rejected("invalid", str(error), "category") from None
    if category != course.case.category:
        previous = course.case.category
        course.add(e.CaseClassified(category=category, previous=previous, reason=params.reason))


@command("set_severity", UNDER_WAY | {"answered"}, p.SetSeverity)
def set_severity(course: Course, params: p.SetSeverity) -> None:
    """Raised: running clocks end at the earlier of old and new. Lowered: they stay."""
    case, severity = course.case, params.severity
    try:
        raised = course.context.pack.raised(case.severity, severity)
    except UnknownSeverity as error:
        raise Rejected("invalid", str(error), "severity") from None
    if severity == case.severity:
        return
    course.add(e.SeverityChanged(severity=severity, previous=case.severity, reason=params.reason))
    for clock in course.case.running if raised else ():
        if clock.kind in _PROJECTED:
            course.add(reprojected(clock, severity, course.context))


def _other(course: Course, param: str, case_id: str) -> Case:
    if case_id == course.case.case_id:
        raise Rejected("invalid", "A case cannot be joined with itself.", param)
    other = course.context.other
    if other is None or other.case_id != case_id:
        raise Rejected("invalid", f"There is no case {case_id}.", param)
    _refuse_strangers(course, other)
    return other


def _refuse_strangers(course: Course, other: Case) -> None:
    """Whoever joins two cases has a part in both; otherwise anybody could write to any case."""
    body, above = course.actor.body, bodies_above(other, course.context)
    if body in complained_about(other, course.context) or not relations(other, body, above):
        raise Rejected("out_of_scope", f"{body} has no part in case {other.case_id}.")


def _refuse_about_other(course: Course, other: Case) -> None:
    """No merge hands a case to the body it complains about."""
    if course.case.about_body not in {None, other.about_body}:
        detail = f"Case {other.case_id} may come to the body this one is about."
        raise Rejected("invalid", detail, "into")


@command("merge", UNDER_WAY, p.Merge)
def merge(course: Course, params: p.Merge) -> None:
    """The case goes on with another one; its clocks rest and its reporter is told with it."""
    other = _other(course, "into", params.into)
    if other.state not in UNDER_WAY:
        raise Rejected("invalid", f"Case {params.into} is {other.state}.", "into")
    _refuse_about_other(course, other)
    course.add(e.CaseMerged(into=params.into, reason=params.reason))
    course.add_to_other(e.CaseLinked(to=course.case.case_id, relation="survivor_of"))


@command("unmerge", frozenset({"merged"}), p.Reason)
def unmerge(course: Course, params: p.Reason) -> None:
    """The case stands exactly as before the merge, its clocks included."""
    case = course.case
    if case.informed_at is not None:
        raise Rejected("already_informed", "Its reporter was informed with the survivor.")
    into = case.merged_into or ""
    course.add(e.CaseUnmerged(out_of=into, reason=params.reason))
    course.add_to_other(e.CaseLinked(to=case.case_id, relation="no_longer_survivor_of"))


@command("link", OPEN | {"closed"}, p.Link)
def link(course: Course, params: p.Link) -> None:
    """Two cases have to do with each other; nothing else changes."""
    _other(course, "to", params.to)
    course.add(e.CaseLinked(to=params.to, relation="related", reason=params.reason))
    course.add_to_other(e.CaseLinked(to=course.case.case_id, relation="related"))
