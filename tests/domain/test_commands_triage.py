"""Taking on or not: accept, decline, redirect, classify, set_severity, merge, unmerge, link."""

from __future__ import annotations

import pytest

from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    REPORTER,
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
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, local

WHY = "Trùng lắp"


def _pair() -> Story:
    return received().beside(accepted(case_id="case-2"))


def _merged() -> Story:
    return _pair().does("merge", INTAKE, into="case-2", reason=WHY)


# -- accept ----------------------------------------------------------------------------------


def test_accept_stops_its_clock_and_starts_the_next() -> None:
    given(received()).when("accept", INTAKE).then(
        {"CaseAccepted": {"by_body": COMMUNE}},
        {"ClockStopped": {"clock_id": "accept-1", "why": "done"}},
        {"ClockStarted": {"kind": "assign", "body": COMMUNE, "due_at": local("2024-03-06 17:00")}},
    ).is_now(state="accepted", accountable=COMMUNE)


def test_accept_by_the_lower_body_leaves_the_higher_one_accountable() -> None:
    story = received().to_due()
    outcome = given(story).when("accept", INTAKE)
    outcome.then(
        {"CaseAccepted": {"by_body": COMMUNE}},
        "ClockStopped",
        {"ClockStarted": {"kind": "assign", "body": DISTRICT}},
    ).is_now(accountable=DISTRICT, rung="district")


def test_accept_twice_is_refused() -> None:
    given(accepted()).when("accept", INTAKE).refused("wrong_state")


# -- decline ---------------------------------------------------------------------------------


def test_decline_starts_telling_the_reporter() -> None:
    given(received()).when("decline", INTAKE, basis="Luật Khiếu nại Đ.11", reason="Hết hạn").then(
        {"ClockStopped": {"why": "declined"}},
        {"CaseDeclined": {"basis": "Luật Khiếu nại Đ.11"}},
        {"ClockStarted": {"kind": "inform"}},
    ).is_now(state="declined", outcome="refused", open=True)


def test_declined_closes_when_its_reporter_was_told() -> None:
    story = received().does("decline", INTAKE, basis="NĐ 1", reason="Không")
    given(story).when("inform", OFFICER).then(
        "ReporterInformed", "ClockStopped", {"CaseClosed": {"outcome": "refused"}}
    ).is_now(state="closed", open=False)


@pytest.mark.parametrize("missing", ["basis", "reason"])
def test_decline_names_its_basis_and_its_reason(missing: str) -> None:
    params = {"basis": "NĐ 1", "reason": "Không"}
    del params[missing]
    given(received()).when("decline", INTAKE, **params).refused("invalid", missing)


def test_decline_also_ends_what_others_were_asked() -> None:
    story = accepted().does("request_input", INTAKE, body=NEIGHBOUR, days=2)
    after = story.does("decline", INTAKE, basis="NĐ 1", reason="Không").case
    assert [clock.kind for clock in after.running] == ["inform"]


# -- redirect --------------------------------------------------------------------------------


def test_redirect_tells_the_reporter_where_the_case_belongs() -> None:
    story = given(received()).when("redirect", INTAKE, to="transport:79", reason="Đường tỉnh")
    story.then("ClockStopped", {"CaseRedirected": {"to": AGENCY}}, "ClockStarted")
    story.is_now(state="redirected", outcome="redirected")
    told = story.story.when("inform", OFFICER)
    told.is_now(state="closed", outcome="redirected")


@pytest.mark.parametrize(
    "to", ["unit:99999", COMMUNE, "unit:26737~2025"], ids=["unknown", "itself", "not yet there"]
)
def test_redirect_needs_another_body_that_exists(to: str) -> None:
    given(received()).when("redirect", INTAKE, to=to, reason="Khác").refused("invalid", "to")


