"""To which unit of today the cases of a unit belong when they are counted by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from domain.directory import Directory, UnknownUnit
from domain.scope import area

__all__ = ["Placed", "levels", "lies_within", "placed"]


@dataclass(frozen=True, slots=True)
class Placed:
    """``place`` gives for each unit the key of its group.

    Groups in ``whole`` are all of a unit's area; the others are the units that they name, exactly.
    """

    place: Mapping[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def units(self, key: str) -> tuple[str, ...]:
        """The units of a group."""
        return tuple(sorted(unit for unit, place in self.place.items() if place == key))


def placed(units: Iterable[str], level: str | None, directory: Directory, on: date) -> Placed:
    """Put each unit to the unit of a level that it lies in on a day; without one to itself.

    What has ended goes with those who took its place. What was split between several, and what
    stands above the level, makes a group of its own.
    """
    place = {unit: _place(unit, level, directory, on) for unit in units}
    whole = frozenset(key for key in place.values() if _is_whole(key, level, directory, on))
    return Placed(place, whole)


@lru_cache(maxsize=16)
def levels(directory: Directory) -> frozenset[str]:
    """All levels that units have or had."""
    return frozenset(unit.level for unit in directory.territory.units)


def _place(unit_id: str, level: str | None, directory: Directory, on: date) -> str:
    try:
        heirs = directory.heirs(unit_id, on)
    except UnknownUnit:
        return unit_id
    found = {_above(heir.unit_id, level, directory, on) for heir in heirs}
    return found.pop() or unit_id if len(found) == 1 else unit_id


def _above(unit_id: str, level: str | None, directory: Directory, on: date) -> str | None:
    """The unit of a level in which a unit in force lies; None if it stands above it."""
    if level is None:
        return unit_id
    for one in directory.path(unit_id, on):
        unit = directory.unit(one, on)
        if unit is not None and unit.level == level:
            return one
    return None


def _is_whole(key: str, level: str | None, directory: Directory, on: date) -> bool:
    unit = directory.unit(key, on)
    if unit is None:
        return False
    return unit.level == level if level else directory.subtree(key, on) == {key}


def lies_within(key: str, units: frozenset[str] | None, directory: Directory, on: date) -> bool:
    """Whether all of a unit's area is among some units; None are all."""
    return units is None or area(directory, key, on) <= units
