"""What a case was between two moments, told as specifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

from hypothesis import Phase, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.actor import Actor
from domain.events import CaseRedirected, Event, IdentityDisclosed, ReceiptReplaced
from domain.evolve import fold
from domain.period import STILL, TIMED, CasePeriod
from domain.periods import Told, follow, periods
from domain.project import row_of
from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    REPORTER,
    START,
    Story,
    accepted,
    answered,
    assigned,
    at_the_top,
    closed,
    escalated,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.lives import season
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, PROVINCE

HOUR = 3600
#: A smaller seed is no simpler season: there is nothing to shrink.
SEASONS = settings(max_examples=30, phases=[Phase.explicit, Phase.generate])


def told(history: Sequence[Event], case_id: str = "case-1") -> list[CasePeriod]:
    """The periods of a case whose events were written down an hour after they happened."""
    seen: Told | None = None
    stood = []
    for event in history:
        seen = follow(case_id, seen, event, event.occurred_at + timedelta(hours=1))
        stood.append(seen)
    return list(periods(stood))


def last(story: Story) -> CasePeriod:
    return told(story.history)[-1]


# -- periods ---------------------------------------------------------------------------------


def test_what_happens_at_one_moment_is_one_period_and_the_last_one_lasts() -> None:
    story = received().later(hours=1).does("accept", INTAKE).later(hours=2)
    story = story.does("note", OFFICER, text="Đã xem")
    found = told(story.history)
    assert (found[0].state, found[0].version) == ("received", 2)
    assert [p.valid_from for p in found] == [START + timedelta(hours=n) for n in (0, 1, 3)]
    assert [p.valid_to for p in found] == [*(p.valid_from for p in found[1:]), STILL]
    assert found[-1].known_at == found[-1].valid_from + timedelta(hours=1)


@SEASONS
@for_all(seed=st.integers(0, 10_000))
def test_at_every_moment_there_is_one_period_and_it_is_the_row_of_the_events_until_then(
    seed: int,
) -> None:
    for case_id, history in season(seed).items():
        found = told(history, case_id)
        assert [p.valid_from for p in found] == sorted({e.occurred_at for e in history})
        for period in found:
            until = [e for e in history if e.occurred_at <= period.valid_from]
            case = fold(case_id, until)
            assert case is not None
            row = row_of(case)
            assert {name: getattr(period, name) for name in row.__slots__} == {
                name: getattr(row, name) for name in row.__slots__
            }


@SEASONS
@for_all(seed=st.integers(0, 10_000))
def test_nothing_takes_less_than_no_time_and_whoever_was_judged_has_a_body(seed: int) -> None:
    for case_id, history in season(seed).items():
        for period in told(history, case_id):
            for stage in ("accept", "assign", "answer", "inform", "whole"):
                took = getattr(period, f"took_{stage}")
                assert took is None or took >= 0
                if stage != "whole" and took is not None:
                    assert getattr(period, f"{stage}_body")
            late = {getattr(period, f"{stage}_verdict") == "missed" for stage in TIMED}
            assert period.late == (True in late)


# -- how long stages took --------------------------------------------------------------------


def test_each_stage_takes_from_the_end_of_the_one_before_it() -> None:
    story = received().later(hours=1).does("accept", INTAKE)
    story = story.later(hours=2).does("assign", INTAKE, lead=COMMUNE).later(hours=3)
    story = story.does("draft_response", OFFICER, text="Đã xử lý", act="Vá")
    story = story.does("approve_response", LEADER).later(hours=4).does("inform", OFFICER)
    found = last(story.later(hours=5).does("close", OFFICER, outcome="explained"))
    took = found.took_accept, found.took_assign, found.took_answer, found.took_inform
    assert took == (HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR)
    assert found.took_whole == 15 * HOUR


def test_work_that_was_given_back_took_from_its_first_assignment() -> None:
    story = assigned().later(hours=1).does("return", OFFICER, reason="Không đúng địa bàn")
    story = story.later(hours=1).does("assign", INTAKE, lead=COMMUNE)
    assert last(story).assigned_at == START.astimezone(UTC)


def test_opening_a_case_again_takes_its_answer_back() -> None:
    story = closed().later(hours=1).does("reopen", REPORTER, reason="Vẫn còn hỏng")
    found = last(story)
    assert (found.answered_at, found.took_answer, found.took_whole) == (None, None, None)
    assert found.answer_verdict is None
    assert last(closed()).answer_verdict == "met"


def test_who_was_turned_away_waits_for_word_since_then() -> None:
    story = accepted().later(hours=1).does("redirect", INTAKE, to=AGENCY, reason="Đường tỉnh")
    assert story.history[-2].body == CaseRedirected(to=AGENCY, reason="Đường tỉnh")
    found = last(story.later(hours=2).does("inform", INTAKE))
    assert (found.took_inform, found.took_answer, found.answer_verdict) == (2 * HOUR, None, None)


def test_a_case_that_was_taken_back_has_no_whole() -> None:
    assert last(received().later(hours=2).does("withdraw", REPORTER)).took_whole is None


def test_unmerging_restores_the_stages() -> None:
    before = in_progress()
    other = received(case_id="case-2")
    merged = before.later(hours=1).beside(other).does("merge", INTAKE, into="case-2", reason="Một")
    apart = merged.later(hours=1).beside(other).does("unmerge", INTAKE, reason="Hai việc")
    assert last(apart).took_assign == last(before).took_assign == 0
    assert last(merged).state == "merged"


# -- clocks ----------------------------------------------------------------------------------


def test_a_clock_is_met_missed_or_not_judged_yet() -> None:
    running = last(in_progress())
    assert (running.answer_verdict, running.answer_body) == (None, COMMUNE)
    assert running.answer_due_at == in_progress().case.due_at
    assert last(answered()).answer_verdict == "met"
    assert last(received().to_due()).accept_verdict == "missed"


def test_a_late_answer_is_of_the_body_whose_clock_ran_out_first() -> None:
    story = escalated().does("draft_response", of(DISTRICT), text="Đã xử lý")
    found = last(story.does("approve_response", of(DISTRICT)))
    assert (found.accountable, found.answer_body) == (DISTRICT, COMMUNE)
    assert found.answer_verdict == "missed"


def test_who_submits_upward_in_time_has_not_missed_anything() -> None:
    found = last(in_progress().does("escalate", OFFICER, reason="Vượt thẩm quyền"))
    assert (found.answer_verdict, found.answer_body) == (None, DISTRICT)


def test_a_paused_clock_and_a_clock_given_up_are_due_at_no_time() -> None:
    paused = in_progress().does("pause", OFFICER, waiting_for="Dân", reason="Chờ")
    assert last(paused).answer_due_at is None
    assert last(in_progress().does("withdraw", REPORTER)).answer_due_at is None


# -- escalations -----------------------------------------------------------------------------


def test_an_escalation_waits_until_somebody_of_that_body_acts() -> None:
    story = escalated()
    assert last(story).escalated_to == DISTRICT
    lower = story.later(hours=1).does("note", OFFICER, text="Đã nhắc")
    assert last(lower).escalated_to == DISTRICT
    acted = lower.does("note", of(DISTRICT), text="Đã xem")
    assert (last(acted).escalated_to, last(acted).escalated_at) == (None, None)


def test_to_see_to_the_reporters_papers_is_not_acting() -> None:
    story, who = escalated(), Actor("leader", DISTRICT)
    for body in (IdentityDisclosed(to="x", basis="y"), ReceiptReplaced(number=1, basis="y")):
        seen = Event(story.now, who, body)
        assert told([*story.history, seen])[-1].escalated_to == DISTRICT


def test_the_newest_escalation_is_the_one_that_waits() -> None:
    assert last(at_the_top()).escalated_to == PROVINCE


def test_what_has_ended_waits_for_nobody() -> None:
    assert last(escalated().does("withdraw", REPORTER)).escalated_to is None
    assert last(informed()).escalated_to is None
