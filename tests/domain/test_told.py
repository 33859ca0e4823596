"""Of which cases' events a program is told: its territory, and never of a case about its body."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.actor import ROLES, SYSTEM, Actor
from domain.project import row_of
from domain.scope import Nothing, matches, scope_of, told_of
from tests.domain.given import escalated, received
from tests.domain.town import AGENCY, COMMUNE, DISTRICT, NEIGHBOUR, PROVINCE, law

BEFORE, AFTER = date(2024, 3, 4), date(2026, 1, 5)
ROW = row_of(received().case)


def told(body: str, unit: str = "26734", on: date = BEFORE, about: str | None = None) -> bool:
    row = replace(ROW, unit=unit, about_body=about)
    return matches(told_of(Actor("integration", body), law().directory, on), row)


@pytest.mark.parametrize("body", [COMMUNE, DISTRICT, PROVINCE, "party:79", "front:760", AGENCY])
def test_an_integration_is_told_of_the_area_of_its_bodys_unit(body: str) -> None:
    assert told(body)
    assert not told(body, "00001")


def test_it_is_told_of_nothing_beside_or_above() -> None:
    assert not told(NEIGHBOUR)
    assert not told("unit:01")
    assert not told(COMMUNE, "79")


def test_a_part_in_a_case_elsewhere_does_not_widen_it() -> None:
    row = replace(ROW, unit="00001", accountable=PROVINCE, involved=(PROVINCE,))
    assert not matches(told_of(Actor("integration", PROVINCE), law().directory, BEFORE), row)


@pytest.mark.parametrize("body", [COMMUNE, DISTRICT, PROVINCE])
def test_it_is_never_told_of_a_case_about_its_own_body(body: str) -> None:
    assert not told(body, about=body)
    assert told(body, about=NEIGHBOUR)


def test_after_a_reform_the_area_holds_what_was_in_it() -> None:
    assert told(PROVINCE, on=AFTER)
    assert not told(COMMUNE, on=AFTER), "the body is no more"
    assert told("unit:26737~2025", on=AFTER), "its one successor"


@pytest.mark.parametrize("body", [None, "", "unit:nowhere", "unit:26737~2025"])
def test_without_a_body_in_force_it_is_told_of_nothing(body: str | None) -> None:
    assert told_of(Actor("integration", body), law().directory, BEFORE) == Nothing()


@pytest.mark.parametrize("role", sorted(ROLES - {"integration"}))
def test_all_others_are_told_of_what_they_may_see(role: str) -> None:
    for who in (Actor(role, COMMUNE), Actor(role, PROVINCE), SYSTEM):
        assert told_of(who, law().directory, BEFORE) == scope_of(who, law().directory, BEFORE)


def test_a_case_that_climbed_is_still_in_the_area() -> None:
    row = row_of(escalated().case)
    assert matches(told_of(Actor("integration", COMMUNE), law().directory, BEFORE), row)
