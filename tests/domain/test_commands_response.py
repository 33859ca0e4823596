"""Answering and ending: draft, approve, return, inform, close."""

from __future__ import annotations

import pytest

from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    PROOF,
    REPORTER,
    accepted,
    answered,
    assigned,
    closed,
    drafted,
    given,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.town import COMMUNE, NEIGHBOUR, local

NO_PROOF = {"text": "Đã ghi nhận"}


def test_a_draft_takes_the_work_up() -> None:
    given(assigned()).when("draft_response", OFFICER, text="Đã vá", **PROOF).then(
        {"ResponseDrafted": {"draft": 1, "by_body": COMMUNE, "has_act": True, "evidence_count": 1}}
    ).is_now(state="in_progress")


def test_a_newer_draft_replaces_the_one_that_waits() -> None:
    story = drafted().does("draft_response", OFFICER, text="Bản hai")
    given(story).when("approve_response", LEADER).then(
        {"ResponseApproved": {"draft": 2}}, "ClockStopped", "ClockStarted"
    )


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({}, "text"),
        ({"text": "Xong", "done_on": "2024-03-05"}, "done_on"),
        ({"text": "Xong", "done_on": "hôm qua"}, "done_on"),
    ],
)
def test_a_draft_says_something_that_has_happened(params: dict[str, str], wrong: str) -> None:
    given(in_progress()).when("draft_response", OFFICER, **params).refused("invalid", wrong)


def test_an_act_of_today_is_not_in_the_future_whatever_the_hour_in_utc() -> None:
    early = in_progress().at("2024-03-05 01:00")
    given(early).when("draft_response", OFFICER, text="Xong", done_on="2024-03-05").then(
        "ResponseDrafted"
    )


def test_approval_stops_the_answer_clock_and_starts_telling() -> None:
    given(drafted()).when("approve_response", LEADER).then(
        {"ResponseApproved": {"draft": 1}},
        {"ClockStopped": {"clock_id": "answer-1", "why": "done"}},
        {"ClockStarted": {"kind": "inform", "due_at": local("2024-03-07 17:00")}},
    ).is_now(state="answered")


def test_only_a_leader_approves() -> None:
    given(drafted()).when("approve_response", OFFICER).refused("not_permitted")


@pytest.mark.parametrize("command", ["approve_response", "return_response"])
def test_without_a_draft_there_is_nothing_to_approve_or_return(command: str) -> None:
    given(in_progress()).when(command, LEADER, reason="-").refused("wrong_state")


def test_a_draft_sent_back_leaves_the_answer_clock_running() -> None:
    story = drafted()
    given(story).when("return_response", LEADER, reason="Chưa rõ").then(
        {"ResponseReturned": {"draft": 1}}
    ).is_now(state="in_progress", draft=None, due_at=story.case.due_at)


def test_sending_a_draft_back_says_why() -> None:
    given(drafted()).when("return_response", LEADER).refused("invalid", "reason")


# -- inform ----------------------------------------------------------------------------------


def test_informing_stops_the_last_clock() -> None:
    given(answered()).when("inform", OFFICER, channel="zalo").then(
        {"ReporterInformed": {"reached": True, "channel": "zalo"}}, "ClockStopped"
    ).is_now(state="informed", due_at=None, running=())


def test_informing_goes_the_way_the_report_came() -> None:
    given(answered()).when("inform", OFFICER).then(
        {"ReporterInformed": {"channel": "web"}}, "ClockStopped"
    )


def test_that_it_was_impossible_is_recorded_with_its_reason() -> None:
    given(answered()).when("inform", OFFICER, reason="Không để lại địa chỉ").then(
        {"ReporterInformed": {"reached": False, "reason": "Không để lại địa chỉ"}}, "ClockStopped"
    ).is_now(state="informed")


def test_informing_names_the_reporters_who_are_told_with_this_one() -> None:
    second = received(case_id="case-2").beside(drafted())
    linked = second.when("merge", INTAKE, into="case-1", reason="Trùng").decision.other_events
    survivor = drafted().taking(linked).does("approve_response", LEADER)
    given(survivor).when("inform", OFFICER).then(
        {"ReporterInformed": {"merged": ("case-2",)}}, "ClockStopped"
    )


