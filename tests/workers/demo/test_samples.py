"""The sample reports are what their page says: known words, enough of each, nobody's data."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from domain.context import Context
from domain.directory import UnitVersion
from workers.demo.samples import Sample, nth_working_day, read_samples

Samples = tuple[Sample, ...]


@pytest.fixture(scope="module")
def units(samples: Samples, first_day: Context) -> list[UnitVersion]:
    directory, today = first_day.directory, first_day.today
    return [directory.unit_at(code, today) for code in {sample.unit for sample in samples}]


def test_there_are_as_many_as_the_page_says(samples: Samples) -> None:
    assert [sample.id for sample in samples] == [f"S{n:03}" for n in range(1, 181)]


def test_they_are_spread_over_many_communes(units: list[UnitVersion], first_day: Context) -> None:
    provinces = {first_day.directory.path(u.unit_id, first_day.today)[-1] for u in units}
    assert {unit.level for unit in units} == {"commune"}
    assert (len(units), len(provinces)) == (20, 16)


def test_every_category_occurs_and_none_is_unknown(samples: Samples, first_day: Context) -> None:
    known = {category.id for category in first_day.pack.categories}
    assert {sample.category for sample in samples} == known


def test_most_channels_occur_and_none_is_unknown(samples: Samples, first_day: Context) -> None:
    known, used = set(first_day.pack.channels), {sample.channel for sample in samples}
    assert used <= known
    assert len(used) > len(known) / 2


def test_each_is_labelled_a_sample(samples: Samples) -> None:
    assert {sample.label for sample in samples} == {"sample"}


def test_duplicates_tell_of_an_earlier_report_in_other_words(samples: Samples) -> None:
    by_id = {sample.id: sample for sample in samples}
    again = [sample for sample in samples if sample.duplicate_of]
    assert len(again) == 20
    for sample in again:
        first = by_id[sample.duplicate_of or ""]
        assert (first.unit, first.category) == (sample.unit, sample.category)
        assert (first.day, first.at) < (sample.day, sample.at)
        assert first.duplicate_of is None


def test_no_text_occurs_twice(samples: Samples) -> None:
    counted = Counter(sample.text.casefold() for sample in samples)
    assert counted.most_common(1)[0][1] == 1


def test_no_text_holds_a_number_that_could_reach_somebody(samples: Samples) -> None:
    telling = re.compile(r"\d{5,}|@|https?:|số nhà|sđt", re.IGNORECASE)
    assert [sample.id for sample in samples if telling.search(sample.text)] == []


def test_they_come_in_order_in_working_hours_of_the_first_week(samples: Samples) -> None:
    times = [(sample.day, sample.at) for sample in samples]
    assert times == sorted(times)
    assert {day for day, _ in times} == {1, 2, 3, 4, 5}
    assert all("07:30" <= f"{at:%H:%M}" <= "16:30" for _, at in times)


def test_a_body_complained_about_exists(samples: Samples, first_day: Context) -> None:
    about = [sample.about_body for sample in samples if sample.about_body]
    assert about
    assert all(first_day.directory.resolve(ref, first_day.today) for ref in about)


def test_working_days_are_counted_over_tet(first_day: Context) -> None:
    friday = nth_working_day(first_day.today, 10, first_day.calendar)
    monday = nth_working_day(first_day.today, 11, first_day.calendar)
    assert [str(friday), str(monday)] == ["2026-02-13", "2026-02-23"]
    assert nth_working_day(first_day.today, 1, first_day.calendar) == first_day.today


def test_reading_twice_gives_the_same(samples: Samples) -> None:
    assert read_samples() == samples
