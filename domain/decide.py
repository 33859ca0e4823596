"""Decide: a case, a command and what holds now give events or a refusal; no I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain import rules
from domain.access import permits, permits_role
from domain.actor import SYSTEM, Actor
from domain.calendar import CalendarEnds
from domain.case import Case
from domain.commands import COMMANDS, Command, Spec
from domain.context import Context
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from domain.events import Event
from domain.ladder import bodies_above, complained_about
from domain.params import parse
from domain.rejection import Rejected, Rejection
from domain.wake import Course, take_over, wake

__all__ = ["Decision", "admit", "catch_up", "decide", "decide_wake_up", "resolve_actor"]

#: The rooms whose import fills COMMANDS.
RULES = rules.__all__


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command or a wake-up leads to.

    ``events`` may hold what was due before a command even when the command is refused.
    ``other_events`` belong to the second case of a command on two. ``case`` is the state after.
    """

    case: Case
    events: tuple[Event, ...] = ()
    other_events: tuple[Event, ...] = ()
    rejection: Rejection | None = None


def decide(case: Case, command: Command, actor: Actor, context: Context) -> Decision:
    """Apply a command. What was due before it happens first; a refusal undoes only the command."""
    course, before = Course(case, context, actor), Decision(case)
    try:
        catch_up(course)
        before = Decision(course.case, tuple(course.events))
        _follow(course, command)
    except Rejected as refusal:
        return replace(before, rejection=refusal.rejection)
    except CalendarEnds as error:
        return replace(before, rejection=Rejection("calendar_ends", str(error)))
    return Decision(course.case, tuple(course.events), tuple(course.other_events))


def catch_up(course: Course) -> None:
    """Let happen what was due before a command. Raises CalendarEnds."""
    take_over(course)
    wake(course, lambda firing: firing.at < course.context.now)


def decide_wake_up(case: Case, context: Context) -> Decision:
    """Fire everything that is due now. Raises CalendarEnds when a calendar must be extended."""
    course = Course(case, context, SYSTEM)
    if case.open:
        take_over(course)
    wake(course, lambda firing: firing.at <= context.now)
    return Decision(course.case, tuple(course.events))


def resolve_actor(actor: Actor, context: Context) -> Actor:
    """The actor with the id of the body in force. Raises Rejected("invalid")."""
    if actor.body is None:
        return actor
    try:
        body = context.directory.resolve(actor.body, context.today)
    except BodyNotInForce as error:
        raise Rejected("out_of_scope", str(error)) from None
    except (UnknownBody, UnknownUnit, UnitNotInForce) as error:
        raise Rejected("invalid", str(error), "as") from None
    return replace(actor, body=body.body_id)


def admit(course: Course, name: str) -> Spec:
    """The command, if this actor may give it now, whatever its parameters. Raises Rejected."""
    spec = _spec(name)
    _authorise(course, name)
    if course.case.state not in spec.states:
        allowed = ", ".join(sorted(spec.states))
        raise Rejected("wrong_state", f"The case is {course.case.state}; {name} needs: {allowed}.")
    spec.ready(course)
    return spec


def _follow(course: Course, command: Command) -> None:
    spec = admit(course, command.name)
    spec.rule(course, parse(spec.params, dict(command.params)))


def _authorise(course: Course, name: str) -> None:
    """The role first: what a body is, matters only to those who may give the command at all."""
    refusal = permits_role(course.actor, name)
    if refusal is None:
        course.actor = resolve_actor(course.actor, course.context)
        about = complained_about(course.case, course.context)
        above = bodies_above(course.case, course.context)
        refusal = permits(course.actor, name, course.case, above, about)
    if refusal is not None:
        raise Rejected(refusal.code, refusal.detail)


def _spec(name: str) -> Spec:
    if name not in COMMANDS:
        known = ", ".join(sorted(COMMANDS))
        raise Rejected("unknown_command", f"There is no command {name!r}; use one of {known}.")
    return COMMANDS[name]
