"""What is reported as allowed is what `decide` does: one rule book, asked in two ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.actor import Actor
from domain.allowed import allowed
from domain.commands import COMMANDS
from domain.rejection import Rejection
from tests.domain.actions import ACTORS, JUMPS, PARAMS
from tests.domain.given import (
    AN,
    INTAKE,
    OFFICER,
    Story,
    accepted,
    answered,
    assigned,
    closed,
    drafted,
    escalated,
    given,
    in_progress,
    informed,
    received,
)
from tests.domain.town import NEIGHBOUR

#: Refusals that do not depend on the parameters.
ADMISSION = {"not_permitted", "out_of_scope", "not_accountable", "wrong_state"}
#: A command on two cases is refused also by how the actor stands to the other one.
ON_TWO = {"merge", "link"}
STAGES = st.sampled_from(
    [received, accepted, assigned, in_progress, drafted, answered, informed, closed, escalated]
)
#: People: the clock gives no command on two cases, and asks nobody what it may do.
WHO = st.one_of(
    ACTORS.filter(lambda actor: actor != "system"),
    st.sampled_from([INTAKE, f"{OFFICER}#{AN}", f"{OFFICER}#binh"]),
)


def asked(story: Story, by: str) -> dict[str, Rejection | None]:
    return dict(allowed(story.case, Actor.parse(by), story.law.of(story.case, story.now)))


@settings(max_examples=300, deadline=None)
@for_all(stage=STAGES, by=WHO, span=st.one_of(st.just(timedelta()), JUMPS), data=st.data())
def test_a_command_is_refused_for_who_or_where_exactly_when_it_is_not_reported_as_allowed(
    stage: Callable[[], Story], by: str, span: timedelta, data: st.DataObject
) -> None:
    story = stage()
    story = story.at(story.now + span).beside(replace(story, case=replace(story.case, case_id="x")))
    command = data.draw(st.sampled_from(sorted(COMMANDS)))
    params = data.draw(PARAMS[command])
    if command in ON_TWO:
        params = {**params, "into" if command == "merge" else "to": "x"}
    said = asked(story, by)
    refusal = story.when(command, by, **params).decision.rejection
    code = refusal.code if refusal else None
    if said[command] is None:
        assert code not in ADMISSION, refusal
    else:
        assert refusal == said[command]
    assert set(said) == set(COMMANDS)


def test_what_was_due_before_counts() -> None:
    story = in_progress()
    assert asked(story, "leader@unit:26734")["extend"] is None
    late = story.later(days=40)
    refusal = asked(late, "leader@unit:26734")["extend"]
    assert refusal is not None
    assert refusal.code == "not_accountable"
    given(late).when("extend", "leader@unit:26734", days=1, reason="Mưa").refused(refusal.code)


def test_who_was_asked_may_give_input_and_nobody_else() -> None:
    story = in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=3)
    assert asked(story, f"case_officer@{NEIGHBOUR}")["give_input"] is None
    refusal = asked(story, OFFICER)["give_input"]
    assert refusal is not None
    assert refusal.code == "wrong_state"