def test_redirect_never_goes_to_the_body_complained_about() -> None:
    story = received(about_body=COMMUNE)
    outcome = given(story).when("redirect", of(DISTRICT), to=COMMUNE, reason="Khác")
    outcome.refused("invalid", "to")


# -- classify --------------------------------------------------------------------------------


def test_classify_keeps_the_category_before() -> None:
    given(assigned()).when("classify", OFFICER, category="waste").then(
        {"CaseClassified": {"category": "waste", "previous": "road"}}
    ).is_now(category="waste")


def test_classify_as_it_is_already_changes_nothing() -> None:
    given(assigned()).when("classify", OFFICER, category="road").then_nothing()


def test_classify_names_the_close_categories() -> None:
    outcome = given(assigned()).when("classify", OFFICER, category="raod")
    outcome.refused("invalid", "category")
    assert "road" in str(outcome.decision.rejection)


# -- set_severity ----------------------------------------------------------------------------


def test_raising_to_hot_spot_shortens_the_running_clock() -> None:
    given(in_progress()).when("set_severity", OFFICER, severity="hot_spot", reason="Đông").then(
        {"SeverityChanged": {"severity": "hot_spot", "previous": "normal"}},
        {
            "ClockReprojected": {
                "clock_id": "answer-1",
                "due_at": local("2024-03-05 08:00"),
                "reminders": (local("2024-03-05 02:00"),),
            }
        },
    )


def test_raising_never_gives_more_time() -> None:
    story = in_progress()
    raised = story.later(days=4).does("set_severity", OFFICER, severity="complex", reason="Khó")
    assert raised.case.due_at == story.case.due_at


def test_lowering_leaves_the_running_clock_as_it_is() -> None:
    hot = in_progress().does("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    given(hot).when("set_severity", OFFICER, severity="normal", reason="Yên").then(
        {"SeverityChanged": {"severity": "normal", "previous": "hot_spot"}}
    ).is_now(due_at=hot.case.due_at)


def test_raising_after_the_answer_shortens_telling_the_reporter() -> None:
    outcome = given(answered()).when("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    outcome.is_now(due_at=local("2024-03-05 08:00"))


def test_raising_leaves_the_time_that_was_given_to_others() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2)
    asked = story.case.running_clock(f"input:{NEIGHBOUR}")
    after = story.does("set_severity", OFFICER, severity="hot_spot", reason="Đông").case
    assert after.running_clock(f"input:{NEIGHBOUR}") == asked


def test_raising_while_paused_counts_from_the_raise_when_it_runs_again() -> None:
    paused = in_progress().does("pause", OFFICER, waiting_for="reporter", reason="Chờ")
    raised = paused.does("set_severity", OFFICER, severity="hot_spot", reason="Đông")
    assert raised.case.due_at is None
    resumed = raised.later(hours=5).does("resume", OFFICER)
    assert resumed.case.due_at == local("2024-03-05 13:00")


def test_raising_at_the_top_brings_the_next_reminder_nearer_and_never_puts_it_off() -> None:
    story = at_the_top().later(hours=30)
    answer = story.case.running_clock("answer")
    assert answer is not None
    assert answer.next_top is not None
    same = story.does("set_severity", of(PROVINCE), severity="complex", reason="Khó")
    assert same.case.clock(answer.clock_id).next_top == answer.next_top
    hot = same.does("set_severity", of(PROVINCE), severity="hot_spot", reason="Đông")
    later = hot.case.clock(answer.clock_id)
    assert later.next_top == story.later(hours=4).now
    assert later.due_at == answer.due_at


def test_the_same_severity_changes_nothing() -> None:
    given(received()).when("set_severity", INTAKE, severity="normal", reason="-").then_nothing()


def test_an_unknown_severity_is_refused() -> None:
    outcome = given(received()).when("set_severity", INTAKE, severity="grave", reason="-")
    outcome.refused("invalid", "severity")


# -- merge and unmerge -----------------------------------------------------------------------


