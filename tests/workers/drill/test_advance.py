from datetime import UTC, datetime

import pytest

from domain.calendar import Calendar, CalendarEnds
from domain.context import Law
from workers.drill.advance import advanced
from workers.drill.forms import Advance


@pytest.fixture(scope="module")
def calendar(law: Law) -> Calendar:
    return law.calendars["vn"]


def at(local: str) -> datetime:
    return datetime.fromisoformat(f"{local}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "step", "end"),
    [
        ("2024-03-04T08:00", {"by": "1 working_day"}, "2024-03-05T17:00:01"),
        ("2024-03-04T08:00", {"by": "2 working_days"}, "2024-03-06T17:00:01"),
        ("2024-03-06T17:00:01", {"by": "1 working_days"}, "2024-03-07T17:00:01"),
        ("2024-03-08T08:00", {"by": "1 working_day"}, "2024-03-11T17:00:01"),
        ("2026-02-10T09:00", {"by": "10 working_days"}, "2026-03-03T17:00:01"),
        ("2026-08-17T09:00", {"by": "10 working_days"}, "2026-08-28T17:00:01"),
        ("2024-03-08T08:00", {"by": "1 calendar_day"}, "2024-03-09T17:00:01"),
        ("2024-03-08T20:00", {"by": "3 calendar_days"}, "2024-03-11T17:00:01"),
        ("2024-03-08T08:00", {"by": "36 hours"}, "2024-03-09T20:00"),
        ("2024-03-08T08:00", {"until": "2024-03-09T12:30"}, "2024-03-09T12:30:01"),
        ("2024-03-08T08:00", {"until": "2024-03-08T08:00"}, "2024-03-08T08:00:01"),
    ],
)
def test_time_goes_on_to(calendar: Calendar, start: str, step: dict[str, str], end: str) -> None:
    assert advanced(at(start), Advance.model_validate(step), calendar) == at(end)


def test_time_never_runs_backwards(calendar: Calendar) -> None:
    step = Advance.model_validate({"until": "2024-03-08T07:59"})
    with pytest.raises(ValueError, match="it is 2024-03-08 08:00:00 already"):
        advanced(at("2024-03-08T08:00"), step, calendar)


@pytest.mark.parametrize(
    "step",
    [
        {"until": "2031-01-05T08:00"},
        {"by": "99999 hours"},
        {"by": "9999 working_days"},
        {"by": "9999 calendar_days"},
    ],
)
def test_time_ends_with_the_calendar(calendar: Calendar, step: dict[str, str]) -> None:
    with pytest.raises(CalendarEnds):
        advanced(at("2024-03-08T08:00"), Advance.model_validate(step), calendar)
