"""One unit as it was between two days, and the two ways of asking for one in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["UnitNotInForce", "UnitVersion", "UnknownUnit", "in_force"]


def in_force(on: date, start: date | None, end: date | None) -> bool:
    """Say whether a day lies in a validity; an end is the first day after it, None is open."""
    return (start is None or start <= on) and (end is None or on < end)


@dataclass(frozen=True, slots=True)
class UnitVersion:
    """A unit as it was from one day until another.

    The id stays while the unit is the same; code, name, kind and parent may change. A code is
    used again by another unit after a reform, so it names a unit only together with a day.
    ``name`` is without the kind (``Tân Định``), ``full_name`` with it (``Phường Tân Định``).
    ``valid_to`` is the first day on which this version is no longer in force.
    """

    unit_id: str
    code: str
    name: str
    full_name: str
    kind: str
    level: str
    parent_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether this version is the one of that day."""
        return in_force(on, self.valid_from, self.valid_to)

    def ended(self, on: date) -> bool:
        """Say whether this version was over by that day."""
        return self.valid_to is not None and self.valid_to <= on


class UnknownUnit(LookupError):
    """No unit ever had this code or id."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"Unknown unit {ref!r}: no unit of this directory ever had that code; "
            "look the code up by the unit's name"
        )
        self.ref = ref


class UnitNotInForce(LookupError):
    """The code is known, but on the day asked for no unit holds it.

    ``since`` is the first day without it, None when the unit only begins later; ``successors``
    are the units that took over and are in force on the day asked for.
    """

    def __init__(
        self, unit: UnitVersion, since: date | None, successors: tuple[UnitVersion, ...]
    ) -> None:
        super().__init__(_not_in_force(unit, since, successors))
        self.unit = unit
        self.since = since
        self.successors = successors


def _not_in_force(
    unit: UnitVersion, since: date | None, successors: tuple[UnitVersion, ...]
) -> str:
    named = f"Unit {unit.code} ({unit.full_name})"
    if since is None:
        return f"{named} is in force only from {unit.valid_from}"
    heirs = ", ".join(f"{u.code} {u.full_name}" for u in successors) or "none known"
    return f"{named} has not been in force since {since}; its successors: {heirs}"
