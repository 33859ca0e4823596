"""Which cases a caller may see: all roles together, one of them, and never one about their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.access import ACCESS
from api.accounts import Account, Grant
from api.guard import Caller
from api.problems import Problem
from api.sight import readable, visible
from domain.context import Context
from domain.row import CaseRow
from domain.scope import Nothing, matches
from tests.domain.town import law
from tests.eventlog.sample import project, reported

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: The commune that holds code 26737 now, its neighbour, and their province.
HERE, NEXT, ABOVE = "unit:26737~2025", "unit:26740~2025", "unit:79"
ROW = replace(project("a", [reported("C-a")]), unit="26737~2025", accountable=HERE)


def context() -> Context:
    return law().at(NOW)


def caller(*roles: str, route: str = "list_cases") -> Caller:
    """An account with these roles, as the door lets it in to a route."""
    grants = tuple(Grant.parse(role) for role in roles)
    account = Account("hoiam", "an", "a1", None, NOW, grants)
    fitting = tuple(grant for grant in grants if grant.role in ACCESS[route].roles)
    return Caller("192.0.2.1", account, fitting)


def sees(row: CaseRow, *roles: str, act_as: str | None = None) -> bool:
    return matches(visible(caller(*roles), context(), act_as), row)


def reads(row: CaseRow, *roles: str, act_as: str | None = None) -> bool:
    return matches(readable(caller(*roles), context(), act_as), row)


def test_a_role_shows_what_its_body_may_see() -> None:
    for role in ("intake_officer", "case_officer", "leader", "auditor", "admin"):
        assert sees(ROW, f"{role}@unit:26737"), role
        assert sees(ROW, f"{role}@unit:79"), role
        assert not sees(ROW, f"{role}@unit:26740"), role
        assert not sees(ROW, f"{role}@unit:01"), role


def test_several_roles_show_what_each_of_them_shows() -> None:
    other = replace(ROW, unit="00001", accountable="unit:00001")
    roles = ("leader@unit:26740", "auditor@unit:01")
    assert not sees(ROW, *roles)
    assert sees(other, *roles)
    assert sees(replace(ROW, unit="26740~2025"), *roles)
    assert sees(ROW, *roles, "case_officer@unit:26737")


def test_who_says_in_which_role_they_act_sees_what_that_one_shows() -> None:
    roles = ("leader@unit:26737", "auditor@unit:01")
    assert sees(ROW, *roles, act_as="leader@unit:26737")
    assert not sees(ROW, *roles, act_as="auditor@unit:01")


@pytest.mark.parametrize("act_as", ["leader@unit:79", "collaborator@unit:26737", "", "nonsense"])
def test_a_role_that_the_account_has_not_here_is_refused(act_as: str) -> None:
    with pytest.raises(Problem) as refused:
        visible(caller("leader@unit:26737", "collaborator@unit:26737"), context(), act_as)
    assert refused.value.kind.name == "not_permitted"


def test_a_role_for_a_part_of_a_territory_shows_that_part() -> None:
    part = "leader@unit:79 in 26740"
    assert sees(replace(ROW, unit="26740~2025", accountable=ABOVE), part)
    assert not sees(ROW, part)
    assert not sees(replace(ROW, accountable=ABOVE), part)
    assert sees(replace(ROW, accountable=ABOVE), part, "auditor@unit:79 in 26737")


ABOUT = replace(ROW, about_body=HERE, accountable=ABOVE)


def test_a_case_about_a_body_is_not_seen_by_its_people_in_any_role() -> None:
    assert sees(ABOUT, "leader@unit:79")
    assert sees(ABOUT, "auditor@unit:79")
    for own in ("leader@unit:26737", "collaborator@unit:26737", "integration@unit:26737"):
        assert not sees(ABOUT, own, "leader@unit:79")
        assert not sees(ABOUT, own, "auditor@unit:79", act_as="auditor@unit:79")
        assert not reads(ABOUT, own, "leader@unit:79")


def test_a_case_about_a_body_is_not_seen_by_the_people_of_who_took_its_place() -> None:
    before = replace(ABOUT, about_body="unit:26737")
    assert sees(before, "leader@unit:79")
    assert not sees(before, "leader@unit:26737", "leader@unit:79", act_as="leader@unit:79")


@pytest.mark.parametrize(
    "roles",
    [
        (),
        ("collaborator@unit:79", "integration@unit:79"),
        ("leader@unit:nowhere",),
        ("leader@unit:760",),
        ("leader@unit:79 in 01",),
        ("leader@unit:79 in nowhere",),
    ],
)
def test_who_has_no_role_in_force_sees_nothing(roles: tuple[str, ...]) -> None:
    assert visible(caller(*roles), context()) == Nothing()
    assert visible(Caller("192.0.2.1"), context()) == Nothing()


def test_words_are_read_by_those_who_may_work_on_the_case_alone() -> None:
    for role in ("intake_officer", "case_officer", "leader"):
        assert reads(ROW, f"{role}@unit:26737")
        assert reads(ROW, f"{role}@unit:79")
    for role in ("auditor", "admin"):
        assert not reads(ROW, f"{role}@unit:26737")
        assert not reads(ROW, f"{role}@unit:79", "leader@unit:26740")
    both = ("leader@unit:26737", "auditor@unit:79")
    assert reads(ROW, *both)
    assert not reads(ROW, *both, act_as="auditor@unit:79")
