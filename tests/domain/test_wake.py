"""What happens by itself, and when: punctual and late wake-ups, reminders, the top rung."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.agenda import agenda
from domain.events import DeadlineMissed
from eventlog.firing import firing_of
from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    Outcome,
    Story,
    answered,
    at_the_top,
    closed,
    escalated,
    given,
    in_progress,
    of,
    received,
)
from tests.domain.town import DISTRICT, NEIGHBOUR, PROVINCE, local

MISSED = ["DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted"]
DUE = local("2024-03-18 17:00")


def _hot() -> Story:
    return in_progress().does("set_severity", OFFICER, severity="hot_spot", reason="Đông")


def _hot_at_the_top() -> Story:
    story = received().does("set_severity", INTAKE, severity="hot_spot", reason="Đông")
    return story.to_due().to_due().to_due()


def _times(outcome: Outcome) -> set[datetime]:
    return {event.occurred_at for event in outcome.decision.events}


def _happened(story: Story, *kinds: str) -> list[datetime]:
    return [event.occurred_at for event in story.history if event.type in kinds]


# -- how late a wake-up is -------------------------------------------------------------------


def test_a_wake_up_before_its_time_does_nothing() -> None:
    given(in_progress().at("2024-03-13 16:59")).woken().then_nothing()


def test_a_wake_up_on_time_escalates_then() -> None:
    story = in_progress().until("2024-03-15 17:00").at(DUE)
    outcome = given(story).woken().then(*MISSED)
    assert _times(outcome) == {DUE}


def test_a_wake_up_less_than_a_minute_late_takes_its_due_time() -> None:
    story = in_progress().until("2024-03-15 17:00").at(DUE + timedelta(seconds=59.9))
    outcome = given(story).woken().then(*MISSED)
    assert _times(outcome) == {DUE}
    assert outcome.case.due_at == local("2024-04-01 17:00")


def test_a_wake_up_a_minute_late_is_late() -> None:
    story = in_progress().until("2024-03-15 17:00").at(DUE + timedelta(minutes=1))
    assert _times(given(story).woken()) == {story.now}


def test_a_late_wake_up_fires_everything_in_order_and_starts_from_now() -> None:
    story = in_progress().at("2024-03-29 09:00")
    outcome = given(story).woken().then("ReminderDue", "ReminderDue", *MISSED)
    assert _times(outcome) == {story.now}
    clock = outcome.case.running_clock("answer")
    assert clock is not None
    assert clock.ledger.terms[0].start == story.now
    assert clock.due_at == local("2024-04-12 17:00")


def test_an_outage_that_outlasts_a_whole_rung_still_gives_the_next_rung_its_full_time() -> None:
    story = in_progress().at("2024-12-02 09:00")
    outcome = given(story).woken()
    outcome.is_now(accountable=DISTRICT, due_at=local("2024-12-16 17:00"))


def test_the_due_time_in_a_late_miss_is_the_one_that_was_missed() -> None:
    outcome = given(in_progress().at("2024-03-29 09:00")).woken()
    missed = [e.body for e in outcome.decision.events if isinstance(e.body, DeadlineMissed)]
    assert [body.due_at for body in missed] == [DUE]


def test_a_wake_up_that_comes_twice_fires_once() -> None:
    once = in_progress().at("2024-03-29 09:00").woken().story
    given(once).woken().then_nothing()


def test_a_wake_up_from_before_the_last_event_goes_by_the_last_event() -> None:
    story = in_progress().at("2024-03-29 09:00").does("note", of(DISTRICT), text="Đã nhận")
    given(story.at("2024-03-01 09:00")).woken().then_nothing()
    noted = story.at("2024-03-01 09:00").does("note", of(DISTRICT), text="Đồng hồ chạy lùi")
    assert noted.history[-1].occurred_at == local("2024-03-29 09:00")


def test_several_clocks_that_are_due_together_fire_in_one_order() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=10)
    story = story.until("2024-03-15 17:00")
    outcome = given(story.at(DUE)).woken()
    assert [firing_of(event.body) for event in outcome.decision.events] == [
        ("answer-1", "breach"),
        None,
        None,
        None,
        (f"input:{NEIGHBOUR}-1", "breach"),
        (f"input:{NEIGHBOUR}-1", "reminder:1"),
    ]


def test_the_instant_at_which_a_deadline_is_missed_is_overdue() -> None:
    story = at_the_top()
    assert story.names()[-1] == "DeadlineMissed"
    assert story.now == story.case.due_at
    assert story.case.overdue(story.now)
    assert story.case.overdue(story.now - timedelta(seconds=1)), "the log says so already"


def test_nothing_is_overdue_before_its_due_time() -> None:
    case = received().case
    assert case.due_at is not None
    assert not case.overdue(case.due_at - timedelta(seconds=1))


def test_what_has_ended_never_wakes() -> None:
    assert agenda(closed().case) is None


# -- reminders -------------------------------------------------------------------------------


def test_reminders_come_three_and_one_working_days_before() -> None:
    story = in_progress().until("2024-03-17 12:00")
    assert _happened(story, "ReminderDue") == [
        local("2024-03-13 17:00"),
        local("2024-03-15 17:00"),
    ]


def test_after_an_extension_reminders_come_again() -> None:
    story = in_progress().until("2024-03-16 09:00")
    story = story.does("extend", LEADER, days=5, reason="Mưa").until("2024-03-23 09:00")
    assert _happened(story, "ReminderDue") == [
        local("2024-03-13 17:00"),
        local("2024-03-15 17:00"),
        local("2024-03-20 17:00"),
        local("2024-03-22 17:00"),
    ]


def test_a_hot_spot_is_reminded_six_hours_before() -> None:
    story = _hot().until("2024-03-05 07:00")
    assert _happened(story, "ReminderDue") == [local("2024-03-05 02:00")]


def test_what_is_due_sooner_than_its_reminder_has_none() -> None:
    story = in_progress().until("2024-03-18 16:00")
    hot = story.does("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    assert agenda(hot.case) == agenda(story.case)


# -- the top rung ----------------------------------------------------------------------------


def test_at_the_top_the_leadership_is_reminded_every_three_working_days_from_the_breach() -> None:
    story = at_the_top()
    breach = story.now
    assert breach == local("2024-04-23 17:00")
    story = story.until("2024-05-10 09:00")
    assert _happened(story, "TopRungReminder") == [
        local("2024-04-26 17:00"),
        local("2024-05-04 17:00"),  # 29 April to 1 May are off, Saturday the 4th is made up
        local("2024-05-08 17:00"),
    ]


def test_at_the_top_of_a_hot_spot_the_leadership_is_reminded_every_four_hours() -> None:
    story = _hot_at_the_top()
    breach = story.now
    assert breach == local("2024-03-04 20:00")
    story = story.until("2024-03-05 09:00")
    assert _happened(story, "TopRungReminder") == [
        breach + timedelta(hours=4 * n) for n in (1, 2, 3)
    ]


def test_a_late_breach_at_the_top_counts_its_reminders_from_then() -> None:
    story = escalated().to_due().at("2024-06-03 09:00").woken().story
    clock = story.case.clocks[-1]
    assert clock.missed_at == local("2024-06-03 09:00")
    assert clock.next_top == local("2024-06-06 17:00")


def test_top_reminders_missed_in_an_outage_all_come_in_order() -> None:
    story = _hot_at_the_top().later(hours=13)
    outcome = given(story).woken()
    outcome.then(*["TopRungReminder"] * 3)
    assert [event.body.model_dump()["firing"] for event in outcome.decision.events] == [
        "top:1",
        "top:2",
        "top:3",
    ]


def test_top_reminders_never_end_while_nobody_answers() -> None:
    story = at_the_top().until("2024-12-02 09:00")
    assert agenda(story.case) is not None
    assert story.case.overdue(story.now)
    assert story.case.accountable == PROVINCE


def test_an_answer_ends_them() -> None:
    story = at_the_top().does("draft_response", of(PROVINCE), text="Đã xử lý")
    story = story.does("approve_response", of(PROVINCE))
    assert [clock.kind for clock in story.case.running] == ["inform"]
    assert story.case.late


@pytest.mark.parametrize("stage", [received, in_progress, answered])
def test_whatever_comes_next_is_never_in_the_past_of_a_case_just_woken(stage: Any) -> None:
    story = stage()
    for _ in range(12):
        firing = agenda(story.case)
        assert firing is not None
        story = story.at(firing.at + timedelta(hours=30)).woken().story
        upcoming = agenda(story.case)
        assert upcoming is None or upcoming.at > story.now
