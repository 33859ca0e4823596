"""Local times become moments: kept as they were, and flagged where the clocks changed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.importing.choice import Refused
from workers.importing.times import AMBIGUOUS, NONEXISTENT, Clocking, to_utc

ZONES = ("America/New_York", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe", "Europe/Dublin", "UTC")
LOCALS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2060-01-01"))


@given(LOCALS, st.sampled_from(ZONES))
def test_a_time_without_a_flag_reads_back_as_it_was_written(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    told = to_utc(local, zone)
    assert told.at.tzinfo is UTC
    back = told.at.astimezone(zone).replace(tzinfo=None)
    assert (back == local.replace(fold=back.fold)) == (told.flag != NONEXISTENT)


@given(LOCALS, LOCALS, st.sampled_from(ZONES))
def test_the_order_of_times_that_are_neither_doubled_nor_missing_stays(
    one: datetime, other: datetime, name: str
) -> None:
    first, second = to_utc(min(one, other), ZoneInfo(name)), to_utc(max(one, other), ZoneInfo(name))
    if first.flag is None and second.flag is None:
        assert first.at <= second.at


@pytest.mark.parametrize(
    ("local", "utc", "flag"),
    [
        ("2011-07-01 01:32:33", "2011-07-01 05:32:33", None),
        ("2011-03-13 02:30:00", "2011-03-13 07:30:00", NONEXISTENT),
        ("2011-11-06 01:30:00", "2011-11-06 05:30:00", AMBIGUOUS),
        ("2011-11-06 02:00:00", "2011-11-06 07:00:00", None),
        ("2011-11-06 01:30:00-05:00", "2011-11-06 06:30:00", None),
    ],
)
def test_times_around_the_changes_of_the_clock(local: str, utc: str, flag: str | None) -> None:
    told = Clocking("America/New_York", ("iso",)).read(local, "open_dt")
    assert told == (datetime.fromisoformat(utc).replace(tzinfo=UTC), flag)


@pytest.mark.parametrize("text", ["", "soon", "2011-13-01", "0001-01-01 00:00:00", "31/12/2011"])
def test_what_is_no_time_is_refused_with_its_column(text: str) -> None:
    with pytest.raises(Refused, match=r"open_dt: .* is not a time in the form iso"):
        Clocking("Asia/Ho_Chi_Minh", ("iso",)).read(text, "open_dt")


def test_forms_are_tried_in_their_order() -> None:
    clocking = Clocking("Asia/Ho_Chi_Minh", ("%d/%m/%Y %H:%M", "%d/%m/%Y"))
    assert clocking.read("04/03/2024 08:15", "x").at == datetime(2024, 3, 4, 1, 15, tzinfo=UTC)
    assert clocking.read("04/03/2024", "x").at == datetime(2024, 3, 3, 17, 0, tzinfo=UTC)


def test_a_target_that_names_a_day_holds_until_that_day_ends() -> None:
    clocking = Clocking("Asia/Ho_Chi_Minh", ("%d/%m/%Y %H:%M", "%d/%m/%Y"))
    by_day, by_hour = clocking.read("04/03/2024", "x"), clocking.read("04/03/2024 08:00", "x")
    assert clocking.day_ends(by_day, time(17)).at == datetime(2024, 3, 4, 10, tzinfo=UTC)
    assert clocking.day_ends(by_hour, time(17)) == by_hour
