"""What a calendar file says: zone, public holidays, overrides with their basis, days covered."""

from datetime import date, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from domain.language import Words

__all__ = ["CalendarSpec", "Override"]


class Override(BaseModel):
    """One day decided otherwise than the statute says: off, or worked; `basis` is the decision.

    `basis_vi` is the same in Vietnamese, where it is not written in it already.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    working: bool
    name: str
    basis: str
    basis_vi: str = ""

    @property
    def called(self) -> Words:
        """The name of the day with the decision."""
        return Words(f"{self.name} ({self.basis_vi or self.basis})", f"{self.name} ({self.basis})")


def _clock_time(value: object) -> object:
    # YAML reads an unquoted 17:00 as the number 1020, which would become seventeen minutes past 0.
    if isinstance(value, int | float):
        raise ValueError('write a time of day in quotes, for example "17:00"')
    return value


class CalendarSpec(BaseModel):
    """What a calendar file says: the zone, the public holidays it follows, and what differs.

    `country` and `subdivision` are codes of the `holidays` package (None: no public holidays),
    `weekend` counts Monday as 0, `day_end` is the local time at which a working day ends, and
    `basis` is the law by which days are counted, `basis_vi` the same in Vietnamese.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: int = Field(ge=1)
    zone: str
    country: str | None
    subdivision: str | None = None
    weekend: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (5, 6)
    day_end: Annotated[time, BeforeValidator(_clock_time)] = time(17, 0)
    covers_from: date
    covers_to: date
    overrides: tuple[Override, ...] = ()
    basis: str = ""
    basis_vi: str = ""

    @property
    def law(self) -> Words:
        """The law by which days are counted."""
        return Words(self.basis_vi or self.basis, self.basis)

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"time zone {zone!r} is unknown: use an IANA name") from None
        return zone

    @field_validator("day_end")
    @classmethod
    def _day_end_is_local(cls, day_end: time) -> time:
        if day_end.tzinfo is not None:
            raise ValueError("the end of the day is local time: leave its offset out")
        return day_end

    @model_validator(mode="after")
    def _country_is_known(self) -> Self:
        if self.country is None:
            if self.subdivision is not None:
                raise ValueError("a subdivision needs a country")
            return self
        known = holidays.list_supported_countries()
        if self.country not in known:
            raise ValueError(f"country {self.country!r} has no public holidays in `holidays`")
        if self.subdivision is not None and self.subdivision not in known[self.country]:
            raise ValueError(f"subdivision {self.subdivision!r} of {self.country} is unknown")
        return self

    @model_validator(mode="after")
    def _days_fit(self) -> Self:
        if self.covers_to < self.covers_from:
            raise ValueError("covers_to is before covers_from")
        seen: set[date] = set()
        for override in self.overrides:
            if override.day in seen:
                raise ValueError(f"{override.day} is overridden twice")
            if not self.covers_from <= override.day <= self.covers_to:
                raise ValueError(f"the override of {override.day} is outside the days covered")
            seen.add(override.day)
        return self
