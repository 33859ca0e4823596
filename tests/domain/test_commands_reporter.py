"""What the reporter may do: supplement, feedback, reopen, withdraw."""

from __future__ import annotations

import pytest

from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    REPORTER,
    Story,
    answered,
    closed,
    drafted,
    escalated,
    given,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.town import COMMUNE, DISTRICT, local

NO = "Chưa sửa"


def _answered_again(story: Story, leader: str = LEADER) -> Story:
    story = story.does("draft_response", leader, text="Đã sửa")
    return story.does("approve_response", leader).does("inform", leader)


def test_the_reporter_may_add_to_the_report_at_any_time() -> None:
    story = in_progress()
    given(story).when("supplement", REPORTER, text="Thêm ảnh").then("ReportSupplemented").is_now(
        clocks=story.case.clocks
    )


def test_the_intake_officer_may_write_down_what_the_reporter_adds() -> None:
    given(received()).when("supplement", INTAKE, text="Gọi lại").then("ReportSupplemented")
    given(received()).when("supplement", of(DISTRICT, "intake_officer"), text="x").refused(
        "not_accountable"
    )


def _supplemented(story: Story, times: int) -> Story:
    for number in range(times):
        story = story.does("supplement", REPORTER, text=f"Thêm {number}")
    return story


def test_the_reporter_adds_so_often_that_the_case_can_still_be_read() -> None:
    story = _supplemented(in_progress(), 50)
    given(story).when("supplement", REPORTER, text="Nữa").refused("supplement_limit").is_now(
        supplements=50
    )
    given(story).when("supplement", INTAKE, text="Gọi lại").then("ReportSupplemented").is_now(
        supplements=50
    )


def test_a_case_on_its_way_through_a_merge_remembers_how_often_the_reporter_added() -> None:
    story = received(case_id="case-2").beside(drafted())
    story = _supplemented(story, 20).does("merge", INTAKE, into="case-1", reason="Trùng")
    story = _supplemented(story, 30)
    given(story).when("supplement", REPORTER, text="Nữa").refused("supplement_limit")
    story = story.does("unmerge", INTAKE, reason="Khác chỗ")
    given(story).when("supplement", REPORTER, text="Nữa").refused("supplement_limit")


# -- feedback --------------------------------------------------------------------------------


@pytest.mark.parametrize("satisfied", [True, False])
def test_feedback_is_kept_and_changes_no_state(satisfied: bool) -> None:
    given(closed()).when("feedback", REPORTER, satisfied=satisfied).then(
        {"FeedbackReceived": {"satisfied": satisfied}}
    ).is_now(state="closed", satisfied=satisfied)


def test_one_answer_is_judged_so_often_and_the_next_one_anew() -> None:
    story = closed()
    for turn in range(10):
        story = story.does("feedback", REPORTER, satisfied=turn % 2 == 0)
    given(story).when("feedback", REPORTER, satisfied=True).refused("feedback_limit")
    story = _answered_again(story.does("reopen", REPORTER, reason=NO))
    given(story).when("feedback", REPORTER, satisfied=True).then("FeedbackReceived")


def test_feedback_says_yes_or_no() -> None:
    given(informed()).when("feedback", REPORTER).refused("invalid", "satisfied")
    given(informed()).when("feedback", REPORTER, satisfied="maybe").refused("invalid", "satisfied")


# -- reopen ----------------------------------------------------------------------------------


def test_the_first_reopening_goes_back_to_the_same_body() -> None:
    given(closed().later(days=1)).when("reopen", REPORTER, reason=NO).then(
        {"CaseReopened": {"times": 1}},
        {"ClockStarted": {"kind": "answer", "body": COMMUNE, "due_at": local("2024-03-19 17:00")}},
    ).is_now(state="in_progress", reopened=1, outcome=None, accountable=COMMUNE, open=True)


