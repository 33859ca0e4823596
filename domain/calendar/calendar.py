"""Working days: which days count, built once from a dated specification and then only read."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from domain.calendar.spec import CalendarSpec, Override
from domain.language import Words

__all__ = ["Calendar", "CalendarEnds", "CalendarSpec", "Override", "utc"]

_DAY = timedelta(days=1)
#: A working day, and the days of a weekend in Vietnamese, where each has a name; Monday first.
_WORKED = Words("ngày làm việc", "working day")
_DAYS_OFF = tuple(
    Words(f"{name} (ngày nghỉ hằng tuần)", "weekend")
    for name in ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
)
#: Reasons to which a name is added.
_HOLIDAY = Words("nghỉ lễ", "holiday")
_MADE_UP = Words("ngày làm bù", "make-up working day")
_OFF = Words("ngày nghỉ", "day off")


def utc(at: datetime) -> datetime:
    """The same moment in UTC; ValueError when `at` has no time zone, because it could mean many."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone: say which one, for example +07:00")
    return at.astimezone(UTC)


class CalendarEnds(ValueError):
    """A day was asked for that the calendar does not cover, so nothing may be promised about it."""

    def __init__(self, calendar: str, covers_from: date, covers_to: date, needed: date) -> None:
        super().__init__(
            f"calendar {calendar} covers {covers_from} to {covers_to}, and {needed} is needed: "
            "add the missing years to the calendar file under a new version and load it again"
        )
        self.calendar = calendar
        self.covers_from = covers_from
        self.covers_to = covers_to
        self.needed = needed


class Calendar:
    """A calendar ready for counting; every method raises CalendarEnds outside the days covered."""

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self.key = f"{spec.id}@{spec.version}"
        self.zone = ZoneInfo(spec.zone)
        self._known = _exceptions(spec)
        length = (spec.covers_to - spec.covers_from).days + 1
        days = (spec.covers_from + timedelta(days=n) for n in range(length))
        self._working = tuple(day for day in days if self._reason(day)[0])

    def is_working(self, day: date) -> bool:
        """Whether `day` counts as a working day."""
        self._require(day)
        return self._reason(day)[0]

    def why(self, day: date) -> str:
        """The reason why `day` is worked or not, in English words."""
        return self.reason(day).en

    def reason(self, day: date) -> Words:
        """The reason why `day` is worked or not; a day's own name stays in its country's tongue."""
        self._require(day)
        return self._reason(day)[1]

    def end_of_day(self, day: date) -> datetime:
        """The moment, in UTC, at which a working day on `day` ends."""
        self._require(day)
        return datetime.combine(day, self.spec.day_end, self.zone).astimezone(UTC)

    def local_day(self, at: datetime) -> date:
        """The day on which the moment `at` falls in the calendar's zone."""
        day = utc(at).astimezone(self.zone).date()
        self._require(day)
        return day

    def next_working(self, day: date) -> date:
        """The first working day strictly after `day`."""
        return self.working_at(self.rank(day + _DAY))

    def rank(self, day: date) -> int:
        """How many working days the calendar has before `day`, which may be one past its end."""
        if day != self.spec.covers_to + _DAY:
            self._require(day)
        return bisect_right(self._working, day - _DAY)

    def working_at(self, rank: int) -> date:
        """The working day that has `rank` working days before it."""
        if rank >= len(self._working):
            raise self._ends(self.spec.covers_to + _DAY)
        if rank < 0:
            raise self._ends(self.spec.covers_from - _DAY)
        return self._working[rank]

    def _reason(self, day: date) -> tuple[bool, Words]:
        known = self._known.get(day)
        if known is not None:
            return known
        if day.weekday() in self.spec.weekend:
            return False, _DAYS_OFF[day.weekday()]
        return True, _WORKED

    def _require(self, day: date) -> None:
        if not self.spec.covers_from <= day <= self.spec.covers_to:
            raise self._ends(day)

    def _ends(self, needed: date) -> CalendarEnds:
        return CalendarEnds(self.key, self.spec.covers_from, self.spec.covers_to, needed)


def _exceptions(spec: CalendarSpec) -> dict[date, tuple[bool, Words]]:
    known = _public(spec) if spec.country is not None else {}
    for override in spec.overrides:
        kind = _MADE_UP if override.working else _OFF
        known[override.day] = (override.working, _named(kind, override.called))
    return known


def _public(spec: CalendarSpec) -> dict[date, tuple[bool, Words]]:
    years = range(spec.covers_from.year, spec.covers_to.year + 1)
    # The country's own language: left out, the names would follow the locale of the process.
    language = holidays.country_holidays(spec.country or "", spec.subdivision).default_language
    public = holidays.country_holidays(
        spec.country or "", spec.subdivision, years=years, language=language
    )
    known = {day: (False, _named(_HOLIDAY, Words(name, name))) for day, name in public.items()}
    for day in public.weekend_workdays:
        exchanged = Words("hoán đổi với một ngày nghỉ", "exchanged for a day off")
        known[day] = (True, _named(_MADE_UP, exchanged))
    return known


def _named(kind: Words, name: Words) -> Words:
    return Words(f"{kind.vi}: {name.vi}", f"{kind.en}: {name.en}")
