"""What others got wrong with clocks and escalation, row by row, and that it does not happen here.

The numbers are public issues of the projects named.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from domain.agenda import agenda
from domain.evolve import fold
from domain.ledger import after, trace
from domain.policy import Limit, PolicyBook
from domain.project import row_of
from eventlog.firing import firing_of
from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    REPORTER,
    Story,
    assigned,
    at_the_top,
    closed,
    given,
    in_progress,
    received,
)
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, law, local

VN = law().calendars["vn"]


def _firings(story: Story) -> list[tuple[str, str]]:
    found = (firing_of(event.body) for event in story.history)
    return [firing for firing in found if firing]


# -- clocks ----------------------------------------------------------------------------------


def test_signals_deadlines_counts_public_holidays_as_days_off() -> None:
    """Amsterdam/signals `deadlines.py` counts Monday to Friday and says 6 May."""
    due = after(local("2026-04-29 09:00"), 5, "working_day", VN)
    assert due == local("2026-05-08 17:00")


def test_digit_last_modified_edits_and_comments_do_not_reset_the_clock() -> None:
    """DIGIT's escalation reads `lastModifiedTime`, so every edit gives more time."""
    story = in_progress().later(days=3)
    due = story.case.due_at
    for command, by, params in (
        ("note", OFFICER, {"text": "Đã gọi"}),
        ("classify", OFFICER, {"category": "waste"}),
        ("attach_evidence", OFFICER, {"evidence": "Ảnh"}),
        ("supplement", REPORTER, {"text": "Thêm"}),
        ("instruct", LEADER, {"text": "Khẩn trương"}),
        ("assign", INTAKE, {"lead": AGENCY}),
    ):
        story = story.later(hours=5).does(command, by, **params)
        assert story.case.due_at == due


def test_fixmystreet_5963_the_clock_starts_when_the_rule_says() -> None:
    """FixMyStreet PR #5963 counted from the wrong start."""
    story = received().at("2024-03-05 10:00").does("accept", INTAKE)
    story = story.at("2024-03-06 11:00").does("assign", INTAKE, lead=COMMUNE)
    starts = {clock.kind: clock.ledger.terms[0].start for clock in story.case.clocks}
    assert starts == {
        "accept": local("2024-03-04 08:00"),
        "assign": local("2024-03-05 10:00"),
        "answer": local("2024-03-06 11:00"),
    }


@pytest.mark.parametrize("severity", ["attention", "complex"])
def test_glpi_15605_6902_a_pause_is_not_lost_when_the_rule_changes(severity: str) -> None:
    """GLPI #15605, #6902: another rule computed the due time anew and forgot the pause."""
    paused = in_progress().does("pause", OFFICER, waiting_for="reporter", reason="Chờ")
    resumed = paused.at("2024-03-11 08:00").does("resume", OFFICER)
    assert resumed.case.due_at == local("2024-03-22 17:00")  # 4 to 8 March take four days
    raised = resumed.does("set_severity", OFFICER, severity=severity, reason="Khó")
    assert raised.case.due_at == resumed.case.due_at


def test_frappe_helpdesk_1554_what_is_shown_as_paused_does_not_tick() -> None:
    """frappe/helpdesk #1554: the ticket said paused while its clock ran out."""
    story = in_progress().does("pause", OFFICER, waiting_for="reporter", reason="Chờ")
    row = row_of(story.case)
    assert (row.paused, row.due_at, row.next_wakeup) == (True, None, None)
    given(story.later(days=200)).woken().then_nothing()


def test_osticket_3034_a_clock_can_be_paused_and_says_for_whom() -> None:
    """osTicket #3034, open since 2016: there is no pause at all."""
    given(in_progress()).when("pause", OFFICER, waiting_for="reporter", reason="Chờ").then(
        {"ClockPaused": {"waiting_for": "reporter"}}
    )


def test_jmix_790_one_day_is_a_working_day_and_not_24_business_hours() -> None:
    """jmix #790 took a one-day duration for 24 business hours, which is three days."""
    assert after(local("2024-03-04 16:00"), 1, "working_day", VN) == local("2024-03-05 17:00")


def test_signals_791_naive_times_are_refused() -> None:
    """signals #791: a datetime without a zone was compared with one that has it."""
    naive = local("2024-03-04 08:00").replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        after(naive, 1, "working_day", VN)


def test_signals_761_762_every_case_before_its_answer_has_a_deadline() -> None:
    """signals #761, #762: a case with no deadline dropped out of the overdue list."""
    story = received()
    for command, by, params in (
        ("accept", INTAKE, {}),
        ("assign", INTAKE, {"lead": COMMUNE}),
        ("return", OFFICER, {"reason": "Không phải việc của tôi"}),
        ("assign", INTAKE, {"lead": COMMUNE}),
        ("escalate", OFFICER, {"reason": "Khó"}),
    ):
        assert row_of(story.case).due_at is not None
        story = story.later(hours=1).does(command, by, **params)
    story = story.to_due().to_due()
    later = story.until("2024-12-02 09:00")
    due = row_of(later.case).due_at
    assert due is not None
    assert due < later.now
    assert later.case.overdue(later.now)


