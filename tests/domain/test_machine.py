"""Anybody tries anything at any time on two cases, and no rule is ever broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.access import GRANTS
from domain.case import ENDED, MAIN_CLOCKS, STATES, Case, Clock
from domain.commands import COMMANDS
from domain.evolve import fold
from domain.project import row_of
from eventlog.firing import firing_of
from tests.domain.actions import ACTORS, JUMPS, PARAMS
from tests.domain.given import Outcome, Story, accepted, assigned, in_progress, of, received
from tests.domain.town import COMMUNE, DISTRICT, PROVINCE, law, local

#: Years in which every due time still lies within the calendar.
LAST = local("2029-06-01 00:00")
STARTS = ["2024-03-04 08:00", "2025-01-20 09:30", "2025-06-16 08:00"]
#: The straight way through a life, so that late states are reached often.
NEXT: dict[str, tuple[str, dict[str, Any]]] = {
    "received": ("accept", {}),
    "accepted": ("assign", {}),
    "assigned": ("draft_response", {"text": "Đã xử lý", "act": "Đã vá", "evidence": "Ảnh"}),
    "in_progress": ("draft_response", {"text": "Đã xử lý"}),
    "answered": ("inform", {}),
    "declined": ("inform", {}),
    "redirected": ("inform", {}),
    "informed": ("close", {"outcome": "explained"}),
    "closed": ("reopen", {"reason": "Chưa sửa"}),
}
WHICH = st.sampled_from(["case-1", "case-2"])


class Life(RuleBasedStateMachine):
    """Two cases that share an hour; each keeps its whole history."""

    stories: dict[str, Story]
    now: datetime

    @initialize(
        start=st.sampled_from(STARTS),
        about=st.sampled_from([None, None, COMMUNE, DISTRICT, PROVINCE]),
        unit=st.sampled_from(["26734", "26740", "26999"]),
        stage=st.sampled_from([received, accepted, assigned, in_progress]),
    )
    def reports(
        self, start: str, about: str | None, unit: str, stage: Callable[..., Story]
    ) -> None:
        self.now = local(start)
        first = received(unit=unit, about_body=about, at=start)
        second = stage(at=start, case_id="case-2")
        self.stories = {"case-1": first, "case-2": second}

    @rule(which=WHICH, by=ACTORS, data=st.data())
    def anybody_tries_anything(self, which: str, by: str, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(sorted(PARAMS)))
        self._try(which, command, by, data.draw(PARAMS[command]))

    @rule(which=WHICH, data=st.data())
    def the_accountable_body_does_what_it_may(self, which: str, data: st.DataObject) -> None:
        case = self.stories[which].case
        names = sorted(name for name, spec in COMMANDS.items() if case.state in spec.states)
        if names:
            command = data.draw(st.sampled_from(names))
            role = "leader" if "leader" in GRANTS[command].roles else "intake_officer"
            self._try(which, command, of(case.accountable, role), data.draw(PARAMS[command]))

    @rule(which=WHICH)
    def the_accountable_body_does_what_comes_next(self, which: str) -> None:
        case = self.stories[which].case
        if case.state not in NEXT:
            return
        command, params = NEXT[case.state]
        if case.draft is not None and case.state == "in_progress":
            command, params = "approve_response", {}
        if command == "assign":
            params = {"lead": case.accountable}
        self._try(which, command, of(case.accountable), params)

    @precondition(lambda self: self.now < LAST)
    @rule(span=JUMPS)
    def time_passes_and_every_wake_up_is_punctual(self, span: timedelta) -> None:
        self.now += span
        for which, story in self.stories.items():
            self.stories[which] = story.until(self.now)

    @precondition(lambda self: self.now < LAST)
    @rule(span=JUMPS, which=WHICH)
    def time_passes_and_one_wake_up_comes_late(self, span: timedelta, which: str) -> None:
        self.now += span
        self._keep(which, self.stories[which].at(self.now).woken())

    @precondition(lambda self: self.now < LAST)
    @rule(span=JUMPS)
    def time_passes_and_nobody_looks(self, span: timedelta) -> None:
        self.now += span

    def _try(self, which: str, command: str, by: str, params: dict[str, Any]) -> None:
        other = self._other(command, params, self.stories[which].case)
        story = replace(self.stories[which].at(self.now), other=other.case if other else None)
        outcome = story.when(command, by, **params)
        self._keep(which, outcome)
        if other is not None and outcome.decision.other_events:
            self._keep_other(other, outcome)
        self._tell_merged(outcome)

    def _other(self, command: str, params: dict[str, Any], case: Case) -> Story | None:
        named = {"merge": params.get("into"), "link": params.get("to")}.get(command)
        case_id = case.merged_into if command == "unmerge" else named
        return self.stories.get(case_id or "") if case_id != case.case_id else None

    def _keep(self, which: str, outcome: Outcome) -> None:
        events = outcome.decision.events
        times = [event.occurred_at for event in (*outcome.before.history[-1:], *events)]
        assert times == sorted(times), "time ran backwards"
        assert (outcome.story.case.version - outcome.before.case.version) == len(events)
        self.stories[which] = replace(outcome.story, other=None)

    def _keep_other(self, other: Story, outcome: Outcome) -> None:
        self.stories[other.case.case_id] = other.taking(outcome.decision.other_events)

    def _tell_merged(self, outcome: Outcome) -> None:
        """What the outbox does: reporters of merged cases are informed with the survivor's."""
        for event in outcome.decision.events:
            for case_id in event.body.model_dump().get("merged", ()):
                self._try(case_id, "inform", "system", {})

    @invariant()
    def every_state_is_one_of_the_book(self) -> None:
        for story in self.stories.values():
            assert story.case.state in STATES
            assert story.case.open == (story.case.state not in ENDED)

    @invariant()
    def one_body_in_force_is_accountable(self) -> None:
        for story in self.stories.values():
            case = story.case
            day = case.last_at.astimezone(law().calendars["vn"].zone).date()
            body = law().directory.body(case.accountable, day)
            assert body is not None or not case.open, case.accountable
            assert case.accountable != case.about_body
            assert case.lead is None or case.lead != case.about_body

    @invariant()
    def a_case_before_its_answer_is_told_is_never_without_a_clock(self) -> None:
        for story in self.stories.values():
            if story.case.open and story.case.state != "informed":
                assert any(_minds(clock) for clock in story.case.running), story.names()

    @invariant()
    def the_clocks_of_a_case_are_with_the_accountable_body(self) -> None:
        for story in self.stories.values():
            case = story.case
            own = [c for c in case.running if not c.kind.startswith("input:")]
            assert {(c.body, c.rung) for c in own} <= {(case.accountable, case.rung)}
            assert len(own) <= 1

    @invariant()
    def nothing_fires_twice(self) -> None:
        for story in self.stories.values():
            firings = [f for e in story.history if (f := firing_of(e.body)) is not None]
            assert len(set(firings)) == len(firings)

    @invariant()
    def late_is_a_missed_deadline_of_accept_assign_or_answer(self) -> None:
        for story in self.stories.values():
            missed = {
                event.body.model_dump()["kind"]
                for event in story.history
                if event.type == "DeadlineMissed"
            }
            assert story.case.late == bool(missed & MAIN_CLOCKS)

    @invariant()
    def what_is_told_is_what_is(self) -> None:
        for story in self.stories.values():
            assert story.case.version == len(story.history)
            assert story.case.last_at == max(event.occurred_at for event in story.history)
            row = row_of(story.case)
            assert story.case.overdue(self.now) == row.overdue(self.now)
            assert row.overdue(self.now) == bool(row.due_at and row.due_at <= self.now)

    @invariant()
    def who_reported_is_told_before_the_case_rests(self) -> None:
        for story in self.stories.values():
            case = story.case
            if case.state == "closed" and case.informed_at is None:
                closing = [e.body for e in story.history if e.type == "CaseClosed"][-1]
                assert closing.model_dump()["reason"] is not None

    def teardown(self) -> None:
        for which, story in getattr(self, "stories", {}).items():
            assert fold(which, story.history) == story.case
            in_utc = tuple(
                replace(e, occurred_at=e.occurred_at.astimezone(UTC)) for e in story.history
            )
            assert fold(which, in_utc) == story.case


def _minds(clock: Clock) -> bool:
    """Whether a clock still makes somebody act: it runs, rests, or reminds the leadership."""
    if clock.kind not in MAIN_CLOCKS | {"inform"}:
        return False
    if clock.missed_at is not None:
        return clock.next_top is not None and not clock.paused
    return clock.paused or clock.due_at is not None


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
