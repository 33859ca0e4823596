"""What all commands share: which check comes first, and who is refused whatever is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.access import GRANTS
from domain.commands import COMMANDS
from tests.domain.given import (
    INTAKE,
    LEADER,
    OFFICER,
    Story,
    answered,
    assigned,
    closed,
    escalated,
    given,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.town import COMMUNE, NEIGHBOUR, local

#: Commands that cannot do without a parameter, and the first that is missed.
REQUIRED = {
    name: next(field for field, info in spec.params.model_fields.items() if info.is_required())
    for name, spec in COMMANDS.items()
    if any(info.is_required() for info in spec.params.model_fields.values())
}

#: Each story fails every check from the one it is named after on, and no earlier one.
LADDER_OF_CHECKS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("unknown_command", "burn", f"auditor@{NEIGHBOUR}", {}),
    ("not_permitted", "extend", "case_officer@unit:26737~2025", {"days": 99}),
    ("out_of_scope", "extend", of("unit:26737~2025"), {"days": 99}),
    ("out_of_scope", "extend", of("unit:00001"), {"days": 99}),
    ("not_accountable", "extend", of(COMMUNE), {"days": 99}),
    ("wrong_state", "accept", of("unit:760"), {"days": 99}),
    ("invalid", "extend", of("unit:760"), {"days": 99, "reason": "Mưa"}),
]


def _extended() -> Story:
    return escalated().does("extend", of("unit:760"), days=1, reason="Mưa")


@pytest.mark.parametrize(("code", "command", "by", "params"), LADDER_OF_CHECKS)
def test_the_first_check_that_fails_names_the_refusal(
    code: str, command: str, by: str, params: dict[str, Any]
) -> None:
    param = "days" if code == "invalid" else None
    given(_extended()).when(command, by, **params).refused(code, param)


def test_the_gates_come_last() -> None:
    given(_extended()).when("extend", of("unit:760"), days=1, reason="Mưa").refused(
        "extension_used"
    )


@pytest.mark.parametrize(
    ("story", "command", "by"),
    [
        (in_progress, "resume", OFFICER),
        (in_progress, "return_response", LEADER),
        (in_progress, "give_input", OFFICER),
    ],
)
def test_what_stands_in_the_way_is_named_before_what_was_asked_wrongly(
    story: Any, command: str, by: str
) -> None:
    given(story()).when(command, by, nonsense=1).refused("wrong_state")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_parameters_it_does_not_know(command: str) -> None:
    params = COMMANDS[command].params
    assert params.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("command", REQUIRED)
def test_every_command_names_the_parameter_it_misses(command: str) -> None:
    stories = {
        "unmerge": received().beside(received(case_id="case-2")),
        "feedback": informed(),
        "reopen": closed(),
        "return_response": in_progress().does("draft_response", OFFICER, text="Xong"),
        "close": informed(),
        "give_input": in_progress().does("request_input", OFFICER, body=NEIGHBOUR, days=2),
        "decline": received(),
        "redirect": received(),
    }
    story = stories.get(command, in_progress())
    if command == "unmerge":
        story = story.does("merge", INTAKE, into="case-2", reason="Trùng")
    body = NEIGHBOUR if command == "give_input" else COMMUNE
    grant = GRANTS[command]
    role = next(role for role in sorted(grant.roles - grant.own) if role != "reporter")
    given(story).when(command, of(body, role)).refused("invalid", REQUIRED[command])


def test_an_actor_of_a_body_that_never_was_is_a_mistake_of_the_caller() -> None:
    given(received()).when("accept", of("unit:99999")).refused("invalid", "as")


def test_a_command_at_the_very_end_of_a_term_is_in_time() -> None:
    story = received().at("2024-03-06 17:00")
    given(story).when("accept", INTAKE).is_now(accountable=COMMUNE, late=False)


def test_what_was_due_happens_before_a_command_even_when_the_command_is_refused() -> None:
    story = received().at("2024-03-06 17:00:01")
    outcome = given(story).when("decline", INTAKE, basis="NĐ 1", reason="Không")
    outcome.refused("not_accountable")
    assert [event.type for event in outcome.decision.events] == [
        "DeadlineMissed",
        "ClockStopped",
        "CaseEscalated",
        "ClockStarted",
    ]
    assert {str(event.actor) for event in outcome.decision.events} == {"system"}


def test_a_refused_command_leaves_nothing_behind() -> None:
    story = answered()
    outcome = given(story).when("close", OFFICER, outcome="solved_unconfirmed")
    outcome.refused("not_informed")
    assert (outcome.case, outcome.decision.events) == (story.case, ())


def test_events_name_who_gave_the_command() -> None:
    outcome = given(assigned()).when("take", f"{OFFICER}#canbo7")
    assert [str(event.actor) for event in outcome.decision.events] == [f"{OFFICER}#canbo7"]


def test_an_officer_may_write_the_body_by_the_code_of_its_unit() -> None:
    story = received(unit="26737", at="2025-07-02 08:00")
    outcome = given(story).when("accept", "leader@unit:26737")
    assert str(outcome.decision.events[0].actor) == "leader@unit:26737~2025"


# -- the end of the calendar -----------------------------------------------------------------


def test_a_command_beyond_the_calendar_is_refused_and_says_what_to_do() -> None:
    story = received(unit="26999", at="2030-12-26 08:00").does("accept", of("unit:26999"))
    outcome = given(story).when("assign", of("unit:26999"), lead="unit:26999")
    outcome.refused("calendar_ends")
    assert "calendar" in str(outcome.decision.rejection)
    assert outcome.case == story.case


def test_what_is_due_beyond_the_calendar_refuses_the_command_and_happens_later() -> None:
    story = received(unit="26999", at="2030-12-26 08:00")
    due = story.case.due_at
    assert due is not None
    assert due.date() <= date(2030, 12, 31)
    outcome = given(story.at(local("2030-12-31 08:00"))).when(
        "note", "leader@unit:26999", text="Đã xem"
    )
    outcome.refused("calendar_ends")
    assert outcome.decision.events == ()
