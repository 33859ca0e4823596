"""What happens by itself: reminders, missed deadlines, escalation, a body that ceased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import events as e
from domain.actor import SYSTEM, Actor
from domain.agenda import Firing, agenda
from domain.case import Case, Clock
from domain.context import Context
from domain.evolve import evolve
from domain.ladder import Step, next_rung, takeover
from domain.timing import next_top, start_clock

__all__ = ["Course", "climb", "take_over", "wake"]

#: A wake-up that is less than this late takes its due time.
PUNCTUAL = timedelta(minutes=1)
#: More firings than this in one wake-up means the schedule does not move on.
_RUNAWAY = 10_000


@dataclass(slots=True)
class Course:
    """A case and what has happened to it in this decision, kept in step."""

    case: Case
    context: Context
    actor: Actor
    events: list[e.Event] = field(default_factory=list)
    other_events: list[e.Event] = field(default_factory=list)

    def add(self, body: e.EventBody) -> None:
        """Let something happen at the context's time."""
        event = e.Event(max(self.context.now, self.case.last_at), self.actor, body)
        self.events.append(event)
        self.case = evolve(self.case, event)

    def add_to_other(self, body: e.EventBody) -> None:
        """Let something happen to the second case of a command on two."""
        if self.context.other is None:
            raise ValueError("This decision looks at one case only.")
        at = max(self.context.now, self.context.other.last_at)
        self.other_events.append(e.Event(at, self.actor, body))

    def at(self, now: datetime, actor: Actor) -> None:
        """Go on at another moment, as another actor."""
        self.context, self.actor = self.context.moved_to(now), actor


def wake(course: Course, due: Callable[[Firing], bool]) -> None:
    """Fire everything that is due, in order; what an escalation starts begins then."""
    now, actor = course.context.now, course.actor
    for _ in range(_RUNAWAY):
        firing = agenda(course.case)
        if firing is None or not due(firing):
            course.at(now, actor)
            return
        at = firing.at if now - firing.at < PUNCTUAL else now
        course.at(max(at, course.case.last_at), SYSTEM)
        _fire(course, firing, course.case.clock(firing.clock_id))
    raise RuntimeError(f"The clocks of case {course.case.case_id} fire without end.")


def take_over(course: Course) -> None:
    """Let the successor, or the next rung up, answer for a case whose body has ceased."""
    step = takeover(course.case, course.context)
    if step is None:
        return
    case, (rung, body), actor = course.case, step, course.actor
    course.actor = SYSTEM
    course.add(
        e.JurisdictionChanged(
            from_body=case.accountable,
            to_body=body.body_id,
            from_rung=case.rung,
            to_rung=rung,
            basis="the accountable body is no longer in force",
        )
    )
    course.actor = actor


def _fire(course: Course, firing: Firing, clock: Clock) -> None:
    if firing.kind == "reminder":
        course.add(_reminder(clock, "accountable", clock.body))
    elif firing.kind == "breach":
        _breach(course, clock)
    else:
        course.add(_top(course, firing, clock))


def _reminder(clock: Clock, to: str, body: str) -> e.ReminderDue:
    return e.ReminderDue.model_validate(
        {
            "clock_id": clock.clock_id,
            "firing": f"reminder:{clock.reminded + 1}",
            "to": to,
            "body": body,
            "due_at": clock.due_at,
        }
    )


def _breach(course: Course, clock: Clock) -> None:
    escalates = clock.rule.on_breach == "escalate"
    step = next_rung(course.case, course.context) if escalates else None
    top = None if step else next_top(clock, course.context, course.context.now)
    course.add(_missed(clock, top))
    if step is not None:
        climb(course, clock, step, "deadline")
    elif clock.rule.on_breach == "remind":
        course.add(_reminder(clock, "leadership", course.case.accountable))


def _missed(clock: Clock, top: datetime | None) -> e.DeadlineMissed:
    if clock.due_at is None:
        raise ValueError(f"Clock {clock.clock_id} is paused; it cannot miss its time.")
    return e.DeadlineMissed(
        clock_id=clock.clock_id,
        kind=clock.kind,
        body=clock.body,
        rung=clock.rung,
        due_at=clock.due_at,
        next_top=top,
    )


def climb(
    course: Course, clock: Clock | None, step: Step, cause: str, reason: str | None = None
) -> None:
    """Make the next rung's body accountable; the clock's kind starts anew there, now."""
    case, (rung, body) = course.case, step
    if clock is not None:
        why = "missed" if cause == "deadline" else "escalated"
        course.add(e.ClockStopped(clock_id=clock.clock_id, why=why))
    course.add(
        e.CaseEscalated.model_validate(
            {
                "from_body": case.accountable,
                "to_body": body.body_id,
                "from_rung": case.rung,
                "to_rung": rung,
                "cause": cause,
                "reason": reason,
            }
        )
    )
    if clock is not None:
        course.add(start_clock(course.case, clock.kind, course.context))


def _top(course: Course, firing: Firing, clock: Clock) -> e.EventBody:
    following = next_top(clock, course.context, firing.at)
    name = f"top:{clock.tops + 1}"
    top = next_rung(course.case, course.context) is None
    kind = e.TopRungReminder if top else e.ReminderDue
    facts = {
        "clock_id": clock.clock_id,
        "firing": name,
        "body": course.case.accountable,
        "due_at": clock.due_at,
        "next_top": following,
    }
    return kind.model_validate(facts if top else {**facts, "to": "leadership"})
