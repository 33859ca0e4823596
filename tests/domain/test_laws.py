"""Laws that hold for every life of a case, whatever its people do and whenever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.access import GRANTS
from domain.agenda import agenda
from domain.evolve import fold
from domain.ledger import Pause, after
from domain.project import row_of
from tests.domain.actions import EDITS, JUMPS, PARAMS
from tests.domain.given import Story, accepted, assigned, drafted, in_progress, of, received
from tests.domain.town import COMMUNE, law, local

VN = law().calendars["vn"]
SOON = timedelta(minutes=30)
#: Each stage, and what it may be raised to; all with a running clock.
STAGES = st.sampled_from([received, accepted, assigned, in_progress, drafted])
GRAVITY = ["normal", "attention", "complex", "hot_spot"]
SMALL = settings(max_examples=40, deadline=None)

Step = tuple[timedelta, str, dict[str, Any]]


def _steps(commands: st.SearchStrategy[str], spans: st.SearchStrategy[timedelta]) -> Any:
    """Time that passes, and then a command with its parameters."""
    return st.lists(
        commands.flatmap(lambda name: st.tuples(spans, st.just(name), PARAMS[name])), max_size=8
    )


def _by(story: Story, command: str) -> str:
    """Somebody of the accountable body whose role allows the command."""
    roles = GRANTS[command].roles
    return of(story.case.accountable, "leader" if "leader" in roles else "intake_officer")


def _lived(story: Story, steps: list[Step]) -> Story:
    """The story after steps of which some are refused, woken punctually on the way."""
    for span, command, params in steps:
        story = story.until(story.now + span)
        story = story.when(command, _by(story, command), **params).story
    return story


LIVES = st.builds(
    _lived,
    STAGES.flatmap(
        lambda stage: st.sampled_from(["2024-03-04 08:00", "2025-06-23 08:00"]).map(
            lambda at: stage(at=at)
        )
    ),
    _steps(st.sampled_from(sorted(set(PARAMS) - {"merge", "unmerge", "link"})), JUMPS),
)


@SMALL
@for_all(
    stage=STAGES,
    severity=st.sampled_from(GRAVITY),
    steps=_steps(st.sampled_from(EDITS), st.just(SOON / 5)),
)
def test_edits_never_move_a_due_time(
    stage: Callable[[], Story], severity: str, steps: list[Step]
) -> None:
    story = stage()
    story = story.does("set_severity", of(COMMUNE), severity=severity, reason="Theo việc")
    if story.case.state == "accepted":
        steps = [step for step in steps if step[1] != "assign"]
    other = received(case_id="case-2")
    before = story.case.due_at, [clock.due_at for clock in story.case.running]
    for span, command, params in steps:
        story = story.later(minutes=span.total_seconds() / 60)
        story = story.beside(other).when(command, _by(story, command), **params).story
        assert (story.case.due_at, [clock.due_at for clock in story.case.running]) == before


@SMALL
@for_all(LIVES)
def test_one_body_in_force_is_accountable_at_every_moment(story: Story) -> None:
    accountable = None
    for at in range(1, len(story.history) + 1):
        case, last = fold("case-1", story.history[:at]), story.history[at - 1]
        assert case is not None
        if last.type in {"CaseReported", "CaseEscalated", "JurisdictionChanged"}:
            accountable = case.accountable
        assert case.accountable == accountable
        day = last.occurred_at.astimezone(VN.zone).date()
        assert not case.open or law().directory.body(accountable, day) is not None


@SMALL
@for_all(LIVES)
def test_folding_the_events_gives_the_state_and_its_row(story: Story) -> None:
    folded = fold("case-1", story.history)
    assert folded == story.case
    assert folded is not None
    assert row_of(folded) == row_of(story.case)
    half = len(story.history) // 2
    first = fold("case-1", story.history[:half])
    assert fold("case-1", story.history[half:], first) == story.case


@SMALL
@for_all(LIVES, JUMPS)
def test_after_a_wake_up_what_comes_next_is_in_the_future(story: Story, span: timedelta) -> None:
    late = story.at(story.now + span).woken().story
    upcoming = agenda(late.case)
    assert upcoming is None or upcoming.at > late.now
    assert late.woken().decision.events == ()


@SMALL
@for_all(LIVES, JUMPS)
def test_time_never_runs_backwards_on_a_case(story: Story, span: timedelta) -> None:
    times = [event.occurred_at for event in story.history]
    assert times == sorted(times)
    noted = story.at(story.now - span).when("note", _by(story, "note"), text="Sớm hơn").story
    assert noted.case.last_at >= story.case.last_at


# -- pauses ----------------------------------------------------------------------------------

HOURS = st.integers(0, 60).map(lambda n: timedelta(hours=n, minutes=7))


def _rested(story: Story, rests: list[tuple[timedelta, timedelta]]) -> tuple[Story, list[Pause]]:
    """The story after pauses, as long as the clock had time left for each."""
    taken = []
    for runs, rests_for in rests:
        begins = story.now + runs
        if story.case.due_at is None or begins >= story.case.due_at:
            break
        story = story.until(begins)
        story = story.does("pause", of(COMMUNE), waiting_for="reporter", reason="Chờ")
        assert (story.case.paused, story.case.due_at) == (True, None)
        story = story.until(begins + rests_for).does("resume", of(COMMUNE))
        taken.append(Pause(start=begins, end=begins + rests_for))
    return story, taken


@SMALL
@for_all(
    severity=st.sampled_from(["normal", "hot_spot"]),
    rests=st.lists(st.tuples(HOURS, HOURS), max_size=5),
)
def test_pauses_in_any_sequence_count_as_the_law_says(
    severity: str, rests: list[tuple[timedelta, timedelta]]
) -> None:
    story = received().does("set_severity", of(COMMUNE), severity=severity, reason="Theo việc")
    story = story.does("accept", of(COMMUNE)).does("assign", of(COMMUNE), lead=COMMUNE)
    answer = story.case.running_clock("answer")
    assert answer is not None
    term = answer.ledger.terms[0]
    rested, taken = _rested(story, rests)
    assert not rested.case.late
    assert rested.case.due_at == after(term.start, term.amount, term.unit, VN, taken)


@SMALL
@for_all(rests=st.lists(st.tuples(HOURS, HOURS), max_size=4), raised=st.sampled_from(GRAVITY[1:]))
def test_no_pause_is_lost_when_the_rule_changes(
    rests: list[tuple[timedelta, timedelta]], raised: str
) -> None:
    story, taken = _rested(assigned(), rests)
    due = story.case.due_at
    story = story.does("set_severity", of(COMMUNE), severity=raised, reason="Khó")
    clock = story.case.running_clock("answer")
    assert clock is not None
    assert list(clock.ledger.pauses) == taken
    assert raised == "hot_spot" or story.case.due_at == due


# -- severity --------------------------------------------------------------------------------


@SMALL
@for_all(
    stage=STAGES,
    steps=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(GRAVITY)), max_size=6),
)
def test_raised_never_gives_more_time_and_lowered_leaves_it(
    stage: Callable[[], Story], steps: list[tuple[int, str]]
) -> None:
    story = stage()
    for minutes, severity in steps:
        before, old = story.case.due_at, story.case.severity
        assert before is not None
        story = story.later(minutes=minutes)
        story = story.does("set_severity", of(COMMUNE), severity=severity, reason="Theo việc")
        due = story.case.due_at
        assert due is not None
        if GRAVITY.index(severity) > GRAVITY.index(old):
            assert due <= before
        else:
            assert due == before


@SMALL
@for_all(days=st.integers(1, 5), runs=st.integers(0, 13))
def test_an_extension_adds_its_working_days_whenever_it_is_given(days: int, runs: int) -> None:
    story = in_progress().until(local("2024-03-04 09:00") + timedelta(days=runs))
    extended = story.does("extend", of(COMMUNE), days=days, reason="Mưa")
    start: datetime = local("2024-03-04 08:00")
    assert extended.case.due_at == after(start, 10 + days, "working_day", VN)
