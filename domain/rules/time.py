"""Moving a clock on purpose: extend, pause, resume."""

from __future__ import annotations

from domain import events as e
from domain import params as p
from domain.case import MAIN_CLOCKS, Clock
from domain.commands import command
from domain.rejection import Rejected
from domain.rules.shared import UNDER_WAY
from domain.timing import extended, resumed
from domain.wake import Course

_ANSWERING = frozenset({"accepted", "assigned", "in_progress"})


def _answer(course: Course) -> Clock:
    clock = course.case.running_clock("answer")
    if clock is None:
        raise Rejected("wrong_state", "No answer clock is running.")
    return clock


def _is_answering(course: Course) -> None:
    _answer(course)


@command("extend", _ANSWERING, p.Extend, _is_answering)
def extend(course: Course, params: p.Extend) -> None:
    """A leader gives the answer more time, once, before it is due, within the rule's limit."""
    clock = _answer(course)
    rule = clock.rule.extension
    if rule is not None and params.days > rule.max_days:
        raise Rejected("invalid", f"At most {rule.max_days} working days.", "days")
    _gate_extension(course, clock)
    moved = extended(clock, params.days, course.context)
    course.add(moved.model_copy(update={"reason": params.reason}))


def _gate_extension(course: Course, clock: Clock) -> None:
    rule = clock.rule.extension
    if rule is None:
        raise Rejected("no_extension", "The rule of this clock allows no extension.")
    if clock.extensions >= rule.times:
        raise Rejected("extension_used", f"It was extended {clock.extensions} time(s) already.")
    if clock.paused:
        raise Rejected("paused", "Resume the case first; a paused clock has no due time.")
    if clock.missed_at is not None:
        raise Rejected("past_due", "The due time is over; an extension comes before it.")


def _runs(course: Course) -> None:
    if course.case.paused:
        raise Rejected("wrong_state", "The case is paused already.")


def _stands(course: Course) -> None:
    if not course.case.paused:
        raise Rejected("wrong_state", "The case is not paused.")


@command("pause", UNDER_WAY, p.Pause, _runs)
def pause(course: Course, params: p.Pause) -> None:
    """The case waits for somebody; its clock stands still. What is overdue stays overdue."""
    clocks = _pausable(course)
    if any(clock.missed_at is not None for clock in clocks):
        raise Rejected("past_due", "The due time is over; a pause comes before it.")
    for clock in clocks:
        course.add(
            e.ClockPaused(
                clock_id=clock.clock_id, waiting_for=params.waiting_for, reason=params.reason
            )
        )


def _pausable(course: Course) -> list[Clock]:
    return [clock for clock in course.case.running if clock.kind in MAIN_CLOCKS]


@command("resume", UNDER_WAY, p.OptionalReason, _stands)
def resume(course: Course, params: p.OptionalReason) -> None:
    """The clocks run again; the days of the pause do not count."""
    for clock in course.case.running:
        if clock.paused:
            event = resumed(clock, course.context)
            course.add(event.model_copy(update={"reason": params.reason}))
