"""Who may do what: every role and every relation of a body to a case, in two tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.access import GRANTS, permits, relations
from domain.actor import ROLES, SYSTEM, Actor
from domain.commands import COMMANDS
from tests.domain.given import INTAKE, escalated, given, in_progress, of, received
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE

#: A case with the district that the commune led and lost; one body helps, another was asked.
CASE = replace(
    escalated().does("request_input", of(DISTRICT), body=AGENCY, days=3).case,
    coordinating=(NEIGHBOUR,),
    lead="unit:01",
)
ABOVE = frozenset({PROVINCE})
NONE = frozenset[str]()
BODIES = {
    "accountable": DISTRICT,
    "lower": COMMUNE,
    "lead": "unit:01",
    "coordinating": NEIGHBOUR,
    "asked": AGENCY,
    "above": PROVINCE,
}

#: Which roles may give a command at all. r reporter, i intake officer, c case officer, l leader,
#: k collaborator. Auditors, administrators and integrations command nothing.
ROLES_OF = {
    "accept": "il",
    "decline": "il",
    "redirect": "il",
    "classify": "icl",
    "set_severity": "icl",
    "merge": "il",
    "unmerge": "il",
    "link": "icl",
    "assign": "il",
    "take": "cl",
    "return": "cl",
    "hand_over": "l",
    "request_input": "icl",
    "give_input": "iclk",
    "instruct": "l",
    "note": "iclk",
    "attach_evidence": "iclk",
    "supplement": "rik",
    "extend": "l",
    "pause": "icl",
    "resume": "icl",
    "escalate": "icl",
    "draft_response": "icl",
    "approve_response": "l",
    "return_response": "l",
    "inform": "icl",
    "feedback": "ri",
    "reopen": "ril",
    "withdraw": "ri",
    "close": "icl",
}
LETTERS = {
    "reporter": "r",
    "intake_officer": "i",
    "case_officer": "c",
    "leader": "l",
    "collaborator": "k",
}

#: Which bodies may; every command that is not here is for the accountable body alone.
BODIES_OF = {
    "accept": {"accountable", "lower"},
    "take": {"accountable", "lower", "lead"},
    "return": {"accountable", "lower", "lead"},
    "hand_over": {"accountable", "lower", "lead"},
    "request_input": {"accountable", "lead"},
    "give_input": {"accountable", "lower", "lead", "coordinating", "asked"},
    "instruct": {"accountable", "above"},
    "note": set(BODIES),
    "attach_evidence": {"accountable", "lower", "lead", "coordinating", "asked"},
    "draft_response": {"accountable", "lower", "lead", "coordinating"},
}


def _code(role: str, body: str | None, command: str) -> str | None:
    refusal = permits(Actor(role, body), command, CASE, ABOVE, NONE)
    return refusal.code if refusal else None


def _some_role(command: str) -> str:
    grant = GRANTS[command]
    return next(role for role in sorted(grant.roles - grant.own) if role != "reporter")


def test_the_tables_know_every_command() -> None:
    assert set(ROLES_OF) == set(COMMANDS) == set(GRANTS)


@pytest.mark.parametrize("command", ROLES_OF)
def test_each_command_has_its_roles_and_no_others(command: str) -> None:
    allowed = {role for role in (*ROLES, "reporter") if _code(role, DISTRICT, command) is None}
    assert "".join(sorted(LETTERS.get(role, "?") for role in allowed)) == "".join(
        sorted(ROLES_OF[command])
    )


@pytest.mark.parametrize("command", ROLES_OF)
def test_each_command_has_its_bodies_and_no_others(command: str) -> None:
    codes = {name: _code(_some_role(command), body, command) for name, body in BODIES.items()}
    allowed = BODIES_OF.get(command, {"accountable"})
    assert codes == {name: None if name in allowed else "not_accountable" for name in BODIES}


@pytest.mark.parametrize("command", ROLES_OF)
def test_a_body_without_part_in_the_case_may_do_nothing(command: str) -> None:
    assert _code(_some_role(command), "unit:26740", command) == "out_of_scope"
    assert _code(_some_role(command), None, command) == "out_of_scope"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_is_not_written_down_is_not_allowed(role: str) -> None:
    refusal = permits(Actor(role, DISTRICT), "burn", CASE, ABOVE, NONE)
    assert refusal is not None
    assert refusal.code == "not_permitted"


def test_the_reporter_needs_no_body_for_what_is_the_reporters() -> None:
    assert _code("reporter", None, "supplement") is None
    assert _code("reporter", None, "close") == "not_permitted"


def test_the_clock_may_do_what_nobody_else_does() -> None:
    assert permits(SYSTEM, "inform", CASE, ABOVE, NONE) is None


def test_a_body_stands_to_a_case_in_every_way_that_holds() -> None:
    case = replace(CASE, lead=DISTRICT, coordinating=(DISTRICT,))
    assert relations(case, DISTRICT, ABOVE) == {"accountable", "lead", "coordinating"}


def test_a_body_the_case_has_climbed_past_is_lower_whatever_it_leads() -> None:
    case = replace(CASE, lead=COMMUNE, coordinating=(COMMUNE,))
    assert relations(case, COMMUNE, ABOVE) == {"lower"}


def test_a_body_that_has_the_case_again_is_accountable() -> None:
    case = replace(CASE, accountable=COMMUNE)
    assert "accountable" in relations(case, COMMUNE, ABOVE)


@pytest.mark.parametrize(("subject", "code"), [("an", None), ("binh", "not_permitted")])
def test_who_has_the_case_may_hand_it_over_and_no_other_officer(
    subject: str, code: str | None
) -> None:
    case, actor = replace(CASE, assignee="an"), Actor("case_officer", DISTRICT, subject)
    refusal = permits(actor, "hand_over", case, ABOVE, NONE)
    assert (refusal.code if refusal else None) == code
    nobodys = replace(CASE, assignee=None)
    assert permits(Actor("case_officer", DISTRICT), "hand_over", nobodys, ABOVE, NONE) is not None


# -- the body a case is about ----------------------------------------------------------------


@pytest.mark.parametrize("command", ROLES_OF)
@pytest.mark.parametrize("relation", BODIES)
def test_nobody_handles_a_case_about_their_own_body(command: str, relation: str) -> None:
    about = frozenset({BODIES[relation]})
    refusal = permits(Actor(_some_role(command), BODIES[relation]), command, CASE, ABOVE, about)
    assert refusal is not None
    assert refusal.code == "out_of_scope"


def test_a_report_about_the_commune_is_out_of_its_reach_from_the_start() -> None:
    story = received(about_body=COMMUNE)
    assert story.case.accountable == DISTRICT
    given(story).when("note", INTAKE, text="Tôi xem").refused("out_of_scope")


def test_a_report_about_the_district_never_comes_to_it() -> None:
    story = in_progress(about_body=DISTRICT).to_due()
    assert story.case.accountable == PROVINCE
    given(story).when("note", of(DISTRICT), text="Tôi xem").refused("out_of_scope")
