"""Local times of a file as moments: in its zone, with what is odd about them said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workers.importing.choice import Refused
from workers.importing.mapping import ISO

__all__ = ["AMBIGUOUS", "NONEXISTENT", "Clocking", "Told", "to_utc"]

NONEXISTENT, AMBIGUOUS = "nonexistent_time", "ambiguous_time"


class Told(NamedTuple):
    """A moment (UTC), and a flag when its local time happened twice or never."""

    at: datetime
    flag: str | None = None


def to_utc(local: datetime, zone: ZoneInfo) -> Told:
    """A local time as a moment; one with an offset is taken at its word.

    A time that happened twice, when clocks went back, is the first of the two. One that never
    happened, when they went forward, counts by the offset before the change. Raises OverflowError
    at the ends of the calendar.
    """
    if local.tzinfo is not None:
        return Told(local.astimezone(UTC))
    first = local.replace(tzinfo=zone, fold=0)
    before, after = zone.utcoffset(first), zone.utcoffset(first.replace(fold=1))
    if before is None or after is None:
        raise ValueError(f"{zone} does not say how far it is from UTC")
    at = (local - before).replace(tzinfo=UTC)
    if before == after:
        return Told(at)
    return Told(at, AMBIGUOUS if before > after else NONEXISTENT)


class Clocking:
    """Reads the times of one file, written in one of some forms."""

    def __init__(self, zone: str, forms: tuple[str, ...]) -> None:
        self._zone = ZoneInfo(zone)
        self._readers = [_reader(form) for form in forms]
        self._forms = ", ".join(forms)

    def read(self, text: str, column: str) -> Told:
        """The moment that a cell tells. Raises Refused."""
        told = text.strip()
        for reader in self._readers:
            try:
                return to_utc(reader(told), self._zone)
            except (ValueError, OverflowError):
                continue
        raise Refused(f"{column}: {told!r} is not a time in the form {self._forms}")

    def day_ends(self, told: Told, ends: time) -> Told:
        """The end of its day, for a time at midnight; any other stays as it is."""
        local = told.at.astimezone(self._zone).replace(tzinfo=None)
        if local.time() != time.min:
            return told
        return to_utc(datetime.combine(local.date(), ends), self._zone)


def _reader(form: str) -> Callable[[str], datetime]:
    if form == ISO:
        return datetime.fromisoformat
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the file's
