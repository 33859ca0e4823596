"""The work: assign, take, return, input, instruct, note, evidence, escalate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.given import (
    AN,
    BINH,
    INTAKE,
    LEADER,
    OFFICER,
    REPORTER,
    accepted,
    answered,
    assigned,
    at_the_top,
    drafted,
    escalated,
    given,
    in_progress,
    of,
    received,
)
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, local


def test_assign_names_the_lead_and_starts_the_answer_clock() -> None:
    given(accepted()).when("assign", INTAKE, lead=AGENCY, coordinating=[NEIGHBOUR]).then(
        {"CaseAssigned": {"lead": AGENCY, "coordinating": (NEIGHBOUR,)}},
        {"ClockStopped": {"clock_id": "assign-1"}},
        {
            "ClockStarted": {
                "kind": "answer",
                "body": COMMUNE,
                "due_at": local("2024-03-18 17:00"),
                "reminders": (local("2024-03-13 17:00"), local("2024-03-15 17:00")),
            }
        },
    ).is_now(state="assigned", lead=AGENCY, accountable=COMMUNE)


def test_assigning_again_lets_the_answer_clock_run_on() -> None:
    story = in_progress().later(days=3)
    outcome = given(story).when("assign", INTAKE, lead=NEIGHBOUR, reason="Đúng việc")
    outcome.then("CaseAssigned").is_now(due_at=story.case.due_at, assignee=None, state="assigned")


def test_coordinating_bodies_may_be_written_in_one_line() -> None:
    story = accepted().does("assign", INTAKE, lead=COMMUNE, coordinating=f"{NEIGHBOUR}, {AGENCY}")
    assert story.case.coordinating == (NEIGHBOUR, AGENCY)


@pytest.mark.parametrize("param", ["lead", "coordinating"])
@pytest.mark.parametrize("body", ["unit:99999", "unit:26737~2025", COMMUNE])
def test_assign_needs_bodies_in_force_and_never_the_one_complained_about(
    param: str, body: str
) -> None:
    story = received(about_body=COMMUNE).does("accept", of(DISTRICT))
    bodies = {"lead": NEIGHBOUR, "coordinating": AGENCY, param: body}
    given(story).when("assign", of(DISTRICT), **bodies).refused("invalid", param)


def test_take_names_the_officer_by_an_opaque_id() -> None:
    given(assigned()).when("take", f"{OFFICER}#canbo7").then(
        {"AssignmentAccepted": {"by_body": COMMUNE, "officer": "canbo7"}}
    ).is_now(state="in_progress", assignee="canbo7")


def test_the_lead_may_take_what_another_body_answers_for() -> None:
    story = accepted().does("assign", INTAKE, lead=AGENCY)
    given(story).when("take", of(AGENCY, "case_officer")).then("AssignmentAccepted")


def test_return_counts_the_ping_pong_and_the_answer_clock_runs_on() -> None:
    story = in_progress()
    outcome = given(story).when("return", OFFICER, reason="Không phải việc của tôi")
    outcome.then({"AssignmentReturned": {"times": 1}})
    outcome.is_now(state="accepted", lead=None, due_at=story.case.due_at)
    again = outcome.story.does("assign", INTAKE, lead=COMMUNE)
    assert again.case.due_at == story.case.due_at
    given(again).when("return", OFFICER, reason="Lại nữa").then(
        {"AssignmentReturned": {"times": 2}}
    )


def test_return_says_why() -> None:
    given(assigned()).when("return", OFFICER).refused("invalid", "reason")


# -- input -----------------------------------------------------------------------------------


def test_input_has_a_clock_of_its_own() -> None:
    story = in_progress()
    given(story).when("request_input", OFFICER, body=NEIGHBOUR, days=2).then(
        {"InputRequested": {"body": NEIGHBOUR, "days": 2}},
        {
            "ClockStarted": {
                "kind": f"input:{NEIGHBOUR}",
                "body": NEIGHBOUR,
                "due_at": local("2024-03-06 17:00"),
            }
        },
    ).is_now(due_at=story.case.due_at)


def test_input_given_stops_its_clock() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    given(story).when("give_input", of(NEIGHBOUR), text="Đồng ý").then(
        {"InputGiven": {"body": NEIGHBOUR}}, "ClockStopped"
    )


def test_input_not_given_in_time_reminds_the_leader_and_makes_nobody_late() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    outcome = story.at("2024-03-06 17:00").woken()
    outcome.then(
        {"DeadlineMissed": {"kind": f"input:{NEIGHBOUR}", "body": NEIGHBOUR}},
        {"ReminderDue": {"to": "leadership", "body": COMMUNE}},
    ).is_now(late=False, accountable=COMMUNE)


def test_a_body_that_was_asked_already_is_not_asked_again() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    outcome = given(story).when("request_input", OFFICER, body=NEIGHBOUR, days=3)
    outcome.refused("invalid", "body")


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"body": "unit:99999", "days": 2}, "body"),
        ({"body": NEIGHBOUR, "days": 0}, "days"),
        ({"body": NEIGHBOUR, "days": "soon"}, "days"),
        ({"body": NEIGHBOUR, "days": 2, "colour": "red"}, "colour"),
    ],
)
def test_a_request_for_input_says_whom_and_how_long(params: dict[str, object], wrong: str) -> None:
    given(in_progress()).when("request_input", OFFICER, **params).refused("invalid", wrong)


def test_the_body_complained_about_is_not_asked() -> None:
    story = received(about_body=COMMUNE).does("accept", of(DISTRICT))
    outcome = given(story).when("request_input", of(DISTRICT), body=COMMUNE, days=2)
    outcome.refused("invalid", "body")


def test_input_that_nobody_asked_for_is_a_note() -> None:
    story = accepted().does("assign", INTAKE, lead=COMMUNE, coordinating=NEIGHBOUR)
    given(story).when("give_input", of(NEIGHBOUR), text="Góp ý").refused("wrong_state")
    given(story).when("note", of(NEIGHBOUR), text="Góp ý").then("ProgressNoted")


def test_an_answer_ends_the_waiting_for_input() -> None:
    story = drafted().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    after = story.does("approve_response", LEADER)
    assert [clock.kind for clock in after.case.running] == ["inform"]


def test_asked_again_after_an_answer_is_a_new_clock() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    story = story.does("give_input", of(NEIGHBOUR), text="Đồng ý")
    again = story.does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    assert again.case.clocks[-1].clock_id == f"input:{NEIGHBOUR}-2"


# -- instruct, note, evidence ----------------------------------------------------------------


def test_an_instruction_goes_to_the_accountable_body_unless_another_is_named() -> None:
    given(in_progress()).when("instruct", LEADER, text="Khẩn trương").then(
        {"InstructionGiven": {"to": COMMUNE}}
    )
    given(in_progress()).when("instruct", LEADER, text="Phối hợp", body=NEIGHBOUR).then(
        {"InstructionGiven": {"to": NEIGHBOUR}}
    )


@pytest.mark.parametrize("above", [DISTRICT, PROVINCE])
def test_leaders_above_may_instruct_before_the_case_climbs(above: str) -> None:
    given(in_progress()).when("instruct", of(above), text="Khẩn trương").then("InstructionGiven")


def test_an_instruction_to_nobody_is_refused() -> None:
    outcome = given(in_progress()).when("instruct", LEADER, text="Làm", body="unit:99999")
    outcome.refused("invalid", "body")


def test_a_note_moves_no_clock() -> None:
    story = in_progress().later(days=2)
    outcome = given(story).when("note", OFFICER, text="Đã khảo sát")
    outcome.then("ProgressNoted").is_now(clocks=story.case.clocks)


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 20_001])
def test_a_note_says_something_that_can_be_kept(text: str) -> None:
    given(in_progress()).when("note", OFFICER, text=text).refused("invalid", "text")


def test_evidence_is_counted() -> None:
    given(in_progress()).when("attach_evidence", OFFICER, evidence=["Ảnh 1", "Ảnh 2"]).then(
        {"EvidenceAttached": {"count": 2}}
    ).is_now(evidence=2)


@pytest.mark.parametrize("evidence", [[], [""]])
def test_evidence_is_not_nothing(evidence: list[str]) -> None:
    outcome = given(in_progress()).when("attach_evidence", OFFICER, evidence=evidence)
    outcome.refused("invalid", "evidence")


# -- escalate --------------------------------------------------------------------------------


STAGES = {"accept": received, "assign": accepted, "answer": assigned}


@pytest.mark.parametrize("kind", STAGES)
def test_a_body_may_submit_the_case_upward_and_its_clock_starts_anew(kind: str) -> None:
    later = STAGES[kind]().later(hours=2)
    outcome = given(later).when("escalate", OFFICER, reason="Vượt thẩm quyền")
    outcome.then(
        {"ClockStopped": {"clock_id": f"{kind}-1", "why": "escalated"}},
        {"CaseEscalated": {"from_body": COMMUNE, "to_body": DISTRICT, "cause": "officer"}},
        {"ClockStarted": {"kind": kind, "body": DISTRICT, "rung": "district"}},
    ).is_now(late=False, accountable=DISTRICT, rung="district")
    started = outcome.case.running_clock(kind)
    assert started is not None
    assert started.ledger.terms[0].start == later.now


def test_at_the_top_there_is_nowhere_to_go() -> None:
    given(at_the_top()).when("escalate", of(PROVINCE), reason="Khó").refused("top_rung")


def test_escalating_says_why() -> None:
    given(received()).when("escalate", OFFICER).refused("invalid", "reason")


def test_people_of_the_lower_body_may_go_on_working_and_no_more() -> None:
    story = escalated()
    given(story).when("note", OFFICER, text="Đã làm").then("ProgressNoted")
    given(story).when("attach_evidence", OFFICER, evidence="Ảnh").then("EvidenceAttached")
    given(story).when("draft_response", OFFICER, text="Đã xử lý").then("ResponseDrafted")
    given(story).when("return", OFFICER, reason="Thôi").then("AssignmentReturned")
    given(story).when("approve_response", LEADER).refused("not_accountable")
    given(story).when("close", OFFICER, outcome="explained").refused("not_accountable")
    given(story).when("assign", INTAKE, lead=COMMUNE).refused("not_accountable")


def test_nobody_above_works_on_a_case_that_has_not_climbed() -> None:
    given(in_progress()).when("close", of(DISTRICT), outcome="explained").refused("not_accountable")
    given(answered()).when("inform", of(PROVINCE)).refused("not_accountable")


def test_the_reporter_does_none_of_the_work() -> None:
    given(in_progress()).when("note", REPORTER, text="Tôi").refused("not_permitted")


def test_a_piece_of_evidence_may_be_described_as_text() -> None:
    story = in_progress().does("attach_evidence", OFFICER, text="Ảnh", evidence=["Biên bản"])
    assert story.case.evidence == 2
    given(story).when("attach_evidence", OFFICER).refused("invalid", "evidence")


def test_whoever_moves_a_case_on_may_say_why() -> None:
    story = received().does("accept", INTAKE, reason="Đúng thẩm quyền")
    story = story.does("assign", INTAKE, lead=COMMUNE, reason="Gần nhất")
    story = story.does("take", OFFICER, reason="Rảnh việc")
    story = story.does("request_input", OFFICER, body=DISTRICT, days=2, reason="Đường quận")
    story = story.does("draft_response", OFFICER, text="Đã vá")
    story = story.does("approve_response", LEADER, reason="Đạt")
    said = [getattr(event.body, "reason", None) for event in story.history]
    assert [why for why in said if why] == [
        "Đúng thẩm quyền",
        "Gần nhất",
        "Rảnh việc",
        "Đường quận",
        "Đạt",
    ]


# -- handing over ----------------------------------------------------------------------------


def test_a_leader_hands_the_work_to_another_officer_and_no_clock_moves() -> None:
    story = in_progress()
    outcome = given(story).when("hand_over", LEADER, to=BINH, reason="Nghỉ phép")
    outcome.then(
        {"CaseHandedOver": {"from_officer": AN, "to_officer": BINH, "by_body": COMMUNE}}
    ).is_now(assignee=BINH, state="in_progress", due_at=story.case.due_at)


def test_who_has_the_case_hands_it_over_and_then_has_it_no_more() -> None:
    story = in_progress()
    mine = f"{OFFICER}#{AN}"
    after = story.does("hand_over", mine, to=BINH, reason="Chuyển công tác")
    given(after).when("hand_over", mine, to=AN, reason="Lấy lại").refused("not_permitted")
    given(after).when("hand_over", f"{OFFICER}#{BINH}", to=AN, reason="Trả lại").then(
        "CaseHandedOver"
    )


@pytest.mark.parametrize("to", ["nobody", AN, "dung", "giang"])
def test_a_receiver_who_is_unknown_or_could_not_take_the_case_is_refused(to: str) -> None:
    given(in_progress()).when("hand_over", LEADER, to=to, reason="Nghỉ").refused("invalid", "to")


def test_a_case_that_nobody_took_up_cannot_be_handed_over() -> None:
    given(assigned()).when("hand_over", LEADER, to=BINH, reason="Nghỉ").refused("wrong_state")
    nobodys = assigned().does("draft_response", OFFICER, text="Đã xử lý")
    assert nobodys.case.state == "in_progress"
    given(nobodys).when("hand_over", LEADER, to=BINH, reason="Nghỉ").refused("wrong_state")


def test_the_lead_hands_over_also_after_the_case_has_climbed_and_other_lower_bodies_do_not() -> (
    None
):
    story = escalated()
    assert (story.case.lead, story.case.accountable) == (COMMUNE, DISTRICT)
    given(story).when("hand_over", LEADER, to=BINH, reason="Nghỉ").then("CaseHandedOver")
    given(story).when("hand_over", of(DISTRICT), to="cuc", reason="Nghỉ").then("CaseHandedOver")
    led_elsewhere = story.does("assign", of(DISTRICT), lead=DISTRICT).does(
        "take", "leader@unit:760#cuc"
    )
    given(led_elsewhere).when("hand_over", LEADER, to=BINH, reason="Nghỉ").refused(
        "not_accountable"
    )


def test_nobody_gets_a_case_that_complains_about_their_own_body() -> None:
    story = in_progress()
    about = replace(story, case=replace(story.case, about_body=COMMUNE, accountable=DISTRICT))
    given(about).when("hand_over", of(DISTRICT), to=BINH, reason="Nghỉ").refused("invalid", "to")
    given(about).when("hand_over", of(DISTRICT), to="cuc", reason="Nghỉ").then("CaseHandedOver")
