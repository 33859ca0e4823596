"""What several rules do in the same way: name bodies, stop and start clocks, refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import events as e
from domain.case import MAIN_CLOCKS, Clock
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from domain.files import File, chosen
from domain.ladder import complained_about
from domain.rejection import Rejected
from domain.timing import start_clock
from domain.wake import Course

__all__ = [
    "OPEN",
    "UNDER_WAY",
    "attached",
    "find_body",
    "find_impartial",
    "main_clock",
    "not_in_future",
    "refuse_while_others_wait",
    "replace_clock",
    "stop_all",
    "stop_clock",
]

#: States before an answer, in which work goes on.
UNDER_WAY = frozenset({"received", "accepted", "assigned", "in_progress"})
#: States in which the case still needs somebody to act.
OPEN = UNDER_WAY | {"answered", "informed", "declined", "redirected"}


def attached(course: Course, ids: Sequence[str]) -> tuple[File, ...]:
    """What the log says of the uploads that a command names. Raises Rejected."""
    context = course.context
    return chosen(ids, context.uploads, course.actor, context.now)


def find_body(course: Course, param: str, ref: str) -> str:
    """The id of a body in force. Raises Rejected("invalid")."""
    directory, today = course.context.directory, course.context.today
    try:
        return directory.resolve(ref, today).body_id
    except (UnknownBody, BodyNotInForce, UnknownUnit, UnitNotInForce) as error:
        raise Rejected("invalid", str(error), param) from None


def find_impartial(course: Course, param: str, ref: str) -> str:
    """The id of a body in force that the case does not complain about. Raises Rejected."""
    body = find_body(course, param, ref)
    if body in complained_about(course.case, course.context):
        raise Rejected("invalid", "The case complains about this body; name another.", param)
    return body


def refuse_while_others_wait(course: Course) -> None:
    """Reporters of merged cases are owed this case's answer. Raises Rejected("not_informed")."""
    case = course.case
    if case.survivor_of and case.informed_at is None:
        waiting = ", ".join(case.survivor_of)
        raise Rejected(
            "not_informed",
            f"The reporters of {waiting} wait for this answer: inform them, or unmerge first.",
        )


def main_clock(course: Course) -> Clock | None:
    """The running clock that says when the accountable body must act next."""
    running = course.case.running
    return next((clock for clock in running if clock.kind in MAIN_CLOCKS), None)


def stop_clock(course: Course, kind: str, why: str = "done") -> None:
    """Stop the running clock of a kind, if there is one."""
    clock = course.case.running_clock(kind)
    if clock is not None:
        course.add(e.ClockStopped(clock_id=clock.clock_id, why=why))


def stop_all(course: Course, why: str) -> None:
    """Stop every clock that has not ended."""
    for clock in course.case.running:
        course.add(e.ClockStopped(clock_id=clock.clock_id, why=why))


def replace_clock(course: Course, old: str, new: str) -> None:
    """One clock has done its work; the next begins, unless it is running already."""
    stop_clock(course, old)
    if course.case.running_clock(new) is None:
        course.add(start_clock(course.case, new, course.context))


def not_in_future(param: str, day: date | None, today: date) -> None:
    """Refuse a date that has not come. Raises Rejected("invalid")."""
    if day is not None and day > today:
        raise Rejected("invalid", f"{day} is in the future.", param)
