"""Which days count: the calendars shipped with the project against what was decided."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from domain.calendar import Calendar, CalendarEnds, CalendarSpec, utc

CALENDARS = Path(__file__).parents[2] / "policies" / "calendars"
HANOI = timedelta(hours=7)


@cache
def shipped(name: str) -> Calendar:
    text = (CALENDARS / f"{name}.yaml").read_text(encoding="utf-8")
    return Calendar(CalendarSpec.model_validate(yaml.safe_load(text)))


@pytest.fixture
def vn() -> Calendar:
    return shipped("vn")


def spec(**changes: Any) -> CalendarSpec:
    facts: dict[str, Any] = {
        "id": "plain",
        "version": 3,
        "zone": "Asia/Ho_Chi_Minh",
        "country": None,
        "covers_from": date(2026, 1, 1),
        "covers_to": date(2026, 12, 31),
    }
    return CalendarSpec.model_validate(facts | changes)


# The days off at Tết as they were decided for public servants, first and last, weekends included.
TET = {
    2019: ((2, 2), (2, 10)),
    2020: ((1, 23), (1, 29)),
    2021: ((2, 10), (2, 16)),
    2022: ((1, 29), (2, 6)),
    2023: ((1, 20), (1, 26)),
    2024: ((2, 8), (2, 14)),
    2025: ((1, 25), (2, 2)),
    2026: ((2, 14), (2, 22)),
}


@pytest.mark.parametrize("year", TET)
def test_tet_is_off_from_its_first_day_to_its_last_and_no_longer(vn: Calendar, year: int) -> None:
    first, last = (date(year, *day) for day in TET[year])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert not any(vn.is_working(day) for day in days)
    assert vn.next_working(first) == vn.next_working(last)
    edges = [first - timedelta(days=1), last + timedelta(days=1)]
    assert all(vn.is_working(day) or day.weekday() >= 5 for day in edges)


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2018, 12, 31), date(2019, 1, 5)),
        (date(2019, 4, 29), date(2019, 5, 4)),
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 1, 2), date(2026, 1, 10)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_a_decided_swap_is_off_on_one_day_and_worked_on_the_other(
    vn: Calendar, off: date, worked: date
) -> None:
    assert worked.weekday() == 5
    assert vn.is_working(worked)
    assert vn.why(worked).startswith("make-up working day: ")
    if off >= vn.spec.covers_from:
        assert not vn.is_working(off)


def test_an_ordinary_saturday_is_not_worked(vn: Calendar) -> None:
    assert not vn.is_working(date(2026, 8, 29))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 2, 17), "holiday: Tết Nguyên Đán"),
        (date(2026, 4, 27), "holiday: Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 2, 21), "weekend"),
        (date(2026, 2, 23), "working day"),
        (date(2026, 8, 22), "make-up working day: exchanged for a day off"),
    ],
)
def test_each_day_says_why(vn: Calendar, day: date, why: str) -> None:
    assert vn.why(day) == why


def test_an_override_names_itself_and_its_basis(vn: Calendar) -> None:
    assert vn.why(date(2026, 1, 2)).startswith("day off: Nghỉ hoán đổi dịp Tết Dương lịch (")
    assert vn.why(date(2026, 1, 10)).startswith("make-up working day: Làm bù cho ngày 02/01/2026 (")


def test_the_names_of_holidays_do_not_follow_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    anywhere = Calendar(shipped("vn").spec)
    assert anywhere.why(date(2026, 2, 17)) == "holiday: Tết Nguyên Đán"


def test_a_released_calendar_version_never_changes_its_days() -> None:
    """When this fails, the days of vn@1 are others than at its release: write a new version."""
    vn = shipped("vn")
    days = (vn.spec.covers_from + timedelta(days=n) for n in range(4383))
    flags = "".join("1" if vn.is_working(day) else "0" for day in days)
    assert sha256(flags.encode()).hexdigest()[:16] == "6479d66c77205ccd"


def test_the_boston_calendar_knows_the_holidays_of_massachusetts() -> None:
    boston = shipped("us-ma")
    assert boston.key == "us-ma@1"
    assert boston.why(date(2011, 4, 18)) == "holiday: Patriots' Day"
    assert not boston.is_working(date(2011, 7, 4))
    assert boston.is_working(date(2011, 7, 5))
    assert not boston.is_working(date(2059, 12, 25))


def test_the_working_day_ends_at_local_time_whatever_the_season() -> None:
    boston = shipped("us-ma")
    assert boston.end_of_day(date(2026, 3, 6)) == datetime(2026, 3, 6, 22, tzinfo=UTC)
    assert boston.end_of_day(date(2026, 3, 9)) == datetime(2026, 3, 9, 21, tzinfo=UTC)


def test_a_moment_belongs_to_its_local_day(vn: Calendar) -> None:
    assert vn.local_day(datetime(2026, 3, 2, 16, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert vn.local_day(datetime(2026, 3, 2, 17, 0, tzinfo=UTC)) == date(2026, 3, 3)


def test_a_naive_moment_is_refused(vn: Calendar) -> None:
    naive = datetime.fromisoformat("2026-03-02T09:00")
    with pytest.raises(ValueError, match="has no time zone"):
        vn.local_day(naive)
    with pytest.raises(ValueError, match="has no time zone"):
        utc(naive)


def test_the_next_working_day_is_strictly_later(vn: Calendar) -> None:
    assert vn.next_working(date(2026, 2, 11)) == date(2026, 2, 12)
    assert vn.next_working(date(2026, 2, 13)) == date(2026, 2, 23)


def test_rank_and_working_at_are_inverse(vn: Calendar) -> None:
    day = date(2026, 8, 22)
    assert vn.working_at(vn.rank(day)) == day
    assert vn.rank(date(2026, 8, 24)) == vn.rank(day) + 1


def test_outside_the_days_covered_every_question_is_refused() -> None:
    calendar = Calendar(spec())
    outside = date(2027, 1, 1)
    noon = datetime(2027, 1, 1, 5, tzinfo=UTC)
    with pytest.raises(CalendarEnds):
        calendar.is_working(outside)
    with pytest.raises(CalendarEnds):
        calendar.why(date(2025, 12, 31))
    with pytest.raises(CalendarEnds):
        calendar.end_of_day(outside)
    with pytest.raises(CalendarEnds):
        calendar.local_day(noon)
    with pytest.raises(CalendarEnds):
        calendar.next_working(date(2026, 12, 31))
    with pytest.raises(CalendarEnds):
        calendar.working_at(-1)


def test_the_end_of_a_calendar_says_what_to_do() -> None:
    with pytest.raises(CalendarEnds) as caught:
        Calendar(spec()).is_working(date(2027, 3, 1))
    ends = caught.value
    assert (ends.calendar, ends.covers_to, ends.needed) == (
        "plain@3",
        date(2026, 12, 31),
        date(2027, 3, 1),
    )
    assert "add the missing years to the calendar file" in str(ends)


def test_without_a_country_only_weekends_and_overrides_are_off() -> None:
    override = {"day": date(2026, 5, 5), "working": False, "name": "Fair", "basis": "by-law 7"}
    calendar = Calendar(spec(overrides=(override,)))
    assert calendar.is_working(date(2026, 1, 1))
    assert calendar.why(date(2026, 5, 5)) == "day off: Fair (by-law 7)"


def test_a_swap_across_the_new_year_is_seen_from_both_sides() -> None:
    year = {"covers_from": date(2015, 1, 1), "covers_to": date(2015, 12, 31)}
    assert not Calendar(spec(country="VN", **year)).is_working(date(2015, 1, 2))
    year = {"covers_from": date(2014, 1, 1), "covers_to": date(2014, 12, 31)}
    assert Calendar(spec(country="VN", **year)).is_working(date(2014, 12, 27))


TWICE = {"day": date(2026, 5, 5), "working": False, "name": "Fair", "basis": "by-law 7"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"zone": "Asia/Nowhere"}, "time zone 'Asia/Nowhere' is unknown"),
        ({"zone": "../etc"}, "is unknown"),
        ({"country": "XX"}, "country 'XX'"),
        ({"country": "US", "subdivision": "QQ"}, "subdivision 'QQ' of US is unknown"),
        ({"subdivision": "MA"}, "a subdivision needs a country"),
        ({"overrides": (TWICE, TWICE)}, "2026-05-05 is overridden twice"),
        ({"overrides": (TWICE | {"day": date(2027, 5, 5)},)}, "outside the days covered"),
        ({"covers_to": date(2025, 12, 31)}, "covers_to is before covers_from"),
        ({"weekend": (5, 7)}, "less than or equal to 6"),
        ({"day_end": 1020}, "write a time of day in quotes"),
        ({"day_end": "17:00+07:00"}, "the end of the day is local time"),
        ({"version": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_a_specification_that_cannot_hold_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        spec(**changes)


def test_the_day_may_end_at_another_hour() -> None:
    calendar = Calendar(spec(day_end=time(16, 30)))
    assert calendar.end_of_day(date(2026, 5, 5)) + HANOI == datetime(2026, 5, 5, 16, 30, tzinfo=UTC)
