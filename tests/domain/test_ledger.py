"""Deadlines by example: the rule book's rows, and the rows of others' mistakes with clocks."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from domain.calendar import Calendar, CalendarEnds, CalendarSpec
from domain.language import Words
from domain.ledger import (
    Ledger,
    Pause,
    Term,
    Unit,
    add_term,
    after,
    before,
    close_pause,
    due,
    extend,
    open_pause,
    trace,
)

CALENDARS = Path(__file__).parents[2] / "policies" / "calendars"


@cache
def shipped(name: str) -> Calendar:
    text = (CALENDARS / f"{name}.yaml").read_text(encoding="utf-8")
    return Calendar(CalendarSpec.model_validate(yaml.safe_load(text)))


VN = shipped("vn")


def at(text: str) -> datetime:
    """A moment in Vietnam, from `2026-02-10 09:00`."""
    return datetime.fromisoformat(f"{text}+07:00")


def local(moment: datetime | None, calendar: Calendar = VN) -> str:
    assert moment is not None
    assert moment.tzinfo is UTC
    return moment.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")


def term(start: str, amount: int, unit: Unit = "working_day", **more: Any) -> Term:
    return Term(start=at(start), amount=amount, unit=unit, rule="answer@1", basis="QĐ 11", **more)


def ledger(*terms: Term, pauses: tuple[Pause, ...] = ()) -> Ledger:
    return Ledger(calendar="vn@1", terms=terms, pauses=pauses)


def paused(clock: Ledger, start: str, end: str) -> Ledger:
    return close_pause(open_pause(clock, at(start)), at(end))


# Ten working days


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2025-01-20", "2025-02-10"),
        ("2025-12-24", "2026-01-09"),
        ("2026-02-10", "2026-03-03"),
        ("2026-08-17", "2026-08-28"),
    ],
)
def test_ten_working_days_by_the_vietnamese_public_calendar(start: str, ends: str) -> None:
    assert local(due(ledger(term(f"{start} 09:00", 10)), VN)) == f"{ends} 17:00"


def test_the_first_day_is_not_counted_whatever_its_hour() -> None:
    early = due(ledger(term("2026-03-02 00:00", 1)), VN)
    late = due(ledger(term("2026-03-02 23:59", 1)), VN)
    assert local(early) == local(late) == "2026-03-03 17:00"


def test_a_term_that_starts_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert local(due(ledger(term("2026-03-07 10:00", 1)), VN)) == "2026-03-09 17:00"


def test_a_make_up_saturday_counts() -> None:
    assert local(due(ledger(term("2026-08-21 09:00", 1)), VN)) == "2026-08-22 17:00"


# Calendar days and hours


def test_calendar_days_that_end_on_a_working_day_end_there() -> None:
    assert (
        local(due(ledger(term("2026-03-02 09:00", 30, "calendar_day")), VN)) == "2026-04-01 17:00"
    )


def test_calendar_days_that_end_at_tet_end_on_the_first_working_day_after_it() -> None:
    assert (
        local(due(ledger(term("2026-01-19 09:00", 30, "calendar_day")), VN)) == "2026-02-23 17:00"
    )


def test_calendar_days_that_end_on_a_make_up_saturday_end_there() -> None:
    assert local(due(ledger(term("2026-08-20 09:00", 2, "calendar_day")), VN)) == "2026-08-22 17:00"


def test_the_day_after_a_day_off_is_not_eligible_while_it_is_paused() -> None:
    clock = paused(
        ledger(term("2026-03-06 09:00", 1, "calendar_day")), "2026-03-07 18:00", "2026-03-10 08:00"
    )
    assert local(due(clock, VN)) == "2026-03-10 17:00"


def test_a_pause_that_begins_after_the_eligible_day_has_ended_does_not_take_it() -> None:
    clock = ledger(term("2026-03-06 09:00", 1, "calendar_day"))
    assert local(due(clock, VN)) == "2026-03-09 17:00"
    assert due(paused(clock, "2026-03-09 17:00", "2026-03-12 08:00"), VN) == due(clock, VN)


def test_hours_run_around_the_clock() -> None:
    assert local(due(ledger(term("2026-03-06 15:30", 24, "hour")), VN)) == "2026-03-07 15:30"


def test_hours_are_true_hours_when_the_clocks_change() -> None:
    boston = shipped("us-ma")
    start = datetime(2026, 3, 7, 17, tzinfo=UTC)
    assert after(start, 24, "hour", boston) - start == timedelta(hours=24)


# Pauses


def test_days_from_the_pause_up_to_the_day_of_resuming_do_not_count() -> None:
    clock = paused(ledger(term("2026-03-02 09:00", 5)), "2026-03-04 16:00", "2026-03-06 08:00")
    assert local(due(clock, VN)) == "2026-03-11 17:00"


def test_a_pause_within_one_day_takes_no_day() -> None:
    clock = ledger(term("2026-03-02 09:00", 5))
    assert due(paused(clock, "2026-03-04 08:00", "2026-03-04 16:00"), VN) == due(clock, VN)


def test_hours_stop_and_go_on_to_the_second() -> None:
    clock = ledger(term("2026-03-02 09:00", 4, "hour"))
    clock = paused(clock, "2026-03-02 10:00:00", "2026-03-02 10:00:37")
    assert due(clock, VN) == at("2026-03-02 13:00:37")


def test_overlapping_pauses_count_once() -> None:
    first = Pause(start=at("2026-03-03 09:00"), end=at("2026-03-05 09:00"))
    second = Pause(start=at("2026-03-04 09:00"), end=at("2026-03-06 09:00"))
    both = Pause(start=at("2026-03-03 09:00"), end=at("2026-03-06 09:00"))
    for unit in ("working_day", "calendar_day", "hour"):
        one = term("2026-03-02 09:00", 30, unit)
        assert due(ledger(one, pauses=(second, first)), VN) == due(ledger(one, pauses=(both,)), VN)


def test_a_pause_within_another_adds_nothing() -> None:
    outer = Pause(start=at("2026-03-03 09:00"), end=at("2026-03-10 09:00"))
    inner = Pause(start=at("2026-03-04 09:00"), end=at("2026-03-05 09:00"))
    one = term("2026-03-02 09:00", 5)
    assert due(ledger(one, pauses=(outer, inner)), VN) == due(ledger(one, pauses=(outer,)), VN)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour"])
def test_a_pause_before_the_start_takes_nothing(unit: Unit) -> None:
    clock = ledger(term("2026-03-02 09:00", 5, unit))
    assert due(paused(clock, "2026-02-24 09:00", "2026-03-02 09:00"), VN) == due(clock, VN)


def test_a_pause_that_began_before_the_start_takes_only_what_lies_after_it() -> None:
    clock = ledger(term("2026-03-02 09:00", 5))
    assert (
        local(due(paused(clock, "2026-02-24 09:00", "2026-03-04 09:00"), VN)) == "2026-03-10 17:00"
    )


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour"])
def test_a_pause_that_begins_when_the_time_is_up_never_moves_it(unit: Unit) -> None:
    clock = ledger(term("2026-03-02 09:00", 3, unit))
    end = due(clock, VN)
    assert end is not None
    late = close_pause(open_pause(clock, end), end + timedelta(days=9))
    assert due(late, VN) == end


def test_a_pause_on_the_last_day_before_its_end_moves_it() -> None:
    clock = ledger(term("2026-03-02 09:00", 3))
    assert local(due(clock, VN)) == "2026-03-05 17:00"
    assert (
        local(due(paused(clock, "2026-03-05 16:59", "2026-03-06 08:00"), VN)) == "2026-03-06 17:00"
    )


def test_a_clock_cannot_be_paused_twice_at_once_nor_resumed_while_it_runs() -> None:
    clock = ledger(term("2026-03-02 09:00", 3))
    with pytest.raises(ValueError, match="does not stand still"):
        close_pause(clock, at("2026-03-03 09:00"))
    standing = open_pause(clock, at("2026-03-03 09:00"))
    with pytest.raises(ValueError, match="already stands still"):
        open_pause(standing, at("2026-03-04 09:00"))
    with pytest.raises(ValueError, match="before it starts"):
        close_pause(standing, at("2026-03-03 08:00"))


# Extensions, further terms, given due times


def test_an_extension_adds_working_days_to_a_term_in_working_days() -> None:
    clock = extend(ledger(term("2026-03-02 09:00", 5)), at("2026-03-05 09:00"), 3)
    assert local(due(clock, VN)) == "2026-03-12 17:00"


@pytest.mark.parametrize(
    ("one", "ends"),
    [
        (term("2026-03-02 09:00", 30, "calendar_day"), "2026-04-06 17:00"),
        (term("2026-03-02 09:00", 24, "hour"), "2026-03-06 17:00"),
        (term("2026-03-02 09:00", 0, "moment", until=at("2026-03-07 11:00")), "2026-03-11 17:00"),
    ],
)
def test_other_terms_are_extended_by_working_days_from_their_end(one: Term, ends: str) -> None:
    assert local(due(extend(ledger(one), at("2026-03-02 10:00"), 3), VN)) == ends


def test_raised_severity_takes_the_earlier_of_the_old_and_the_new_term() -> None:
    old = ledger(term("2026-03-02 09:00", 10))
    assert local(due(add_term(old, term("2026-03-04 09:00", 24, "hour")), VN)) == "2026-03-05 09:00"
    assert due(add_term(old, term("2026-03-12 09:00", 15)), VN) == due(old, VN)


def test_a_given_due_time_moves_by_the_days_of_a_pause_and_keeps_its_hour() -> None:
    given = ledger(term("2026-03-02 09:00", 0, "moment", until=at("2026-03-10 11:20")))
    assert local(due(given, VN)) == "2026-03-10 11:20"
    assert (
        local(due(paused(given, "2026-03-04 09:00", "2026-03-07 08:00"), VN)) == "2026-03-13 11:20"
    )
    assert due(paused(given, "2026-03-10 11:20", "2026-03-20 08:00"), VN) == due(given, VN)


def test_a_given_due_time_keeps_its_local_hour_when_the_clocks_change() -> None:
    boston = shipped("us-ma")
    start, until = (datetime(2026, 3, day, 17, tzinfo=UTC) for day in (2, 7))
    one = Term(start=start, amount=0, unit="moment", until=until, rule="file@1", basis="")
    pause = Pause(start=start + timedelta(days=1), end=start + timedelta(days=3))
    clock = Ledger(calendar="us-ma@1", terms=(one,), pauses=(pause,))
    assert local(due(clock, boston), boston) == "2026-03-09 12:00"


def test_a_given_due_time_before_the_start_is_kept_as_the_source_gave_it() -> None:
    given = ledger(term("2026-03-02 09:00", 0, "moment", until=at("2026-02-01 09:00")))
    assert due(paused(given, "2026-03-03 09:00", "2026-03-09 09:00"), VN) == at("2026-02-01 09:00")


# Reminders


def test_reminders_three_and_one_working_days_before() -> None:
    end = at("2026-03-03 17:00")
    assert local(before(end, 3, "working_day", VN)) == "2026-02-26 17:00"
    assert local(before(end, 1, "working_day", VN)) == "2026-03-02 17:00"


def test_a_reminder_hours_before_is_exact() -> None:
    assert local(before(at("2026-03-03 05:30"), 6, "hour", VN)) == "2026-03-02 23:30"


def test_reminders_do_not_count_paused_time() -> None:
    clock = paused(ledger(term("2026-03-02 09:00", 5)), "2026-03-04 16:00", "2026-03-06 08:00")
    end = due(clock, VN)
    assert end is not None
    assert local(before(end, 4, "working_day", VN, clock.pauses)) == "2026-03-03 17:00"
    assert local(before(end, 8, "calendar_day", VN, clock.pauses)) == "2026-03-01 17:00"
    pauses = (Pause(start=at("2026-03-02 10:00"), end=at("2026-03-02 15:00")),)
    assert local(before(at("2026-03-02 18:00"), 6, "hour", VN, pauses)) == "2026-03-02 07:00"


def test_a_reminder_does_not_count_the_part_of_a_pause_after_the_given_due_time() -> None:
    pauses = (Pause(start=at("2026-03-04 09:00"), end=at("2026-03-20 09:00")),)
    end = at("2026-03-06 12:00")
    assert local(before(end, 1, "working_day", VN, pauses)) == "2026-03-03 12:00"
    assert local(before(end, 1, "hour", VN, pauses)) == "2026-03-04 08:00"


def test_a_reminder_that_falls_on_a_pause_rings_when_the_clock_runs_again() -> None:
    pauses = (Pause(start=at("2026-03-02 10:00"), end=at("2026-03-02 15:00")),)
    assert local(before(at("2026-03-02 18:00"), 3, "hour", VN, pauses)) == "2026-03-02 15:00"


def test_the_first_day_covered_may_be_paused_too() -> None:
    pauses = (Pause(start=at("2019-01-01 09:00"), end=at("2019-01-03 09:00")),)
    assert (
        local(before(at("2019-01-05 17:00"), 2, "calendar_day", VN, pauses)) == "2019-01-03 17:00"
    )
    assert before(at("2019-01-05 17:00"), 3, "calendar_day", VN, pauses) is None


def test_there_is_no_reminder_while_the_clock_stands_still() -> None:
    standing = (Pause(start=at("2026-03-02 10:00")),)
    assert before(at("2026-03-10 17:00"), 1, "working_day", VN, standing) is None


@pytest.mark.parametrize("unit", ["working_day", "calendar_day"])
def test_there_is_no_reminder_before_the_calendar_begins(unit: Unit) -> None:
    assert before(at("2019-01-03 17:00"), 3, unit, VN) is None
    pauses = (Pause(start=at("2019-01-02 09:00"), end=at("2019-01-03 09:00")),)
    assert before(at("2019-01-04 17:00"), 3, unit, VN, pauses) is None


# The explanation


def test_every_day_of_the_explanation_is_counted_or_says_why_not() -> None:
    told = [
        (line.day, line.counted, line.text)
        for line in trace(ledger(term("2026-02-12 09:00", 2)), VN)
    ]
    assert told[0][2] == (
        "2 working days from 2026-02-12 09:00 +0700 by answer@1 (QĐ 11); first day not counted, "
        "Civil Code 2015 Art. 147 and 148, Labour Code 2019 Art. 112"
    )
    assert told[1:] == [
        (date(2026, 2, 13), 1, "working day: 1 of 2"),
        (date(2026, 2, 14), None, "weekend: not counted"),
        (date(2026, 2, 15), None, "weekend: not counted"),
        (date(2026, 2, 16), None, "holiday: Giao thừa Tết Nguyên Đán: not counted"),
        (date(2026, 2, 17), None, "holiday: Tết Nguyên Đán: not counted"),
        (date(2026, 2, 18), None, "holiday: Mùng hai Tết Nguyên Đán: not counted"),
        (date(2026, 2, 19), None, "holiday: Mùng ba Tết Nguyên Đán: not counted"),
        (date(2026, 2, 20), None, "holiday: Mùng bốn Tết Nguyên Đán: not counted"),
        (date(2026, 2, 21), None, "weekend: not counted"),
        (date(2026, 2, 22), None, "weekend: not counted"),
        (date(2026, 2, 23), 2, "working day: 2 of 2"),
        (date(2026, 2, 23), None, "due 2026-02-23 17:00 +0700"),
    ]


def test_the_explanation_tells_pauses_and_extensions_on_their_day() -> None:
    clock = paused(ledger(term("2026-03-02 09:00", 2)), "2026-03-03 10:00", "2026-03-04 08:00")
    texts = [line.text for line in trace(extend(clock, at("2026-03-05 09:00"), 1), VN)]
    assert texts[1:] == [
        "paused from 2026-03-03 10:00 +0700 to 2026-03-04 08:00 +0700",
        "paused: not counted",
        "working day: 1 of 3",
        "extended by 1 working days at 2026-03-05 09:00 +0700",
        "working day: 2 of 3",
        "working day: 3 of 3",
        "due 2026-03-06 17:00 +0700",
    ]


def test_the_explanation_of_calendar_days_shows_the_way_off_a_day_off() -> None:
    clock = extend(ledger(term("2026-03-05 09:00", 2, "calendar_day")), at("2026-03-06 09:00"), 1)
    assert [(line.counted, line.text) for line in trace(clock, VN)][1:] == [
        (None, "extended by 1 working days at 2026-03-06 09:00 +0700"),
        (1, "working day: 1 of 2"),
        (2, "weekend: 2 of 2"),
        (None, "weekend: no term ends on a day off"),
        (None, "working day: a term that ends on a day off ends here"),
        (1, "working day: 1 of 1"),
        (None, "due 2026-03-10 17:00 +0700"),
    ]


def test_the_explanation_of_hours_and_of_given_times_prices_each_pause() -> None:
    hours = paused(
        ledger(term("2026-03-02 09:00", 4, "hour")), "2026-03-02 10:00", "2026-03-02 11:30:05"
    )
    assert [line.text for line in trace(hours, VN)] == [
        "4 hours from 2026-03-02 09:00 +0700 by answer@1 (QĐ 11); hours run around the clock",
        "paused from 2026-03-02 10:00 +0700 to 2026-03-02 11:30:05 +0700: 1:30:05 later",
        "due 2026-03-02 14:30:05 +0700",
    ]
    given = ledger(term("2026-03-02 09:00", 0, "moment", until=at("2026-03-10 11:20")))
    given = paused(given, "2026-03-04 09:00", "2026-03-07 08:00")
    assert [line.text for line in trace(given, VN)] == [
        "due time given by the source: 2026-03-10 11:20 +0700, by answer@1 (QĐ 11)",
        "paused from 2026-03-04 09:00 +0700 to 2026-03-07 08:00 +0700: 3 days later",
        "due 2026-03-13 11:20 +0700",
    ]


def test_the_explanation_of_a_standing_clock_stops_at_its_pause() -> None:
    standing = open_pause(ledger(term("2026-03-02 09:00", 5)), at("2026-03-05 10:00"))
    told = trace(standing, VN)
    assert [line.counted for line in told] == [None, 1, 2, None]
    assert told[-1].text == "paused since 2026-03-05 10:00 +0700: no due time until it is resumed"
    shown = trace(standing, VN, horizon=at("2026-03-07 12:00"))
    assert [line.text for line in shown].count("paused: not counted") == 3


def test_a_horizon_before_the_pause_hides_no_counted_day() -> None:
    standing = open_pause(ledger(term("2026-03-02 09:00", 5)), at("2026-03-05 10:00"))
    assert trace(standing, VN, horizon=at("2026-03-03 12:00")) == trace(standing, VN)


def test_the_explanation_counts_no_extension_while_the_term_itself_stands_still() -> None:
    clock = extend(ledger(term("2026-03-02 09:00", 48, "hour")), at("2026-03-02 10:00"), 2)
    standing = open_pause(clock, at("2026-03-03 10:00"))
    shown = trace(standing, VN, horizon=at("2026-03-07 12:00"))
    assert [line.text.split(" ")[0] for line in shown] == ["48", "extended", "paused"]


def test_the_explanation_of_a_clock_paused_after_its_end_keeps_that_end() -> None:
    standing = open_pause(ledger(term("2026-03-02 09:00", 1)), at("2026-03-04 10:00"))
    assert trace(standing, VN)[-1].text == (
        "paused since 2026-03-04 10:00 +0700, after it was due 2026-03-03 17:00 +0700: that stays"
    )


def test_the_explanation_leaves_out_a_pause_that_came_when_the_time_was_up() -> None:
    clock = ledger(term("2026-03-02 09:00", 1))
    assert trace(paused(clock, "2026-03-03 17:00", "2026-03-09 08:00"), VN) == trace(clock, VN)


@pytest.mark.parametrize(
    ("one", "pause"),
    [
        (term("2026-03-02 09:00", 1), "2026-03-03 17:00"),
        (term("2026-03-02 09:00", 0, "moment", until=at("2026-02-20 09:00")), "2026-02-10 09:00"),
    ],
)
def test_the_explanation_says_that_a_time_already_up_stays_up(one: Term, pause: str) -> None:
    assert trace(open_pause(ledger(one), at(pause)), VN)[-1].text.endswith(": that stays")


def test_the_explanation_of_several_terms_names_the_one_that_binds() -> None:
    clock = ledger(term("2026-03-02 09:00", 10), term("2026-03-04 09:00", 24, "hour"))
    told = trace(clock, VN)
    assert told[-1].text == "the earliest of 2 terms binds: due 2026-03-05 09:00 +0700"
    assert sum(line.text.startswith("due ") for line in told) == 2


VIETNAMESE_LINES = [
    (
        paused(ledger(term("2026-02-12 09:00", 2)), "2026-02-13 10:00", "2026-02-14 08:00"),
        [
            "2 ngày làm việc kể từ 2026-02-12 09:00 +0700 theo answer@1 (QĐ 11); không tính ngày "
            "đầu, Bộ luật Dân sự 2015 Điều 147 và Điều 148, Bộ luật Lao động 2019 Điều 112",
            "tạm dừng từ 2026-02-13 10:00 +0700 đến 2026-02-14 08:00 +0700",
            "tạm dừng: không tính",
            "thứ Bảy (ngày nghỉ hằng tuần): không tính",
            "Chủ nhật (ngày nghỉ hằng tuần): không tính",
            "nghỉ lễ: Giao thừa Tết Nguyên Đán: không tính",
        ],
    ),
    (
        extend(ledger(term("2026-03-05 09:00", 2, "calendar_day")), at("2026-03-06 09:00"), 1),
        [
            "2 ngày kể từ 2026-03-05 09:00 +0700 theo answer@1 (QĐ 11); không tính ngày đầu, Bộ "
            "luật Dân sự 2015 Điều 147 và Điều 148, Bộ luật Lao động 2019 Điều 112",
            "gia hạn 1 ngày làm việc vào lúc 2026-03-06 09:00 +0700",
            "ngày làm việc: tính là ngày thứ 1 trên 2",
            "thứ Bảy (ngày nghỉ hằng tuần): tính là ngày thứ 2 trên 2",
            "Chủ nhật (ngày nghỉ hằng tuần): thời hạn không kết thúc vào ngày nghỉ",
            "ngày làm việc: thời hạn rơi vào ngày nghỉ thì kết thúc vào ngày này",
            "ngày làm việc: tính là ngày thứ 1 trên 1",
            "đến hạn 2026-03-10 17:00 +0700",
        ],
    ),
    (
        paused(ledger(term("2026-03-02 09:00", 4, "hour")), "2026-03-02 10:00", "2026-03-04 11:30"),
        [
            "4 giờ kể từ 2026-03-02 09:00 +0700 theo answer@1 (QĐ 11); giờ tính liên tục cả ngày "
            "đêm",
            "tạm dừng từ 2026-03-02 10:00 +0700 đến 2026-03-04 11:30 +0700: lùi 2 ngày 1:30:00",
            "đến hạn 2026-03-04 14:30 +0700",
        ],
    ),
    (
        open_pause(ledger(term("2026-03-02 09:00", 1)), at("2026-03-04 10:00")),
        [
            "tạm dừng từ 2026-03-04 10:00 +0700, sau khi đã đến hạn 2026-03-03 17:00 +0700: hạn "
            "giữ nguyên"
        ],
    ),
    (
        open_pause(ledger(term("2026-03-02 09:00", 5)), at("2026-03-05 10:00")),
        ["tạm dừng từ 2026-03-05 10:00 +0700: chưa có hạn cho đến khi tiếp tục"],
    ),
    (
        ledger(term("2026-03-02 09:00", 10), term("2026-03-04 09:00", 24, "hour")),
        ["có 2 thời hạn, áp dụng thời hạn sớm nhất: đến hạn 2026-03-05 09:00 +0700"],
    ),
    (
        paused(
            ledger(term("2026-03-02 09:00", 0, "moment", until=at("2026-03-10 11:20"))),
            "2026-03-04 09:00",
            "2026-03-07 08:00",
        ),
        [
            "thời hạn do nguồn dữ liệu ghi: 2026-03-10 11:20 +0700, theo answer@1 (QĐ 11)",
            "tạm dừng từ 2026-03-04 09:00 +0700 đến 2026-03-07 08:00 +0700: lùi 3 ngày",
        ],
    ),
]


@pytest.mark.parametrize(("clock", "wanted"), VIETNAMESE_LINES)
def test_the_explanation_is_told_in_vietnamese_too(clock: Ledger, wanted: list[str]) -> None:
    told = trace(clock, VN)
    said = [line.said_in("vi") for line in told]
    assert list(dict.fromkeys(line for line in said if line in wanted)) == wanted
    assert [line.said_in("en") for line in told] == [line.text for line in told]


def test_a_legal_basis_is_told_as_its_rule_tells_it() -> None:
    clock = ledger(term("2026-03-02 09:00", 1))
    told = trace(clock, VN, basis=lambda one: Words("Quyết định 11", f"Decision {one.basis[-2:]}"))
    assert "theo answer@1 (Quyết định 11);" in told[0].said_in("vi")
    assert "by answer@1 (Decision 11);" in told[0].said_in("en")


def test_an_explanation_and_a_ledger_survive_json() -> None:
    clock = paused(ledger(term("2026-03-02 09:00", 2)), "2026-03-03 10:00", "2026-03-04 08:00")
    assert Ledger.model_validate_json(clock.model_dump_json()) == clock
    assert trace(clock, VN)[1].model_dump(mode="json")["day"] == "2026-03-03"


# What is refused


@pytest.mark.parametrize("amount", [0, -1])
@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "hour"])
def test_a_term_lasts_at_least_one_unit(amount: int, unit: Unit) -> None:
    with pytest.raises(ValidationError):
        term("2026-03-02 09:00", amount, unit)
    with pytest.raises(ValueError, match="count at least one"):
        after(at("2026-03-02 09:00"), amount, unit, VN)
    with pytest.raises(ValueError, match="count at least one"):
        before(at("2026-03-02 09:00"), amount, unit, VN)


def test_a_given_due_time_belongs_to_the_unit_moment_alone() -> None:
    with pytest.raises(ValidationError, match="`until` belongs"):
        term("2026-03-02 09:00", 0, "moment")
    with pytest.raises(ValidationError, match="`until` belongs"):
        term("2026-03-02 09:00", 3, "hour", until=at("2026-03-02 12:00"))
    for count in (after, before):
        with pytest.raises(ValueError, match="moment"):
            count(at("2026-03-02 09:00"), 1, "moment", VN)


def test_what_comes_after_an_open_pause_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="resume it first"):
        after(at("2026-03-02 09:00"), 1, "hour", VN, (Pause(start=at("2026-03-02 10:00")),))


def test_a_ledger_has_a_term_and_at_most_one_open_pause() -> None:
    with pytest.raises(ValidationError):
        ledger()
    open_ones = (Pause(start=at("2026-03-02 10:00")), Pause(start=at("2026-03-03 10:00")))
    with pytest.raises(ValidationError, match="at most one open pause"):
        ledger(term("2026-03-02 09:00", 3), pauses=open_ones)


def test_a_ledger_is_counted_by_its_own_calendar_version() -> None:
    with pytest.raises(ValueError, match="counts by vn@1, not by us-ma@1"):
        due(ledger(term("2026-03-02 09:00", 3)), shipped("us-ma"))


def test_a_calendar_that_ends_before_the_due_date_says_so() -> None:
    with pytest.raises(CalendarEnds, match="covers 2019-01-01 to 2030-12-31, and 2031-01-01"):
        due(ledger(term("2030-12-30 09:00", 10)), VN)


def test_a_given_due_time_needs_no_calendar() -> None:
    given = ledger(term("2026-03-02 09:00", 0, "moment", until=at("2059-03-10 11:20")))
    assert local(due(given, VN)) == "2059-03-10 11:20"
    assert trace(given, VN)[-1].day == date(2059, 3, 10)


# What others got wrong (lessons, "Clocks")


def test_amsterdam_signals_holidays_count_29_april_plus_5_is_8_may_not_6_may() -> None:
    facts = {"working": False, "name": "day off", "basis": "the example"}
    spec = CalendarSpec.model_validate(
        {
            "id": "ams",
            "version": 1,
            "zone": "Europe/Amsterdam",
            "country": None,
            "covers_from": "2026-01-01",
            "covers_to": "2026-12-31",
            "overrides": [facts | {"day": "2026-04-30"}, facts | {"day": "2026-05-01"}],
        }
    )
    amsterdam = Calendar(spec)
    start = datetime(2026, 4, 29, 8, tzinfo=UTC)
    assert local(after(start, 5, "working_day", amsterdam), amsterdam) == "2026-05-08 17:00"
    assert local(after(start, 5, "working_day", VN)) == "2026-05-08 17:00"


def test_digit_and_fixmystreet_5963_no_edit_moves_the_start_of_a_term() -> None:
    one = term("2026-03-02 09:00", 5)
    clock = paused(ledger(one), "2026-03-03 10:00", "2026-03-04 08:00")
    clock = add_term(extend(clock, at("2026-03-05 09:00"), 1), term("2026-03-05 09:00", 9))
    assert clock.terms[0].start == one.start
    assert local(due(clock, VN)) == "2026-03-11 17:00"


def test_glpi_15605_and_6902_a_pause_is_not_lost_when_the_rule_changes() -> None:
    pause = ("2026-03-03 10:00", "2026-03-06 08:00")
    old, new = term("2026-03-02 09:00", 10), term("2026-03-05 09:00", 3)
    changed_after = add_term(paused(ledger(old), *pause), new)
    changed_before = paused(ledger(old, new), *pause)
    assert due(changed_after, VN) == due(changed_before, VN)
    # From Thursday 5: Thursday is the first day, Friday 6 resumes and counts, then Monday, Tuesday.
    assert local(due(changed_after, VN)) == "2026-03-10 17:00"
    assert local(due(paused(ledger(old), *pause), VN)) == "2026-03-19 17:00"


@pytest.mark.parametrize("unit", get_args(Unit))
def test_frappe_helpdesk_1554_and_osticket_3034_a_paused_clock_does_not_tick(unit: Unit) -> None:
    given = {"until": at("2026-03-04 09:00")} if unit == "moment" else {}
    standing = open_pause(
        ledger(term("2026-03-02 09:00", 2, unit, **given)), at("2026-03-02 10:00")
    )
    assert due(standing, VN) is None
    resumed = due(close_pause(standing, at("2026-06-01 10:00")), VN)
    assert resumed is not None
    assert resumed > at("2026-06-01 10:00")


def test_jmix_790_one_working_day_is_one_day_and_not_24_business_hours() -> None:
    assert local(due(ledger(term("2026-03-02 09:00", 1)), VN)) == "2026-03-03 17:00"


def test_signals_791_a_naive_time_is_refused_everywhere() -> None:
    naive = datetime.fromisoformat("2026-03-02T09:00")
    clock = ledger(term("2026-03-02 09:00", 2))
    with pytest.raises(ValidationError):
        Term(start=naive, amount=1, unit="hour", rule="r@1", basis="")
    with pytest.raises(ValidationError):
        Pause(start=naive)
    for refuse in (
        lambda: after(naive, 1, "hour", VN),
        lambda: before(naive, 1, "hour", VN),
        lambda: extend(clock, naive, 1),
        lambda: open_pause(clock, naive),
        lambda: trace(clock, VN, naive),
    ):
        with pytest.raises(ValueError, match="has no time zone"):
            refuse()


def test_signals_761_and_762_every_running_ledger_has_a_due_time() -> None:
    for unit in ("working_day", "calendar_day", "hour"):
        assert due(ledger(term("2026-03-02 09:00", 1, unit)), VN) is not None


def test_digit_925_a_window_is_as_long_as_the_rule_says() -> None:
    assert local(after(at("2026-03-02 09:00"), 10, "working_day", VN)) == "2026-03-16 17:00"


def test_zammad_4348_two_reminders_on_one_day_are_two_moments() -> None:
    end = at("2026-03-03 17:00")
    reminders = [before(end, hours, "hour", VN) for hours in (6, 2)]
    assert [local(moment) for moment in reminders] == ["2026-03-03 11:00", "2026-03-03 15:00"]


def test_zammad_390_two_days_that_became_eleven_explain_themselves() -> None:
    told = trace(ledger(term("2026-02-12 09:00", 2)), VN)
    skipped = [line for line in told[1:-1] if line.counted is None]
    assert len(skipped) == 9
    assert all(line.text.endswith(": not counted") for line in skipped)
