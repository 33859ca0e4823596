"""The ladder: rungs in both packs, rungs without a body, own cases, bodies that ceased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.agenda import agenda, next_look
from domain.context import Law
from domain.directory import Directory, UnitVersion
from tests.domain.given import (
    REPORTER,
    Story,
    answered,
    at_the_top,
    closed,
    given,
    in_progress,
    informed,
    of,
    received,
)
from tests.domain.town import COMMUNE, DISTRICT, ISLAND, PROVINCE, SPLIT, law, local
from workers.register import vietnam

NEW_COMMUNE = "unit:26737~2025"


def _climbed(story: Story) -> list[tuple[str, str]]:
    """Every rung the case stands on when nobody acts, up to the top."""
    rungs = [(story.case.rung, story.case.accountable)]
    for _ in range(4):
        story = story.to_due()
        if rungs[-1] != (step := (story.case.rung, story.case.accountable)):
            rungs.append(step)
    return rungs


def test_the_classic_ladder() -> None:
    assert _climbed(received()) == [
        ("commune", COMMUNE),
        ("district", DISTRICT),
        ("province", PROVINCE),
    ]


def test_the_ladder_since_the_reform() -> None:
    story = received(unit="26737", at="2025-07-02 08:00")
    assert _climbed(story) == [("commune", NEW_COMMUNE), ("province", PROVINCE)]


@pytest.mark.parametrize("kind", ["accept", "assign", "answer"])
def test_each_clock_climbs_and_starts_anew_with_the_limit_of_the_next_rung(kind: str) -> None:
    start = {"accept": received, "assign": lambda: received().does("accept", of(COMMUNE))}
    story = start.get(kind, in_progress)()
    story = story.to_due().to_due()
    clock = story.case.running_clock(kind)
    assert clock is not None
    assert (clock.rung, clock.body, story.case.accountable) == ("province", PROVINCE, PROVINCE)
    assert clock.ledger.terms[0].start == story.now
    assert clock.ledger.terms[0].amount == (15 if kind == "answer" else 2)


def test_a_rung_without_a_body_is_passed_over() -> None:
    story = received(unit="26999")
    assert _climbed(story) == [("commune", ISLAND), ("province", PROVINCE)]


def test_a_report_from_a_district_begins_there() -> None:
    assert received(unit="760").case.rung == "district"


def test_own_case_skips_the_body_it_is_about_wherever_that_stands() -> None:
    about_district = received(about_body=DISTRICT)
    assert _climbed(about_district) == [("commune", COMMUNE), ("province", PROVINCE)]
    about_province = received(about_body=PROVINCE)
    assert _climbed(about_province) == [("commune", COMMUNE), ("district", DISTRICT)]
    about_commune = received(about_body=COMMUNE)
    assert _climbed(about_commune) == [("district", DISTRICT), ("province", PROVINCE)]


def test_the_highest_body_that_may_handle_it_is_reminded_again_and_again() -> None:
    story = received(about_body=PROVINCE).to_due().to_due()
    assert story.names()[-1] == "DeadlineMissed"
    assert story.case.clocks[-1].next_top is not None


# -- bodies that ceased on 2025-07-01 --------------------------------------------------------


def test_the_single_successor_takes_over_and_the_clock_runs_on() -> None:
    story = in_progress(at="2025-06-25 08:00")
    outcome = given(story.at("2025-07-01 08:00")).woken()
    outcome.then(
        {
            "JurisdictionChanged": {
                "from_body": COMMUNE,
                "to_body": NEW_COMMUNE,
                "from_rung": "commune",
                "to_rung": "commune",
            }
        }
    ).is_now(accountable=NEW_COMMUNE, due_at=story.case.due_at, late=False, lead=NEW_COMMUNE)
    clock = outcome.case.running_clock("answer")
    assert clock is not None
    assert clock.body == NEW_COMMUNE


def test_after_a_split_the_next_rung_answers() -> None:
    story = received(unit="26740", at="2025-06-30 08:00")
    assert story.case.accountable == SPLIT
    given(story.at("2025-07-01 08:00")).woken().is_now(accountable=PROVINCE, rung="province")


def test_a_case_with_a_district_goes_to_the_province() -> None:
    story = in_progress(at="2025-06-20 08:00").does("escalate", of(COMMUNE), reason="Khó")
    assert story.case.accountable == DISTRICT
    outcome = given(story.at("2025-07-01 08:00")).woken()
    outcome.is_now(accountable=PROVINCE, rung="province", due_at=story.case.due_at)
    clock = outcome.case.running_clock("answer")
    assert clock is not None
    assert (clock.body, clock.rung) == (PROVINCE, "province")


def test_a_clock_that_followed_its_case_can_still_be_shortened() -> None:
    story = in_progress(at="2025-06-20 08:00").does("escalate", of(COMMUNE), reason="Khó")
    story = story.at("2025-07-01 08:00")
    hot = story.does("set_severity", of(PROVINCE), severity="hot_spot", reason="Đông")
    assert hot.case.due_at == local("2025-07-02 08:00")


def test_the_successor_of_an_island_district_is_its_one_commune() -> None:
    story = received(unit="26998", at="2025-06-30 08:00")
    story = story.does("escalate", of("unit:26998"), reason="Khó")
    assert story.case.accountable == "unit:755"
    given(story.at("2025-07-01 08:00")).woken().is_now(accountable=ISLAND, rung="commune")


def test_the_first_command_after_the_reform_finds_the_successor_accountable() -> None:
    story = received(at="2025-06-30 08:00").at("2025-07-01 09:00")
    given(story).when("accept", of(NEW_COMMUNE)).then(
        "JurisdictionChanged", "CaseAccepted", "ClockStopped", "ClockStarted"
    )
    given(story).when("accept", of(COMMUNE)).refused("out_of_scope")


def test_a_case_closed_before_the_reform_can_be_reopened_after_it() -> None:
    story = closed(at="2025-06-27 08:00").at("2025-07-02 08:00")
    given(story).when("reopen", REPORTER, reason="Chưa sửa").then(
        "JurisdictionChanged", "CaseReopened", {"ClockStarted": {"body": NEW_COMMUNE}}
    ).is_now(accountable=NEW_COMMUNE)


def test_a_case_merged_before_the_reform_can_be_taken_out_after_it() -> None:
    by = of(COMMUNE)
    other = received(at="2025-06-30 08:00", case_id="case-2")
    story = received(at="2025-06-30 08:00").beside(other)
    story = story.does("merge", by, into="case-2", reason="Trùng").at("2025-07-01 08:00")
    given(story).when("unmerge", of(COMMUNE), reason="Khác").refused("out_of_scope")
    given(story).when("unmerge", of(NEW_COMMUNE), reason="Khác").then(
        "JurisdictionChanged", "CaseUnmerged"
    ).is_now(accountable=NEW_COMMUNE, state="received")


def test_a_report_about_a_body_is_kept_away_from_it_after_a_reform_too() -> None:
    story = received(about_body=COMMUNE, at="2025-06-30 08:00")
    after = story.at("2025-07-01 08:00").woken().case
    assert after.accountable == PROVINCE


def test_whoever_took_the_place_of_a_body_handles_no_case_about_it() -> None:
    story = received(about_body=COMMUNE, at="2025-06-30 08:00").at("2025-07-01 08:00")
    for body in (NEW_COMMUNE, "unit:26737~2025"):
        given(story).when("note", of(body), text="Tôi xem").refused("out_of_scope")
    about_district = received(about_body=DISTRICT, at="2025-06-30 08:00")
    given(about_district.at("2025-07-01 08:00")).woken().is_now(accountable=PROVINCE)


def test_a_body_gives_up_a_case_about_the_body_whose_place_it_takes() -> None:
    story = received(unit="26999", about_body="unit:755", at="2025-06-30 08:00")
    assert story.case.accountable == "unit:26999"
    assert next_look(story.case, story.law) == local("2025-07-01 00:00")
    outcome = story.at("2025-07-01 00:00").woken().is_now(accountable=PROVINCE)
    moved = outcome.story
    given(moved).when("note", of("unit:26999"), text="Tôi xem").refused("out_of_scope")
    firing = agenda(moved.case)
    assert next_look(moved.case, moved.law) == (firing.at if firing else None)


def test_where_the_only_rung_above_is_the_body_it_is_about_the_ladder_below_answers() -> None:
    story = received(about_body=PROVINCE, at="2025-06-30 08:00")
    story = story.does("escalate", of(COMMUNE), reason="Khó")
    assert story.case.accountable == DISTRICT
    given(story.at("2025-07-01 08:00")).woken().is_now(accountable=NEW_COMMUNE, rung="commune")


def test_where_no_rung_is_left_the_first_successor_answers() -> None:
    story = received(unit="26740", about_body=PROVINCE, at="2025-06-30 08:00")
    given(story.at("2025-07-01 08:00")).woken().is_now(accountable=NEW_COMMUNE)


@pytest.mark.parametrize("stage", [received, in_progress, informed])
def test_the_case_is_looked_at_when_its_body_ceases_even_if_no_clock_runs(
    stage: Callable[..., Story],
) -> None:
    story = stage(at="2025-06-30 08:00")
    assert next_look(story.case, story.law) == local("2025-07-01 00:00")
    outcome = story.at("2025-07-01 00:00").woken().then("JurisdictionChanged")
    firing = agenda(outcome.case)
    assert next_look(outcome.case, story.law) == (firing.at if firing else None)


def test_a_body_that_was_found_to_have_ceased_is_not_waited_for() -> None:
    story = received(at="2025-06-30 08:00").at("2025-07-01 00:00").woken().story
    stale = replace(story.case, accountable=COMMUNE)
    assert next_look(stale, story.law) == story.case.last_at


def test_nobody_looks_at_what_has_ended_or_at_a_body_without_an_heir() -> None:
    story = closed(at="2025-06-27 08:00")
    assert next_look(story.case, story.law) is None
    alone = Law(law().book, law().calendars, Directory([_lonely()], [], {}), law().zone)
    left = replace(received().case, unit="9", accountable="unit:9", clocks=())
    assert next_look(left, alone) is None


def _lonely() -> UnitVersion:
    return UnitVersion(
        unit_id="9",
        code="9",
        name="Lẻ",
        full_name="Xã Lẻ",
        kind="xã",
        level="commune",
        valid_to=date(2025, 7, 1),
    )


def test_time_alone_changes_no_body_in_force() -> None:
    story = at_the_top()
    assert "JurisdictionChanged" not in story.names()
    given(answered().later(days=1)).woken().then_nothing()
    given(closed(at="2025-06-27 08:00").at("2025-07-02 08:00")).woken().then_nothing()


# -- the real register -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Law:
    return replace(law(), directory=vietnam())


@pytest.mark.parametrize(
    ("unit", "on", "rungs"),
    [
        ("26734", date(2024, 3, 4), ["unit:26734", "unit:760", "unit:79"]),
        ("26737", date(2025, 7, 2), ["unit:26737~2025", None, "unit:79"]),
    ],
)
def test_the_real_register_has_these_rungs(
    real: Law, unit: str, on: date, rungs: list[str | None]
) -> None:
    directory = real.directory
    unit_id = directory.unit_at(unit, on).unit_id
    bodies = [
        directory.ladder_body(unit_id, level, "government", on)
        for level in ("commune", "district", "province")
    ]
    assert [body and body.body_id for body in bodies] == rungs
