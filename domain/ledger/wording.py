"""What an explanation says, in both languages; moments come in as they are written."""

from __future__ import annotations

from datetime import timedelta

from domain.language import Words
from domain.ledger.terms import Unit

__all__ = [
    "ENDS_HERE",
    "FIRST_DAY_OFF",
    "NEVER_ON_A_DAY_OFF",
    "NOT_COUNTED",
    "PAUSED",
    "ROUND_THE_CLOCK",
    "about",
    "binding",
    "counted",
    "days_later",
    "due",
    "extended",
    "given",
    "length",
    "over_before",
    "paused",
    "standing",
    "time_later",
]

_UNITS: dict[Unit, Words] = {
    "working_day": Words("ngày làm việc", "working days"),
    "calendar_day": Words("ngày", "calendar days"),
    "hour": Words("giờ", "hours"),
}
FIRST_DAY_OFF = Words("không tính ngày đầu", "first day not counted")
ROUND_THE_CLOCK = Words("giờ tính liên tục cả ngày đêm", "hours run around the clock")
PAUSED = Words("tạm dừng", "paused")
NOT_COUNTED = Words("không tính", "not counted")
ENDS_HERE = Words(
    "thời hạn rơi vào ngày nghỉ thì kết thúc vào ngày này",
    "a term that ends on a day off ends here",
)
NEVER_ON_A_DAY_OFF = Words("thời hạn không kết thúc vào ngày nghỉ", "no term ends on a day off")


def about(day: Words, said: Words) -> Words:
    """What is said of a day, after what kind of day it is."""
    return Words(f"{day.vi}: {said.vi}", f"{day.en}: {said.en}")


def length(amount: int, unit: Unit, since: str, source: Words, law: Words) -> Words:
    """What is counted, from when, by which rule, and how."""
    name = _UNITS[unit]
    return Words(
        f"{amount} {name.vi} kể từ {since} theo {source.vi}; {law.vi}",
        f"{amount} {name.en} from {since} by {source.en}; {law.en}",
    )


def given(until: str, source: Words) -> Words:
    """The source named the due time itself."""
    return Words(
        f"thời hạn do nguồn dữ liệu ghi: {until}, theo {source.vi}",
        f"due time given by the source: {until}, by {source.en}",
    )


def counted(number: int, total: int) -> Words:
    """A day's number in its term."""
    return Words(f"tính là ngày thứ {number} trên {total}", f"{number} of {total}")


def paused(since: str, until: str, price: Words | None) -> Words:
    """A pause that is over, and what it cost where that is not seen in the days."""
    costs = price or Words("", "")
    return Words(
        f"tạm dừng từ {since} đến {until}{costs.vi}", f"paused from {since} to {until}{costs.en}"
    )


def time_later(lost: timedelta) -> Words:
    """The end moved by a length of time."""
    rest = lost - timedelta(days=lost.days)
    days = f"{lost.days} ngày " if lost.days else ""
    return Words(f": lùi {days}{rest}", f": {lost} later")


def days_later(lost: int) -> Words:
    """The end moved by whole days."""
    return Words(f": lùi {lost} ngày", f": {lost} days later")


def extended(days: int, at: str) -> Words:
    """A leader gave more working days."""
    return Words(
        f"gia hạn {days} ngày làm việc vào lúc {at}", f"extended by {days} working days at {at}"
    )


def due(at: str) -> Words:
    """The end."""
    return Words(f"đến hạn {at}", f"due {at}")


def standing(since: str) -> Words:
    """It is paused, and has no end until it goes on."""
    return Words(
        f"tạm dừng từ {since}: chưa có hạn cho đến khi tiếp tục",
        f"paused since {since}: no due time until it is resumed",
    )


def over_before(since: str, end: str) -> Words:
    """It is paused, but it had ended by then."""
    return Words(
        f"tạm dừng từ {since}, sau khi đã đến hạn {end}: hạn giữ nguyên",
        f"paused since {since}, after it was due {end}: that stays",
    )


def binding(terms: int, at: str) -> Words:
    """Which of several terms counts."""
    return Words(
        f"có {terms} thời hạn, áp dụng thời hạn sớm nhất: đến hạn {at}",
        f"the earliest of {terms} terms binds: due {at}",
    )