def test_an_inform_clock_that_runs_out_reminds_the_leader_again_and_again() -> None:
    story = answered()
    outcome = story.at("2024-03-07 17:00").woken()
    outcome.then(
        {"DeadlineMissed": {"kind": "inform", "next_top": local("2024-03-12 17:00")}},
        {"ReminderDue": {"to": "leadership", "firing": "reminder:1"}},
    ).is_now(accountable=COMMUNE, late=False)
    again = outcome.story.at("2024-03-12 17:00").woken()
    again.then({"ReminderDue": {"to": "leadership", "firing": "top:1"}})


# -- close -----------------------------------------------------------------------------------


def test_solved_with_act_date_and_evidence_closes() -> None:
    given(informed()).when("close", OFFICER, outcome="solved_unconfirmed").then(
        {"CaseClosed": {"outcome": "solved_unconfirmed", "waived": (), "confirmed_by": None}}
    ).is_now(state="closed", open=False, outcome="solved_unconfirmed")


@pytest.mark.parametrize("left_out", ["act", "done_on", "evidence"])
@pytest.mark.parametrize("outcome", ["solved_confirmed", "solved_unconfirmed"])
def test_solved_needs_act_date_and_evidence(outcome: str, left_out: str) -> None:
    proof = {name: value for name, value in PROOF.items() if name != left_out}
    story = informed(**proof)
    given(story).when("close", OFFICER, outcome=outcome).refused("evidence_required")


def test_evidence_attached_to_the_case_counts() -> None:
    proof = {name: value for name, value in PROOF.items() if name != "evidence"}
    story = informed(**proof).does("attach_evidence", OFFICER, evidence="Ảnh")
    given(story).when("close", OFFICER, outcome="solved_unconfirmed").then("CaseClosed")


def test_a_leader_may_waive_the_evidence_with_a_reason() -> None:
    story = informed(act="Đã vá")
    given(story).when("close", LEADER, outcome="solved_unconfirmed", reason="Đã xem").then(
        {"CaseClosed": {"waived": ("evidence",)}}
    )
    given(story).when("close", LEADER, outcome="solved_unconfirmed").refused("evidence_required")
    given(story).when("close", OFFICER, outcome="solved_unconfirmed", reason="Tôi").refused(
        "evidence_required"
    )


def test_a_case_does_not_close_before_its_reporter_was_informed() -> None:
    given(answered()).when("close", OFFICER, outcome="explained").refused("not_informed")
    given(answered()).when("close", OFFICER, outcome="explained", reason="Ẩn danh").then(
        {"ClockStopped": {"why": "closed"}}, {"CaseClosed": {"waived": ("informed",)}}
    )


def test_the_evidence_is_asked_for_before_the_reporter() -> None:
    given(answered(act="Đã vá")).when("close", OFFICER, outcome="solved_unconfirmed").refused(
        "evidence_required"
    )


def test_a_case_on_which_others_wait_cannot_close_untold() -> None:
    second = received(case_id="case-2").beside(answered_soon := drafted())
    linked = second.when("merge", INTAKE, into="case-1", reason="Trùng").decision.other_events
    survivor = answered_soon.taking(linked).does("approve_response", LEADER)
    given(survivor).when("close", OFFICER, outcome="explained", reason="Ẩn danh").refused(
        "not_informed"
    )


@pytest.mark.parametrize("outcome", ["redirected", "merged", "withdrawn", "done"])
def test_only_ends_of_an_answered_case_can_be_chosen(outcome: str) -> None:
    given(informed()).when("close", OFFICER, outcome=outcome).refused("invalid", "outcome")


def test_a_refusal_names_its_basis() -> None:
    given(informed()).when("close", OFFICER, outcome="refused").refused("invalid", "basis")
    given(informed()).when("close", OFFICER, outcome="refused", basis="NĐ 1").then(
        {"CaseClosed": {"basis": "NĐ 1"}}
    )


@pytest.mark.parametrize(("satisfied", "by"), [(True, "reporter"), (None, "office")])
def test_confirmed_says_by_whom(satisfied: bool | None, by: str) -> None:
    story = informed()
    if satisfied is not None:
        story = story.does("feedback", REPORTER, satisfied=satisfied)
    given(story).when("close", OFFICER, outcome="solved_confirmed").then(
        {"CaseClosed": {"confirmed_by": by}}
    )


def test_a_closed_case_does_nothing_by_itself() -> None:
    given(closed().later(days=400)).woken().then_nothing()


def test_nobody_outside_the_accountable_body_closes() -> None:
    story = accepted().does("assign", INTAKE, lead=NEIGHBOUR)
    given(story).when("close", of(NEIGHBOUR), outcome="explained").refused("not_accountable")