def test_digit_432_the_deadline_shown_is_the_one_that_runs_for_the_accountable_body() -> None:
    """DIGIT #432 showed another deadline than the one that counted."""
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=1)
    answer = story.case.running_clock("answer")
    assert answer is not None
    assert row_of(story.case).due_at == answer.due_at == local("2024-03-18 17:00")
    assert row_of(story.case).next_wakeup == local("2024-03-05 17:00")


def test_digit_925_the_reopening_window_is_policy_and_not_code() -> None:
    """DIGIT #925: the window was fixed to an hour in the code."""
    pack = law().book.get("classic")
    window = pack.reopening.model_copy(update={"window": Limit(amount=30, unit="working_day")})
    longer = replace(
        law(), book=PolicyBook([pack.model_copy(update={"reopening": window, "valid_to": None})])
    )
    story = replace(closed(), law=longer).at("2024-04-12 09:00")
    given(closed().at("2024-04-12 09:00")).when("reopen", REPORTER, reason="Chưa").refused(
        "window_over"
    )
    given(story).when("reopen", REPORTER, reason="Chưa").then("CaseReopened", "ClockStarted")


def test_zammad_4348_a_second_reminder_on_the_same_day_is_not_swallowed() -> None:
    """zammad #4348: one reminder a day was all the schedule could remember."""
    story = received().does("set_severity", INTAKE, severity="hot_spot", reason="Đông")
    story = story.to_due().to_due().to_due()  # at the top, at 20:00
    story = story.until("2024-03-05 23:59")
    tops = [event for event in story.history if event.type == "TopRungReminder"]
    times = [event.occurred_at.astimezone(local("2024-03-05 00:00").tzinfo) for event in tops]
    assert [at.hour for at in times if at.day == 5] == [0, 4, 8, 12, 16, 20]
    assert len({event.body.model_dump()["firing"] for event in tops}) == len(tops)


def test_zammad_5841_what_a_firing_writes_does_not_fire_it_again() -> None:
    """zammad #5841: a trigger ran twice because of its own write."""
    once = in_progress().until("2024-03-18 17:00")
    given(once).woken().then_nothing()
    firings = _firings(once)
    assert len(set(firings)) == len(firings) == 3


def test_zammad_390_a_deadline_explains_itself() -> None:
    """zammad #390: nobody understood why 48 hours became six days."""
    story = received(at="2024-04-26 09:00")
    ledger = story.case.clocks[0].ledger
    lines = [line.text for line in trace(ledger, VN)]
    assert story.case.due_at == local("2024-05-03 17:00")
    assert any("first day not counted" in line for line in lines)
    assert sum("holiday" in line or "day off" in line for line in lines) >= 2
    assert "2 of 2" in " ".join(lines)


def test_flowable_2354_3913_any_wake_up_after_an_outage_fires_what_is_due() -> None:
    """flowable #2354, #3913: a timer locked by a dead node never fired."""
    story = in_progress().at("2025-01-06 09:00")
    given(story).woken().is_now(accountable=DISTRICT, late=True)
    by_command = given(story).when("note", OFFICER, text="Có ai không?")
    by_command.is_now(accountable=DISTRICT, late=True)


def test_camunda_3713_a_fired_timer_does_not_fire_again_from_a_rebuilt_state() -> None:
    """camunda-bpm-platform #3713: a fired timer fired again after a migration."""
    story = in_progress().until("2024-03-18 17:00")
    rebuilt = fold(story.case.case_id, story.history)
    assert rebuilt is not None
    given(replace(story, case=rebuilt)).woken().then_nothing()
    assert agenda(rebuilt) == agenda(story.case)


# -- escalation ------------------------------------------------------------------------------


def test_digit_newest_100_every_case_has_a_wake_up_of_its_own() -> None:
    """DIGIT's scan reads the newest 100 cases per status over all tenants: old ones starve."""
    cases = [received(case_id=f"case-{n}") for n in range(120)]
    woken = [story.to_due() for story in cases]
    assert all(row_of(story.case).next_wakeup is not None for story in cases)
    assert {story.case.accountable for story in woken} == {DISTRICT}


def test_digit_no_supervisor_a_rung_without_a_body_is_passed_over() -> None:
    """In DIGIT a case whose supervisor is missing is skipped, so it never escalates."""
    story = received(unit="26999").to_due()
    assert (story.case.rung, story.case.accountable) == ("province", PROVINCE)


def test_digit_no_supervisor_at_the_top_the_leadership_is_reminded() -> None:
    """The same, where there is nobody above at all."""
    story = at_the_top()
    upcoming = agenda(story.case)
    assert upcoming is not None
    story = story.until(upcoming.at)
    assert story.names()[-1] == "TopRungReminder"


def test_digit_three_writes_the_level_the_event_and_the_state_are_one_decision() -> None:
    """DIGIT writes level, event and workflow state in three steps; a crash leaves them apart."""
    outcome = given(in_progress().at("2024-03-18 17:00")).woken()
    assert outcome.story.case == outcome.case
    row = row_of(outcome.case)
    assert (row.rung, row.accountable, row.version) == (
        "district",
        DISTRICT,
        len(outcome.story.history),
    )
    assert [type(value) for value in (row.due_at, row.next_wakeup)] == [datetime, datetime]


def test_digit_three_writes_the_lead_of_a_case_that_climbs_stays_on_record() -> None:
    """Nothing of the lower rung's work is lost when a case climbs."""
    story = assigned().to_due()
    assert (story.case.lead, story.case.held_by) == (COMMUNE, (COMMUNE,))