def test_merge_rests_the_clocks_and_tells_the_survivor() -> None:
    outcome = given(_pair()).when("merge", INTAKE, into="case-2", reason=WHY)
    outcome.then({"CaseMerged": {"into": "case-2"}}).other_gets("CaseLinked")
    outcome.is_now(state="merged", outcome="merged", merged_into="case-2", due_at=None)


@pytest.mark.parametrize(
    ("into", "why"),
    [("case-1", "A case cannot be joined with itself."), ("case-9", "There is no case case-9.")],
    ids=["itself", "unknown"],
)
def test_merge_needs_another_case(into: str, why: str) -> None:
    outcome = given(_pair()).when("merge", INTAKE, into=into, reason=WHY)
    refusal = outcome.refused("invalid", "into").decision.rejection
    assert refusal is not None
    assert refusal.detail == why


def test_merge_into_itself_is_refused_even_when_it_is_looked_at_twice() -> None:
    story = received().beside(received())
    given(story).when("merge", INTAKE, into="case-1", reason=WHY).refused("invalid", "into")


def test_merge_into_a_case_that_is_answered_is_refused() -> None:
    story = received(case_id="case-2").beside(answered())
    given(story).when("merge", INTAKE, into="case-1", reason=WHY).refused("invalid", "into")


def test_merge_into_a_case_of_strangers_is_refused() -> None:
    story = received().beside(received(unit="00001", case_id="case-2"))
    given(story).when("merge", INTAKE, into="case-2", reason=WHY).refused("out_of_scope")


def test_merge_into_a_case_that_has_climbed_is_allowed() -> None:
    story = received(case_id="case-2").beside(escalated())
    given(story).when("merge", INTAKE, into="case-1", reason=WHY).then("CaseMerged")


def test_merge_never_hands_a_case_to_the_body_it_complains_about() -> None:
    about = received(about_body=COMMUNE, case_id="case-2").beside(escalated())
    outcome = given(about).when("merge", of(DISTRICT), into="case-1", reason=WHY)
    outcome.refused("invalid", "into")


def test_two_cases_about_the_same_body_may_be_merged() -> None:
    first = received(about_body=COMMUNE)
    second = received(about_body=COMMUNE, case_id="case-2")
    given(first.beside(second)).when("merge", of(DISTRICT), into="case-2", reason=WHY).then(
        "CaseMerged"
    )


def test_unmerge_stands_the_case_exactly_as_before() -> None:
    story, before = _merged(), _pair().case
    outcome = given(story).when("unmerge", INTAKE, reason="Hai việc")
    outcome.then({"CaseUnmerged": {"out_of": "case-2"}}).other_gets("CaseLinked")
    assert outcome.case.clocks == before.clocks
    outcome.is_now(state="received", outcome=None, merged_into=None, due_at=before.due_at)


def test_unmerge_too_late_fires_what_was_missed_meanwhile() -> None:
    story = _merged().later(days=7).does("unmerge", INTAKE, reason="Hai việc")
    assert story.woken().story.names()[-4:] == [
        "DeadlineMissed",
        "ClockStopped",
        "CaseEscalated",
        "ClockStarted",
    ]


def test_a_merged_case_keeps_still() -> None:
    given(_merged().later(days=30)).woken().then_nothing()


def test_a_merged_case_is_informed_with_its_survivor_and_cannot_be_taken_out_again() -> None:
    told = _merged().does("inform", "system")
    assert told.case.state == "merged"
    given(told).when("unmerge", INTAKE, reason="Hai việc").refused("already_informed")


def test_the_reporter_of_a_merged_case_is_not_told_on_its_own() -> None:
    given(_merged()).when("inform", OFFICER).refused("wrong_state")


def test_what_the_survivor_was_told_is_a_fact_of_both() -> None:
    survivor = _pair().when("merge", INTAKE, into="case-2", reason=WHY)
    assert [one.body.model_dump() for one in survivor.decision.other_events] == [
        {"to": "case-1", "relation": "survivor_of", "reason": None}
    ]


