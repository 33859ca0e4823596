"""Which commands somebody may give on a case now, by the same checks that a command passes."""

from __future__ import annotations

from collections.abc import Mapping

from domain.actor import Actor
from domain.calendar import CalendarEnds
from domain.case import Case
from domain.commands import COMMANDS
from domain.context import Context
from domain.decide import admit, catch_up
from domain.rejection import Rejected, Rejection
from domain.wake import Course

__all__ = ["allowed"]


def allowed(case: Case, actor: Actor, context: Context) -> Mapping[str, Rejection | None]:
    """For every command None, or why it would be refused whatever its parameters.

    What is due before the command would happen first, as it does when the command is given.
    """
    course = Course(case, context, actor)
    try:
        catch_up(course)
    except CalendarEnds as error:
        return dict.fromkeys(COMMANDS, Rejection("calendar_ends", str(error)))
    return {name: _refusal(course.case, actor, context, name) for name in COMMANDS}


def _refusal(case: Case, actor: Actor, context: Context, name: str) -> Rejection | None:
    try:
        admit(Course(case, context, actor), name)
    except Rejected as refusal:
        return refusal.rejection
    return None
