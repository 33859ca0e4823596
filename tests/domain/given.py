"""Given–when–then for cases: stories reached by real commands, and what came of the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from domain.actor import Actor
from domain.agenda import agenda
from domain.case import Case
from domain.commands import Command
from domain.context import Law
from domain.decide import Decision, decide, decide_wake_up
from domain.events import Event
from domain.evolve import fold
from domain.report import Report, decide_report
from tests.domain.town import COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, law, local

__all__ = [
    "AN",
    "BINH",
    "INTAKE",
    "LEADER",
    "OFFICER",
    "REPORTER",
    "START",
    "Outcome",
    "Story",
    "accepted",
    "answered",
    "assigned",
    "at_the_top",
    "closed",
    "drafted",
    "escalated",
    "given",
    "in_progress",
    "informed",
    "of",
    "received",
]

#: Monday morning, well inside the classic pack.
START = local("2024-03-04 08:00")
REPORTER = "reporter"
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
#: The account of the officer of the commune, and the officers who have come in so far.
AN, BINH = "an", "binh"
OFFICERS = (
    Actor("case_officer", COMMUNE, AN),
    Actor("case_officer", COMMUNE, BINH),
    Actor("leader", DISTRICT, "cuc"),
    Actor("intake_officer", COMMUNE, "dung"),
    Actor("case_officer", NEIGHBOUR, "giang"),
)
#: What a response needs so that a case may close as solved.
PROOF: dict[str, Any] = {
    "act": "Đã vá mặt đường",
    "done_on": "2024-03-04",
    "evidence": ["Ảnh sau khi vá"],
}


def of(body: str, role: str = "leader") -> str:
    """The officer of another body."""
    return f"{role}@{body}"


@dataclass(frozen=True)
class Story:
    """A case, its history and the hour; ``other`` is the second case of a command on two."""

    case: Case
    history: tuple[Event, ...]
    now: datetime
    other: Case | None = None
    officers: tuple[Actor, ...] = OFFICERS
    law: Law = field(default_factory=law)

    def at(self, moment: str | datetime) -> Story:
        """The same case at a later hour, whatever should have fired in between."""
        return replace(self, now=local(moment) if isinstance(moment, str) else moment)

    def later(self, **span: float) -> Story:
        """The same case some time later."""
        return self.at(self.now + timedelta(**span))

    def beside(self, other: Story) -> Story:
        """The same case, looked at together with another one."""
        return replace(self, other=other.case)

    def taking(self, events: Sequence[Event]) -> Story:
        """The same case after what a command on another one did to it."""
        case = fold(self.case.case_id, events, self.case)
        assert case is not None
        return replace(self, case=case, history=(*self.history, *events))

    def woken(self) -> Outcome:
        """One wake-up at this hour, however late it comes."""
        decision = decide_wake_up(self.case, self.law.of(self.case, self.now))
        return Outcome(self, decision)

    def until(self, moment: str | datetime) -> Story:
        """The case at a later hour, woken punctually for everything on the way."""
        goal, story = self.at(moment).now, self
        while (firing := agenda(story.case)) is not None and firing.at <= goal:
            story = story.at(max(story.now, firing.at)).woken().story
        return story.at(goal)

    def to_due(self) -> Story:
        """The case at the end of the accountable body's clock, which has fired."""
        assert self.case.due_at is not None
        return self.until(self.case.due_at)

    def when(self, command: str, by: str, **params: Any) -> Outcome:
        """What comes of a command now."""
        receiver = tuple(one for one in self.officers if one.subject == params.get("to"))
        context = replace(self.law.of(self.case, self.now), other=self.other, receiver=receiver)
        return Outcome(self, decide(self.case, Command(command, params), Actor.parse(by), context))

    def does(self, command: str, by: str, **params: Any) -> Story:
        """The story after a command that must succeed."""
        outcome = self.when(command, by, **params)
        assert outcome.decision.rejection is None, outcome.decision.rejection
        return outcome.story

    def names(self) -> list[str]:
        """What has happened, by name."""
        return [event.type for event in self.history]