# -- the reporter of a merged case -----------------------------------------------------------


NO = "Trước nhà tôi vẫn còn"


def _told() -> Story:
    """Merged before it was accepted, and told with its survivor three weeks later."""
    return _merged().later(days=21).does("inform", "system")


def test_the_reporter_of_a_merged_case_judges_its_answer_once_it_came() -> None:
    given(_merged()).when("feedback", REPORTER, satisfied=True).refused("wrong_state")
    given(_told()).when("feedback", REPORTER, satisfied=True).then("FeedbackReceived").is_now(
        state="merged", satisfied=True
    )


def test_the_reporter_of_a_merged_case_opens_the_own_case_again() -> None:
    outcome = given(_told()).when("reopen", REPORTER, reason=NO)
    outcome.then(
        {"CaseReopened": {"times": 1}},
        {"ClockStopped": {"clock_id": "accept-1", "why": "merged"}},
        {"ClockStarted": {"kind": "assign", "body": COMMUNE}},
    ).other_gets("CaseLinked")
    outcome.is_now(state="accepted", merged_into=None, before_merge=None, outcome=None, open=True)
    assert [clock.kind for clock in outcome.case.running] == ["assign"]
    told = outcome.decision.other_events[0].body.model_dump()
    assert (told["to"], told["relation"]) == ("case-1", "no_longer_survivor_of")


def test_a_case_that_was_worked_on_before_it_was_merged_goes_on_where_it_was() -> None:
    story = in_progress().beside(accepted(case_id="case-2"))
    story = story.does("merge", INTAKE, into="case-2", reason=WHY).does("inform", "system")
    outcome = given(story).when("reopen", REPORTER, reason=NO)
    outcome.then(
        "CaseReopened",
        {"ClockStopped": {"clock_id": "answer-1", "why": "merged"}},
        {"ClockStarted": {"kind": "answer", "clock_id": "answer-2"}},
    ).is_now(state="in_progress", lead=COMMUNE)


def test_nothing_that_was_due_while_it_was_merged_is_missed_when_it_is_reopened() -> None:
    reopened = _told().does("reopen", REPORTER, reason=NO)
    given(reopened).woken().then_nothing()


def test_the_window_of_a_merged_case_counts_from_when_its_own_reporter_was_told() -> None:
    given(_merged()).when("reopen", REPORTER, reason=NO).refused("wrong_state")
    late = _told().later(days=30)
    given(late).when("reopen", REPORTER, reason=NO).refused("window_over")


def test_what_was_reopened_may_be_merged_again_and_is_told_again() -> None:
    again = _told().does("reopen", REPORTER, reason=NO)
    again = again.does("merge", INTAKE, into="case-2", reason=WHY)
    told = given(again).when("inform", "system").then("ReporterInformed").story
    given(told).when("reopen", REPORTER, reason=NO).is_now(reopened=2)


def test_each_answer_of_the_survivor_is_told_to_the_reporter_of_a_merged_case() -> None:
    given(_told()).when("inform", "system").then({"ReporterInformed": {"through": "case-2"}})


# -- link ------------------------------------------------------------------------------------


def test_link_is_known_to_both_and_changes_nothing_else() -> None:
    story = _pair()
    outcome = given(story).when("link", INTAKE, to="case-2")
    outcome.then({"CaseLinked": {"to": "case-2", "relation": "related"}})
    outcome.other_gets("CaseLinked").is_now(state="received", due_at=story.case.due_at)


def test_link_to_no_case_is_refused() -> None:
    given(received()).when("link", LEADER, to="case-9").refused("invalid", "to")


def test_link_to_a_case_of_strangers_is_refused() -> None:
    story = received().beside(received(unit="00001", case_id="case-2"))
    given(story).when("link", INTAKE, to="case-2").refused("out_of_scope")