def test_the_second_reopening_goes_one_rung_up() -> None:
    story = _answered_again(closed().does("reopen", REPORTER, reason=NO))
    given(story).when("reopen", REPORTER, reason=NO).then(
        {"CaseReopened": {"times": 2}},
        {"CaseEscalated": {"to_body": DISTRICT, "cause": "reopened"}},
        {"ClockStarted": {"kind": "answer", "body": DISTRICT, "rung": "district"}},
    ).is_now(accountable=DISTRICT)


def test_the_third_reopening_is_refused() -> None:
    story = _answered_again(closed().does("reopen", REPORTER, reason=NO))
    story = _answered_again(story.does("reopen", REPORTER, reason=NO), of(DISTRICT))
    given(story).when("reopen", REPORTER, reason=NO).refused("reopen_limit")


def test_the_second_reopening_at_the_top_stays_there() -> None:
    story = escalated().to_due()
    top = of(story.case.accountable)
    story = _answered_again(story, top).does("reopen", REPORTER, reason=NO)
    story = _answered_again(story, top)
    given(story).when("reopen", REPORTER, reason=NO).then("CaseReopened", "ClockStarted")


def test_the_window_lasts_ten_working_days_from_being_informed_to_the_end_of_the_last() -> None:
    last = closed().at("2024-03-18 17:00")
    given(last).when("reopen", REPORTER, reason=NO).then("CaseReopened", "ClockStarted")
    given(last.later(seconds=1)).when("reopen", REPORTER, reason=NO).refused("window_over")


def test_the_window_counts_from_the_last_time_the_reporter_was_informed() -> None:
    story = closed().at("2024-03-15 09:00").does("reopen", REPORTER, reason=NO)
    story = _answered_again(story).at("2024-03-28 09:00")
    given(story).when("reopen", REPORTER, reason=NO).then(
        "CaseReopened", "CaseEscalated", "ClockStarted"
    )


def test_a_case_whose_reporter_was_never_informed_has_no_window() -> None:
    story = answered().does("close", OFFICER, outcome="explained", reason="Ẩn danh")
    given(story).when("reopen", REPORTER, reason=NO).refused("not_informed")


def test_reopening_says_why() -> None:
    given(closed()).when("reopen", REPORTER).refused("invalid", "reason")


def test_what_was_declined_and_is_reopened_must_be_assigned() -> None:
    story = received().does("decline", INTAKE, basis="NĐ 1", reason="Không")
    story = story.does("inform", OFFICER)
    given(story).when("reopen", REPORTER, reason=NO).then(
        "CaseReopened", {"ClockStarted": {"kind": "assign"}}
    ).is_now(state="accepted", outcome=None)


def test_a_reopened_case_needs_a_new_answer() -> None:
    story = closed().does("reopen", REPORTER, reason=NO)
    given(story).when("approve_response", LEADER).refused("wrong_state")
    assert (story.case.draft, story.case.approved, story.case.informed_at) == (None, None, None)


# -- withdraw --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [REPORTER, INTAKE])
def test_a_withdrawn_case_ends_at_once(who: str) -> None:
    given(in_progress()).when("withdraw", who).then(
        {"ClockStopped": {"why": "withdrawn"}}, {"CaseClosed": {"outcome": "withdrawn"}}
    ).is_now(state="withdrawn", open=False, running=())


def test_a_paused_case_can_be_withdrawn() -> None:
    story = in_progress().does("pause", OFFICER, waiting_for="reporter", reason="Chờ")
    given(story).when("withdraw", REPORTER).is_now(paused=False, open=False)


def test_a_case_on_which_other_reporters_wait_is_not_withdrawn_under_them() -> None:
    second = received(case_id="case-2").beside(drafted())
    linked = second.when("merge", INTAKE, into="case-1", reason="Trùng").decision.other_events
    survivor = drafted().taking(linked)
    given(survivor).when("withdraw", REPORTER).refused("not_informed")


def test_an_officer_does_not_withdraw_for_the_reporter() -> None:
    given(in_progress()).when("withdraw", OFFICER).refused("not_permitted")
