"""Who sees which case: the words of a scope, each role's reach, and that it fits the commands."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from domain.access import GRANTS, permits
from domain.actor import REPORTER, ROLES, SYSTEM, Actor
from domain.case import STATES, Case
from domain.directory import Body, Directory, UnitVersion
from domain.ladder import bodies_above, complained_about
from domain.project import row_from, row_of
from domain.row import CaseRow
from domain.scope import (
    AllOf,
    AnyOf,
    Before,
    Everything,
    Is,
    Meets,
    Mentions,
    Not,
    Nothing,
    OneOf,
    Scope,
    Since,
    Wanted,
    area,
    matches,
    one_with,
    scope_of,
    told_of,
)
from domain.words import words_of
from tests.domain.actions import BODIES
from tests.domain.given import Story, assigned, closed, escalated, in_progress, of, received
from tests.domain.town import (
    AGENCY,
    COMMUNE,
    DISTRICT,
    NEIGHBOUR,
    PROVINCE,
    REFORM,
    SPLIT,
    law,
    local,
)

BEFORE, AFTER = date(2024, 3, 4), date(2026, 1, 5)
OFFICERS = ("intake_officer", "case_officer", "leader")
HEIR = "unit:26737~2025"
ROW = row_of(assigned().case)


def sees(actor: str | Actor, case: Case | CaseRow, on: date = BEFORE) -> bool:
    who = Actor.parse(actor) if isinstance(actor, str) else actor
    row = case if isinstance(case, CaseRow) else row_of(case)
    return matches(scope_of(who, law().directory, on), row)


# -- the words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Everything(), True),
        (Nothing(), False),
        (AllOf(()), True),
        (AnyOf(()), False),
        (AllOf((Everything(), Nothing())), False),
        (AnyOf((Everything(), Nothing())), True),
        (Not(Nothing()), True),
        (Is("state", "assigned"), True),
        (Is("state", "closed"), False),
        (Is("open", value=True), True),
        (Is("late", value=True), False),
        (Is("about_body", None), True),
        (Is("lead", None), False),
        (OneOf("unit", frozenset({"26734", "79"})), True),
        (OneOf("unit", frozenset()), False),
        (OneOf("outcome", frozenset({"explained"})), False),
        (Meets("involved", frozenset({COMMUNE})), False),
        (Meets("involved", frozenset()), False),
        (Since("received_at", ROW.received_at), True),
        (Before("received_at", ROW.received_at), False),
        (Before("received_at", ROW.received_at + timedelta(microseconds=1)), True),
    ],
)
def test_each_word_means_what_it_says(scope: Scope, holds: bool) -> None:
    assert matches(scope, ROW) is holds
    assert matches(Not(scope), ROW) is not holds


@pytest.mark.parametrize("word", [Before, Since])
def test_a_time_that_is_not_set_is_neither_before_nor_after(word: Any) -> None:
    ended = row_of(closed().case)
    assert ended.due_at is None
    assert not matches(word("due_at", local("2024-03-04 08:00")), ended)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Is("nonsense", "x"), "no nonsense"),
        (lambda: Is("state; drop table event", "x"), "A case has no state; drop"),
        (lambda: Is("state", None), "no state that is None"),
        (lambda: Is("state", value=True), "no state that is True"),
        (lambda: Is("open", "yes"), "no open that is 'yes'"),
        (lambda: Is("version", value=True), "no version that is True"),
        (lambda: Is("state", "a\0"), "no state"),
        (lambda: Is("state", "\ud800"), "no state"),
        (lambda: Is("involved", COMMUNE), "no involved that is"),
        (lambda: OneOf("unit", frozenset({"a\0"})), "no unit"),
        (lambda: OneOf("open", frozenset({"x"})), "no open that is 'x'"),
        (lambda: Meets("unit", frozenset({"x"})), "several of unit"),
        (lambda: Meets("involved", frozenset({"\0"})), "no involved"),
        (lambda: Before("unit", local("2024-03-04 08:00")), "no time unit"),
        (lambda: Since("nonsense", local("2024-03-04 08:00")), "no time nonsense"),
        (lambda: Since("due_at", local("2024-03-04 08:00").replace(tzinfo=None)), "no offset"),
    ],
)
def test_a_question_that_no_case_can_answer_is_refused_where_it_is_asked(
    make: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_a_text_mentions_what_has_each_of_its_words() -> None:
    text = words_of("Ổ gà lớn trước cổng trường")
    assert matches(Mentions(words_of("CỔNG trường")), ROW, text)
    assert not matches(Mentions(words_of("cổng chợ")), ROW, text)
    assert matches(Not(Mentions(words_of("chợ"))), ROW, text)
    assert not matches(Mentions(words_of("chợ")), ROW, frozenset())
    nested = AllOf((AnyOf((Mentions(words_of("gà")), Nothing())), Not(Nothing())))
    assert matches(nested, ROW, text)


def test_whether_a_text_mentions_a_word_is_not_guessed_from_the_row() -> None:
    for scope in (Mentions(words_of("chợ")), Not(Mentions(words_of("chợ")))):
        with pytest.raises(ValueError, match="cannot be told from the row"):
            matches(scope, ROW)


@pytest.mark.parametrize("words", [(), ("Chợ",), ("cho lon",), ("a'b",), ("",), ("x" * 99,)])
def test_only_folded_words_are_searched_for(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="one word or more"):
        Mentions(frozenset(words))


def test_a_list_asks_for_words_like_for_anything_else() -> None:
    wanted = Wanted(mentioned=words_of("ổ gà"), open=True)
    assert matches(wanted.scope, ROW, words_of("Có ổ gà"))
    assert not matches(wanted.scope, ROW, words_of("Có ổ"))
    assert not matches(Wanted(mentioned=frozenset()).scope, ROW, words_of("Có ổ gà"))


# -- what a list asks for --------------------------------------------------------------------


NOW = ROW.received_at + timedelta(days=1)
assert ROW.due_at is not None
DUE = ROW.due_at


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        (Wanted(), True),
        (Wanted(states=frozenset({"assigned", "closed"})), True),
        (Wanted(states=frozenset()), False),
        (Wanted(states=frozenset({"closed", "withdrawn"})), False),
        (Wanted(rungs=frozenset({"commune"}), units=frozenset({"26734"})), True),
        (Wanted(rungs=frozenset({"district"}), units=frozenset({"26734"})), False),
        (Wanted(severities=frozenset({"hot_spot"})), False),
        (Wanted(categories=frozenset({"road"}), channels=frozenset({"web"})), True),
        (Wanted(accountable=frozenset({COMMUNE})), True),
        (Wanted(assignees=frozenset({"an"})), False),
        (Wanted(open=True, late=False, paused=False), True),
        (Wanted(open=False), False),
        (Wanted(overdue_at=NOW), False),
        (Wanted(overdue_at=NOW + timedelta(days=30)), True),
        (Wanted(overdue_at=DUE), True),
        (Wanted(overdue_at=DUE - timedelta(microseconds=1)), False),
        (Wanted(overdue_at=DUE, overdue=False), False),
        (Wanted(overdue_at=NOW, overdue=False), True),
        (Wanted(due_before=DUE), False),
        (Wanted(due_before=NOW), False),
        (Wanted(due_before=NOW + timedelta(days=30)), True),
        (Wanted(received_since=NOW), False),
        (Wanted(received_since=ROW.received_at, received_before=NOW), True),
        (Wanted(received_before=ROW.received_at), False),
    ],
)
def test_each_filter_narrows_the_list(wanted: Wanted, met: bool) -> None:
    row = replace(ROW, channel="web")
    assert matches(wanted.scope, row) is met


@draw(st.frozensets(st.sampled_from(STATES)), st.sampled_from(STATES), st.booleans())
def test_states_ask_for_nothing_but_states(
    states: frozenset[str], state: str, is_open: bool
) -> None:
    row = row_of(replace(assigned().case, state=state))
    assert matches(Wanted(states=states).scope, row) is (state in states)
    assert matches(Wanted(states=states, open=is_open).scope, row) is (
        state in states and row.open is is_open
    )


# -- who sees what ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", OFFICERS)
def test_officers_see_what_is_with_their_body_and_in_its_area(role: str) -> None:
    case = received().case
    assert sees(of(COMMUNE, role), case)
    assert sees(of(DISTRICT, role), case)
    assert sees(of(PROVINCE, role), case)
    for elsewhere in (NEIGHBOUR, SPLIT, "unit:01", "unit:00001", "unit:755"):
        assert not sees(of(elsewhere, role), case)


def test_a_body_sees_what_climbed_past_it_what_it_leads_helps_with_or_was_asked_about() -> None:
    climbed = escalated()
    asked = climbed.does("request_input", of(DISTRICT), body="unit:01", days=3)
    helped = climbed.does("assign", of(DISTRICT), lead="unit:00001", coordinating=[AGENCY])
    assert row_of(climbed.case).involved == (COMMUNE,)
    assert row_of(asked.case).involved == ("unit:01", COMMUNE)
    assert row_of(helped.case).involved == (AGENCY, "unit:00001", COMMUNE)
    outside = replace(climbed.case, unit="26999")
    assert sees(of(COMMUNE), outside)
    assert sees(of("unit:01"), asked.case)
    assert sees(of("unit:00001"), helped.case)
    assert sees(of(AGENCY), helped.case)
    assert not sees(of(AGENCY), climbed.case)
    assert not sees(of("unit:01"), climbed.case)


def test_an_agency_sees_its_own_cases_only_but_its_auditor_the_area() -> None:
    case = received().case
    assert not any(sees(of(AGENCY, role), case) for role in OFFICERS)
    assert all(sees(of(AGENCY, role), replace(case, accountable=AGENCY)) for role in OFFICERS)
    assert sees(of(AGENCY, "auditor"), case)


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_overseers_see_the_area_of_their_unit(role: str) -> None:
    case = received().case
    assert sees(of(PROVINCE, role), case)
    assert sees(of("party:79", role), case)
    assert sees(of(COMMUNE, role), case)
    assert not sees(of(NEIGHBOUR, role), replace(case, accountable=NEIGHBOUR))
    assert not sees(of("unit:01", role), case)


def test_only_the_system_sees_everything() -> None:
    assert scope_of(SYSTEM, law().directory, BEFORE) == Everything()


@pytest.mark.parametrize(
    "actor",
    [
        REPORTER,
        *(Actor(role) for role in sorted(ROLES)),
        *(Actor(role, "") for role in sorted(ROLES)),
        *(Actor(role, "unit:nowhere") for role in sorted(ROLES)),
        *(Actor(role, HEIR) for role in sorted(ROLES)),
        Actor("collaborator", COMMUNE),
        Actor("integration", PROVINCE),
        Actor("mayor", PROVINCE),
        Actor("", PROVINCE),
    ],
    ids=str,
)
def test_who_has_no_role_or_no_body_in_force_sees_nothing(actor: Actor) -> None:
    assert scope_of(actor, law().directory, BEFORE) == Nothing()


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("body", [COMMUNE, DISTRICT, PROVINCE])
def test_nobody_sees_a_case_about_their_own_body(role: str, body: str) -> None:
    case = replace(escalated().case, about_body=body, accountable=body, lead=body)
    assert not sees(of(body, role), case)


def test_a_case_about_a_commune_is_seen_above_it() -> None:
    case = received(about_body=COMMUNE).case
    assert not sees(of(COMMUNE), case)
    assert sees(of(DISTRICT), case)
    assert sees(of(PROVINCE, "auditor"), case)


# -- units and bodies that ceased --------------------------------------------------------------


def test_a_case_of_a_unit_that_ceased_stays_with_whoever_took_over() -> None:
    case = received().case
    assert not sees(of(COMMUNE), case, AFTER)
    assert sees(of(HEIR), case, AFTER)
    assert sees(of(PROVINCE), case, AFTER)
    assert not sees(of("unit:26740~2025"), case, AFTER)


def test_the_body_that_took_over_sees_the_case_before_and_after_it_was_moved() -> None:
    story = received(at="2025-06-30 08:00")
    assert sees(of(HEIR), story.case, AFTER)
    moved = story.until("2025-07-20 08:00")
    assert "JurisdictionChanged" in moved.names()
    assert moved.case.held_by or moved.case.accountable == HEIR
    assert sees(of(HEIR), moved.case, AFTER)


def test_what_was_split_belongs_to_the_province_of_both_parts_and_to_neither_part() -> None:
    case = received(unit="26740").case
    assert case.accountable == SPLIT
    assert sees(of(PROVINCE), case, AFTER)
    assert not sees(of(HEIR), case, AFTER)
    assert not sees(of("unit:26740~2025"), case, AFTER)


@pytest.mark.parametrize("role", [*OFFICERS, "auditor", "admin", "integration"])
@pytest.mark.parametrize("past", [COMMUNE, NEIGHBOUR, SPLIT, DISTRICT])
def test_whoever_took_the_place_of_a_body_sees_no_case_about_it(role: str, past: str) -> None:
    case = replace(escalated().case, about_body=past, accountable=HEIR, lead=HEIR)
    directory = law().directory
    row, other = row_of(case), row_of(replace(case, about_body=None))
    assert not matches(told_of(Actor(role, HEIR), directory, AFTER), row)
    assert matches(told_of(Actor(role, HEIR), directory, AFTER), other)
    assert matches(told_of(Actor(role, PROVINCE), directory, AFTER), row)


def test_the_heirs_of_a_body_are_one_with_it_and_nobody_else_is() -> None:
    directory = law().directory
    bodies = [f"{kind}:{unit}" for kind in ("unit", "party") for unit in _UNITS] + [AGENCY]
    for past in bodies:
        for body in bodies:
            if directory.body(body, AFTER) is not None:
                heirs = {heir.body_id for heir in directory.successors(past, AFTER)}
                mine = past in one_with(body, directory, AFTER)
                assert mine is (body in heirs or body == past), (body, past)
    assert one_with(HEIR, directory, BEFORE) == {HEIR}
    assert one_with("unit:nowhere", directory, AFTER) == {"unit:nowhere"}
    new = one_with("new:c", _chain(), date(2026, 1, 1))
    assert new == {"new:c", "old:c", "halved:c"}
    assert one_with("unit:c", _chain(), date(2026, 1, 1)) == {"unit:a", "unit:b", "unit:c"}


_UNITS = ("79", "01", "760", "755", "26734", "26740", "26737", "26737~2025", "26740~2025")


def test_an_area_holds_the_units_that_ended_in_it() -> None:
    directory = law().directory
    assert area(directory, "760", BEFORE) == {"760", "26734", "26737", "26740"}
    assert area(directory, "760", AFTER) == frozenset()
    assert area(directory, "26737~2025", AFTER) == {"26737~2025", "26734", "26737"}
    assert area(directory, "79", AFTER) >= {"26740", "760", "755", "26998", "26734"}
    assert "01" not in area(directory, "79", AFTER)
    assert area(directory, "79", BEFORE) >= {"760", "26734"}
    assert not area(directory, "79", BEFORE) & {"26737~2025", "26740~2025"}
    assert area(directory, "nowhere", AFTER) == frozenset()


def test_an_area_follows_chains_of_changes() -> None:
    directory = _chain()
    day = date(2026, 1, 1)
    assert area(directory, "c", day) == {"c", "b", "a"}
    assert area(directory, "b", date(2025, 1, 1)) == {"b", "a"}
    seen = scope_of(Actor("leader", "unit:c"), directory, day)
    assert matches(seen, replace(ROW, unit="elsewhere", accountable="unit:a"))
    assert matches(seen, replace(ROW, unit="elsewhere", involved=("unit:b",)))


def test_an_agency_takes_over_the_cases_of_the_one_it_replaced_alone() -> None:
    directory = _chain()
    row = replace(ROW, unit="elsewhere", accountable="old:c")
    for body, holds in (("new:c", True), ("other:c", False)):
        seen = scope_of(Actor("case_officer", body), directory, date(2026, 1, 1))
        assert matches(seen, row) is holds
        assert not matches(seen, replace(row, accountable="halved:c"))


def _chain() -> Directory:
    """Three units that followed each other, and agencies of which one was replaced, one split."""
    first, second = date(2024, 1, 1), date(2025, 7, 1)
    ends = {"valid_to": second}
    return Directory(
        [
            UnitVersion("a", "a", "a", "a", "commune", "commune", valid_to=first),
            UnitVersion("b", "b", "b", "b", "commune", "commune", None, first, second),
            UnitVersion("c", "c", "c", "c", "commune", "commune", None, second),
        ],
        [
            Body("old:c", "agency", "c", "Old", successors=("new:c",), **ends),
            Body("halved:c", "agency", "c", "Halved", successors=("new:c", "other:c"), **ends),
            Body("new:c", "agency", "c", "New"),
            Body("other:c", "agency", "c", "Other"),
        ],
        {"a": ("b",), "b": ("c",)},
    )


# -- one scope with the commands -------------------------------------------------------------


def _allowed(actor: Actor, case: Case, now: datetime) -> bool:
    context = law().of(case, now)
    above, about = bodies_above(case, context), complained_about(case, context)
    return any(permits(actor, action, case, above, about) is None for action in GRANTS)


@draw(
    st.sampled_from([received(), in_progress(), escalated(), closed()]),
    st.sampled_from(["26734", "26740", "26737", "26999", "26998", "00001"]),
    st.fixed_dictionaries(
        {
            "accountable": BODIES,
            "lead": st.none() | BODIES,
            "about_body": st.none() | BODIES,
            "held_by": st.lists(BODIES, max_size=2, unique=True).map(tuple),
            "coordinating": st.lists(BODIES, max_size=2, unique=True).map(tuple),
            "rung": st.sampled_from(["commune", "district", "province"]),
        }
    ),
    st.sampled_from(OFFICERS),
    BODIES,
    st.sampled_from([local("2024-03-20 08:00"), local("2026-03-20 08:00")]),
)
def test_who_may_act_on_a_case_sees_it(
    story: Story, unit: str, parts: dict[str, Any], role: str, body: str, now: datetime
) -> None:
    case = replace(story.case, unit=unit, **parts)
    on, actor = now.date(), Actor(role, body)
    # A command in the name of a body that is not in force is out of scope before all else.
    in_force = law().directory.body(body, on) is not None
    if in_force and _allowed(actor, case, now):
        assert sees(actor, case, on)


def test_a_row_made_from_the_log_is_the_row_of_the_case() -> None:
    story = escalated()
    assert row_from(story.case.case_id, story.history) == row_of(story.case)
    assert {field.name for field in fields(CaseRow)} == set(CaseRow.__slots__)
    with pytest.raises(ValueError, match="has no events"):
        row_from("case-1", ())


def test_the_reform_moves_no_case_out_of_sight_of_the_province() -> None:
    story = received(at=str(REFORM - timedelta(days=1)) + " 08:00")
    for days in (0, 1, 30, 90):
        on = REFORM + timedelta(days=days)
        assert sees(of(PROVINCE), story.until(f"{on} 08:00").case, on)
