"""What several rules do in the same way: name bodies, stop and start clocks, refuse."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.case import MAIN_CLOCKS, Clock
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from domain.rejection import Rejected
from domain.timing import start_clock
from domain.wake import Course

__all__ = [
    "OPEN",
    "UNDER_WAY",
    "find_body",
    "main_clock",
    "not_in_future",
    "refuse_about_body",
    "replace_clock",
    "stop_all",
    "stop_clock",
]

#: States before an answer, in which work goes on.
UNDER_WAY = frozenset({"received", "accepted", "assigned", "in_progress"})
#: States in which the case still needs somebody to act.
OPEN = UNDER_WAY | {"answered", "informed", "declined", "redirected"}


def find_body(course: Course, param: str, ref: str) -> str:
    """The id of a body in force. Raises Rejected("invalid")."""
    directory, today = course.context.directory, course.context.today
    try:
        return directory.resolve(ref, today).body_id
    except (UnknownBody, BodyNotInForce, UnknownUnit, UnitNotInForce) as error:
        raise Rejected("invalid", str(error), param) from None


def refuse_about_body(course: Course, param: str, body: str) -> None:
    """Nobody handles a case that complains about them."""
    if body == course.case.about_body:
        raise Rejected("invalid", "The case complains about this body; name another.", param)


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