@dataclass(frozen=True)
class Outcome:
    """What a command or a wake-up led to, with the checks that specifications are made of."""

    before: Story
    decision: Decision

    @property
    def case(self) -> Case:
        """The case afterwards."""
        return self.decision.case

    @property
    def story(self) -> Story:
        """The story with what happened; folding that must give the case decided on."""
        history = (*self.before.history, *self.decision.events)
        assert fold(self.case.case_id, self.decision.events, self.before.case) == self.case
        return replace(self.before, case=self.case, history=history)

    def then(self, *expected: str | Mapping[str, Any]) -> Outcome:
        """Exactly these events: names, or name and facts as ``{"CaseClosed": {...}}``."""
        assert self.decision.rejection is None, self.decision.rejection
        found = [event.type for event in self.decision.events]
        wanted = [one if isinstance(one, str) else next(iter(one)) for one in expected]
        assert found == wanted
        for event, one in zip(self.decision.events, expected, strict=True):
            facts = {} if isinstance(one, str) else one[event.type]
            said = event.body.model_dump()
            assert {name: said[name] for name in facts} == facts
        return self

    def then_nothing(self) -> Outcome:
        """Allowed, and nothing happened."""
        assert self.decision == Decision(self.before.case)
        return self

    def refused(self, code: str, param: str | None = None) -> Outcome:
        """Refused with this code; the command changed nothing."""
        rejection = self.decision.rejection
        assert rejection is not None, [event.type for event in self.decision.events]
        assert (rejection.code, rejection.param) == (code, param), rejection
        assert rejection.detail
        return self

    def is_now(self, **facts: Any) -> Outcome:
        """The case afterwards has these facts."""
        assert {name: getattr(self.case, name) for name in facts} == facts
        return self

    def other_gets(self, *names: str) -> Outcome:
        """What happened to the second case."""
        assert [event.type for event in self.decision.other_events] == list(names)
        return self


def given(story: Story) -> Story:
    """Begin a specification."""
    return story


# -- the stages of a life --------------------------------------------------------------------


def received(
    unit: str | None = "26734", at: str | datetime = START, case_id: str = "case-1", **report: Any
) -> Story:
    """A report that has just come in."""
    now = local(at) if isinstance(at, str) else at
    fields = {"unit": unit, "category": "road", "text": "Ổ gà lớn trước trường học", **report}
    context = law().at(now, fields.get("pack"))
    course = decide_report(case_id, "HA-1", Report(**fields), Actor("reporter"), context)
    story = Story(course.case, tuple(course.events), now)
    assert fold(case_id, story.history) == course.case
    return story


def accepted(**report: Any) -> Story:
    """Taken on by the commune."""
    return received(**report).does("accept", INTAKE)


def assigned(**report: Any) -> Story:
    """Led by the commune itself."""
    return accepted(**report).does("assign", INTAKE, lead=COMMUNE)


def in_progress(**report: Any) -> Story:
    """Taken up by an officer of the commune."""
    return assigned(**report).does("take", f"{OFFICER}#{AN}")


def drafted(at: str | datetime = START, **response: Any) -> Story:
    """An answer, with proof unless said otherwise, waits for the leader."""
    story = in_progress(at=at)
    return story.does("draft_response", OFFICER, text="Đã xử lý", **(response or PROOF))


def answered(at: str | datetime = START, **response: Any) -> Story:
    """The leader approved the answer."""
    return drafted(at, **response).does("approve_response", LEADER)


def informed(at: str | datetime = START, **response: Any) -> Story:
    """The reporter was told."""
    return answered(at, **response).does("inform", OFFICER)


def closed(outcome: str = "solved_unconfirmed", at: str | datetime = START) -> Story:
    """Ended after the reporter was told."""
    return informed(at).does("close", OFFICER, outcome=outcome)


def escalated() -> Story:
    """With the district, since the commune missed the answer."""
    story = in_progress().to_due()
    assert story.case.accountable == DISTRICT
    return story


def at_the_top() -> Story:
    """With the province, which missed the answer too."""
    story = escalated().to_due().to_due()
    assert (story.case.accountable, story.case.overdue(story.now)) == (PROVINCE, True)
    return story
