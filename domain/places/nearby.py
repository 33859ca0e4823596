"""Coordinates: which units they may lie in, the likeliest first, and whether one is clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.directory import Directory, UnitVersion, UnknownUnit
from domain.places.gazetteer import Gazetteer

__all__ = ["Near", "clearly", "nearby"]

#: Beyond this many half sides from the middle of its sites, no unit is taken without asking.
_INSIDE = 1.0
#: The next unit must fit this many times worse than the best.
_MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Near:
    """A unit that a point may lie in. ``fit`` is less where it fits better; distance in metres.

    ``alone`` says that what fits so well is in this unit only: an old commune that was split
    tells of all its heirs at once, and so of none.
    """

    unit: UnitVersion
    fit: float
    distance: int
    alone: bool


def nearby(
    latitude: float, longitude: float, gazetteer: Gazetteer, directory: Directory, on: date
) -> list[Near]:
    """The units in force on a day that a point may lie in, the likeliest first; none: too far."""
    best: dict[str, Near] = {}
    for found in _found(latitude, longitude, gazetteer, directory, on):
        known = best.get(found.unit.unit_id)
        if known is None or _order(found) < _order(known):
            best[found.unit.unit_id] = found
    return sorted(best.values(), key=_order)


def clearly(found: list[Near]) -> Near | None:
    """The one unit that a point lies in, if that is clear."""
    if not found or not found[0].alone or found[0].fit > _INSIDE:
        return None
    best, *others = found
    return best if all(best.fit * _MARGIN <= other.fit for other in others) else None


def _order(near: Near) -> tuple[float, bool, int, str]:
    return near.fit, not near.alone, near.distance, near.unit.code


def _found(
    latitude: float, longitude: float, gazetteer: Gazetteer, directory: Directory, on: date
) -> Iterator[Near]:
    for fit, site in gazetteer.near(latitude, longitude):
        if site.since is not None and on < site.since:
            continue
        heirs = _heirs(site.unit_id, directory, on)
        for heir in heirs:
            yield Near(heir, fit, site.distance(latitude, longitude), len(heirs) == 1)


def _heirs(unit_id: str, directory: Directory, on: date) -> tuple[UnitVersion, ...]:
    """Who stands in a unit's place; a gazetteer may know units that the directory does not."""
    try:
        return directory.heirs(unit_id, on)
    except UnknownUnit:
        return ()
