"""Which days are worked, by dated public calendars."""

from domain.calendar.calendar import (
    Calendar,
    CalendarEnds,
    CalendarSpec,
    Override,
    utc,
)

__all__ = [
    "Calendar",
    "CalendarEnds",
    "CalendarSpec",
    "Override",
    "utc",
]
