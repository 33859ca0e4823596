"""Moving a clock on purpose: extend, pause, resume."""

from __future__ import annotations

import pytest

from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    Story,
    accepted,
    answered,
    assigned,
    at_the_top,
    escalated,
    given,
    in_progress,
    of,
    received,
)
from tests.domain.town import COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, local

RAIN = "Mưa lớn"


def _paused(story: Story) -> Story:
    return story.does("pause", OFFICER, waiting_for="reporter", reason="Chờ bổ sung")


# -- extend ----------------------------------------------------------------------------------


def test_a_leader_extends_the_answer_once_before_it_is_due() -> None:
    story = in_progress()
    outcome = given(story).when("extend", LEADER, days=5, reason=RAIN)
    outcome.then(
        {
            "ClockExtended": {
                "clock_id": "answer-1",
                "days": 5,
                "reason": RAIN,
                "due_at": local("2024-03-25 17:00"),
                "reminders": (local("2024-03-20 17:00"), local("2024-03-22 17:00")),
            }
        }
    )
    given(outcome.story).when("extend", LEADER, days=1, reason=RAIN).refused("extension_used")


def test_an_extension_is_possible_up_to_the_very_end_and_not_after() -> None:
    story = in_progress().at("2024-03-18 17:00")
    assert story.when("extend", LEADER, days=5, reason=RAIN).decision.rejection is None
    late = story.later(seconds=1).when("extend", LEADER, days=5, reason=RAIN)
    late.refused("not_accountable")
    assert late.case.accountable == DISTRICT


def test_an_extension_has_a_limit_and_says_why() -> None:
    given(in_progress()).when("extend", LEADER, days=6, reason=RAIN).refused("invalid", "days")
    given(in_progress()).when("extend", LEADER, days=0, reason=RAIN).refused("invalid", "days")
    given(in_progress()).when("extend", LEADER, days=5).refused("invalid", "reason")


def test_only_a_leader_extends() -> None:
    given(in_progress()).when("extend", OFFICER, days=5, reason=RAIN).refused("not_permitted")


def test_a_complex_case_may_be_extended_by_ten_days() -> None:
    story = received().does("set_severity", INTAKE, severity="complex", reason="Khó")
    story = story.does("accept", INTAKE).does("assign", INTAKE, lead=COMMUNE)
    given(story).when("extend", LEADER, days=11, reason=RAIN).refused("invalid", "days")
    given(story).when("extend", LEADER, days=10, reason=RAIN).is_now(
        due_at=local("2024-04-08 17:00")
    )


def test_a_hot_spot_has_no_extension() -> None:
    story = in_progress().does("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    given(story).when("extend", LEADER, days=1, reason=RAIN).refused("no_extension")


def test_an_extension_is_used_up_on_its_rung_alone() -> None:
    story = in_progress().does("extend", LEADER, days=5, reason=RAIN).to_due()
    assert story.case.rung == "district"
    given(story).when("extend", of(DISTRICT), days=5, reason=RAIN).then("ClockExtended")


@pytest.mark.parametrize("story", [accepted, answered], ids=["not assigned", "answered"])
def test_without_an_answer_clock_there_is_nothing_to_extend(story: object) -> None:
    assert callable(story)
    given(story()).when("extend", LEADER, days=5, reason=RAIN).refused("wrong_state")


def test_an_overdue_answer_at_the_top_is_not_extended() -> None:
    given(at_the_top()).when("extend", of(PROVINCE), days=5, reason=RAIN).refused("past_due")


def test_a_paused_case_is_resumed_before_it_is_extended() -> None:
    story = _paused(in_progress())
    given(story).when("extend", LEADER, days=5, reason=RAIN).refused("paused")


# -- pause and resume ------------------------------------------------------------------------


def test_a_paused_case_stands_still() -> None:
    given(in_progress()).when("pause", OFFICER, waiting_for="reporter", reason="Chờ").then(
        {"ClockPaused": {"clock_id": "answer-1", "waiting_for": "reporter"}}
    ).is_now(paused=True, due_at=None, state="in_progress", accountable=COMMUNE)
    given(_paused(in_progress()).later(days=300)).woken().then_nothing()


def test_the_days_of_a_pause_do_not_count() -> None:
    story = _paused(in_progress().at("2024-03-06 09:00"))
    given(story.at("2024-03-11 09:00")).when("resume", OFFICER).then(
        {
            "ClockResumed": {
                "due_at": local("2024-03-21 17:00"),
                "reminders": (local("2024-03-18 17:00"), local("2024-03-20 17:00")),
            }
        }
    ).is_now(paused=False)


def test_a_pause_across_the_deadline_keeps_what_was_left() -> None:
    story = _paused(in_progress().at("2024-03-18 09:00"))
    resumed = story.at("2024-04-01 09:00").does("resume", OFFICER)
    assert resumed.case.due_at == local("2024-04-01 17:00")
    assert not resumed.case.late


def test_resuming_reminds_of_the_new_time_and_never_twice_of_the_same() -> None:
    story = in_progress().until("2024-03-14 09:00")
    assert story.names().count("ReminderDue") == 1
    resumed = _paused(story).at("2024-03-21 09:00").does("resume", OFFICER)
    done = resumed.to_due()
    assert done.names().count("ReminderDue") == 2


def test_a_hot_spot_stops_and_goes_on_to_the_second() -> None:
    story = in_progress().does("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    paused = _paused(story.later(hours=3))
    resumed = paused.later(hours=2, seconds=7).does("resume", OFFICER)
    assert resumed.case.due_at == local("2024-03-05 10:00:07")


def test_a_pause_names_whom_it_waits_for_and_why() -> None:
    given(in_progress()).when("pause", OFFICER, reason="Chờ").refused("invalid", "waiting_for")
    given(in_progress()).when("pause", OFFICER, waiting_for="reporter").refused("invalid", "reason")


def test_pausing_twice_and_resuming_what_runs_are_refused() -> None:
    paused = _paused(in_progress())
    given(paused).when("pause", OFFICER, waiting_for="x", reason="x").refused("wrong_state")
    given(in_progress()).when("resume", OFFICER).refused("wrong_state")


def test_whoever_was_asked_for_input_is_not_given_more_time_by_a_pause() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    paused = _paused(story)
    assert [clock.kind for clock in paused.case.running if clock.paused] == ["answer"]


def test_the_next_step_of_a_paused_case_has_a_running_clock() -> None:
    story = _paused(accepted()).does("assign", INTAKE, lead=COMMUNE)
    assert not story.case.paused
    assert story.case.due_at == assigned().case.due_at


def test_a_paused_case_can_be_submitted_upward_and_runs_there() -> None:
    story = _paused(in_progress()).does("escalate", OFFICER, reason="Khó")
    assert not story.case.paused
    assert story.case.due_at is not None


def test_what_is_overdue_at_the_top_cannot_be_paused_away() -> None:
    given(at_the_top()).when("pause", of(PROVINCE), waiting_for="x", reason="x").refused("past_due")


def test_a_case_that_has_climbed_can_be_paused_before_it_is_due() -> None:
    given(escalated()).when("pause", of(DISTRICT), waiting_for="x", reason="x").then("ClockPaused")
