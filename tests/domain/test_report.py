"""Taking a report in: its first events, late entries, and what is wrong with a report."""

from __future__ import annotations

from typing import Any

import pytest

from domain.project import row_of
from domain.rejection import Rejected
from tests.domain.given import given, received
from tests.domain.town import COMMUNE, DISTRICT, PROVINCE, local


def _refusal(**report: Any) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as refused:
        received(**report)
    rejection = refused.value.rejection
    assert rejection.detail
    return rejection.code, rejection.param


def test_a_report_makes_its_body_accountable_and_starts_the_first_clock() -> None:
    story = received(channel="zalo", reporter_ref="r-1")
    assert story.names() == ["CaseReported", "ClockStarted"]
    case = story.case
    assert (case.state, case.rung, case.accountable) == ("received", "commune", COMMUNE)
    assert (case.channel, case.reporter_ref, case.severity) == ("zalo", "r-1", "normal")
    assert case.due_at == local("2024-03-06 17:00")
    assert [clock.kind for clock in case.running] == ["accept"]


def test_a_report_about_the_commune_begins_with_the_district() -> None:
    case = received(about_body=COMMUNE).case
    assert (case.rung, case.accountable, case.held_by) == ("district", DISTRICT, ())


def test_a_report_about_the_district_begins_with_the_commune() -> None:
    assert received(about_body=DISTRICT).case.accountable == COMMUNE


@pytest.mark.parametrize("category", ["denunciation", "corruption"])
def test_no_identity_is_kept_where_it_is_a_state_secret(category: str) -> None:
    assert received(category=category, reporter_ref="r-1").case.reporter_ref is None


def test_a_report_goes_by_the_pack_of_its_day() -> None:
    assert received(at="2025-06-30 08:00").case.pack == "classic@1"
    assert received(unit="26737", at="2025-07-01 08:00").case.pack == "since-2025-07@1"


def test_the_place_of_a_report_stays_with_it() -> None:
    story = received(latitude_e6=10_788_000, longitude_e6=106_690_000, address="trước số 12")
    told = story.history[0].body.model_dump()
    assert (told["latitude_e6"], told["longitude_e6"]) == (10_788_000, 106_690_000)
    assert (told["address"], told["located_by"]) == ("trước số 12", "unit")
    row = row_of(story.case)
    assert (row.latitude_e6, row.longitude_e6) == (10_788_000, 106_690_000)


def test_text_is_kept_in_composed_form() -> None:
    reported = received(text="Đường hỏng").history[0].body
    assert reported.model_dump()["text"] == "Đường hỏng"


@pytest.mark.parametrize(
    ("report", "param"),
    [
        ({"unit": "99999"}, "unit"),
        ({"unit": "26734", "at": "2025-07-02 08:00"}, "unit"),
        ({"category": "rode"}, "category"),
        ({"channel": "pigeon"}, "channel"),
        ({"about_body": "unit:99999"}, "about_body"),
        ({"about_body": "unit:26737~2025"}, "about_body"),
        ({"received_at": local("2024-03-04 08:06")}, "received_at"),
        ({"received_at": local("2024-03-03 08:00").replace(tzinfo=None)}, "received_at"),
        ({"received_at": local("2003-03-03 08:00")}, "received_at"),
        ({"unit": "79", "about_body": PROVINCE}, "unit"),
        ({"latitude_e6": 10_788_000}, "longitude_e6"),
        ({"longitude_e6": 106_690_000}, "latitude_e6"),
        ({"unit": None}, "unit"),
    ],
)
def test_a_wrong_report_names_what_is_wrong(report: dict[str, Any], param: str) -> None:
    assert _refusal(**report) == ("invalid", param)


def test_a_unit_that_ceased_names_its_successors() -> None:
    with pytest.raises(Rejected, match="since 2025-07-01; its successors: 26737 Tân Định"):
        received(at="2025-07-02 08:00")


def test_a_report_beyond_the_calendar_is_refused() -> None:
    assert _refusal(unit="26999", at="2030-12-31 08:00") == ("calendar_ends", None)
    assert _refusal(at="2012-03-05 08:00") == ("calendar_ends", None)


# -- late entries ----------------------------------------------------------------------------


def test_a_report_entered_late_counts_from_when_it_was_received() -> None:
    story = received(at="2024-03-08 08:00", received_at=local("2024-03-04 08:00"))
    assert story.case.reported_at == local("2024-03-04 08:00")
    assert story.case.due_at == local("2024-03-06 17:00")
    given(story).woken().then("DeadlineMissed", "ClockStopped", "CaseEscalated", "ClockStarted")


def test_what_a_late_entry_starts_by_itself_begins_now() -> None:
    story = received(at="2024-03-08 08:00", received_at=local("2024-03-04 08:00")).woken().story
    assert story.case.due_at == local("2024-03-12 17:00")
    assert story.history[-1].occurred_at == local("2024-03-08 08:00")


def test_a_late_entry_goes_by_the_pack_and_the_units_of_its_own_day() -> None:
    story = received(at="2025-07-02 08:00", received_at=local("2025-06-30 08:00"))
    case = story.case
    assert (case.pack, case.rung, case.accountable) == ("classic@1", "commune", COMMUNE)
    assert story.woken().case.accountable == "unit:26737~2025"


def test_a_sender_whose_clock_is_a_little_ahead_is_taken_as_now() -> None:
    story = received(received_at=local("2024-03-04 08:04"))
    assert story.case.reported_at == local("2024-03-04 08:00")


# -- a pinned pack ---------------------------------------------------------------------------


def test_a_pinned_pack_stays_with_the_case() -> None:
    case = received(pack="classic").case
    assert case.pinned_pack


def test_a_pinned_pack_goes_on_beyond_its_days() -> None:
    story = received(unit="26737", pack="classic", at="2026-02-10 08:00")
    assert (story.case.pack, story.case.rung) == ("classic@1", "commune")
    assert story.to_due().case.accountable == PROVINCE


def test_a_pinned_pack_begins_before_its_days() -> None:
    case = received(pack="since-2025-07").to_due().case
    assert (case.rung, case.accountable) == ("province", PROVINCE)
