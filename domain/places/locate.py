"""The unit of a report from what it says of its place; candidates where that is not clear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.directory import Directory, UnitVersion
from domain.events import LocatedBy
from domain.places.addresses import Named, named
from domain.places.gazetteer import Gazetteer
from domain.places.nearby import Near, clearly, nearby
from domain.rejection import Rejected

__all__ = [
    "Candidate",
    "Found",
    "Located",
    "Spot",
    "Unlocated",
    "candidates",
    "distance",
    "locate",
    "refuse_astray",
]

Why = Literal["named", "near", "name", "former_name"]
_E6 = 1_000_000
#: More than these nobody reads.
_SHOWN = 10
#: A place farther than this from the unit that was named is a mistake in one of the two (metres).
_ASTRAY = 100_000


@dataclass(frozen=True, slots=True)
class Spot:
    """What was said of a place: coordinates in millionths of a degree, an address, or both."""

    latitude_e6: int | None = None
    longitude_e6: int | None = None
    address: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees (WGS 84)."""
        if self.latitude_e6 is None or self.longitude_e6 is None:
            return None
        return self.latitude_e6 / _E6, self.longitude_e6 / _E6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be meant, why, and how far its middle is (metres), if that is known."""

    unit: UnitVersion
    why: Why
    distance: int | None = None
    former: str | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """The unit that a place lies in, and from which part of what was said that is known."""

    candidate: Candidate
    by: LocatedBy


@dataclass(frozen=True, slots=True)
class Found:
    """Every unit that may be meant, the likeliest first, and the one that is, if it is clear."""

    candidates: tuple[Candidate, ...]
    located: Located | None


class Unlocated(Rejected):
    """The unit is not clear; whoever asks chooses one of the candidates."""

    def __init__(self, detail: str, param: str, candidates: tuple[Candidate, ...]) -> None:
        super().__init__("unit_unclear", detail, param)
        self.candidates = candidates


def locate(spot: Spot, gazetteer: Gazetteer, directory: Directory, on: date) -> Located:
    """The unit of a place on a day. Raises Unlocated, or Rejected: in no unit that is known."""
    found = candidates(spot, gazetteer, directory, on)
    if found.located is None:
        raise Unlocated(_told(found.candidates), _param(spot), found.candidates)
    return found.located


def candidates(spot: Spot, gazetteer: Gazetteer, directory: Directory, on: date) -> Found:
    """The units that a place may lie in on a day. Raises Rejected: too far from all of them."""
    near = _near(spot, gazetteer, directory, on)
    called = named(spot.address, gazetteer, directory, on) if spot.address else []
    if near and called:
        return _both(near, called)
    if near:
        return _of_near(near)
    return _of_named(called)


def distance(spot: Spot, unit_id: str, gazetteer: Gazetteer) -> int | None:
    """How far a place is from the nearest middle of a unit (metres); None if it is not known."""
    sites = gazetteer.of(unit_id)
    if spot.point is None or not sites:
        return None
    return min(site.distance(*spot.point) for site in sites)


def refuse_astray(spot: Spot, unit: UnitVersion, gazetteer: Gazetteer) -> None:
    """Raise Rejected("invalid") when the place cannot be in the unit that was named with it."""
    far = distance(spot, unit.unit_id, gazetteer)
    if far is not None and far > _ASTRAY:
        detail = f"The place is {far // 1000} km from {unit.full_name}; correct one of the two."
        raise Rejected("invalid", detail, "coordinates")


def _near(spot: Spot, gazetteer: Gazetteer, directory: Directory, on: date) -> list[Near]:
    if spot.point is None:
        return []
    found = nearby(*spot.point, gazetteer, directory, on)
    if not found:
        detail = "No unit that is known lies there; correct the coordinates, or name the unit."
        raise Rejected("invalid", detail, "coordinates")
    return found


def _of_near(near: list[Near]) -> Found:
    clear = clearly(near)
    shown = tuple(_by_distance(one) for one in near)[:_SHOWN]
    return Found(shown, Located(_by_distance(clear), "coordinates") if clear else None)


def _of_named(called: list[Named]) -> Found:
    shown = tuple(_by_name(one) for one in called)[:_SHOWN]
    clear = next((one for one in called if one.clear), None)
    return Found(shown, Located(_by_name(clear), "address") if clear else None)


def _both(near: list[Near], called: list[Named]) -> Found:
    """What the address names and what lies there: one unit is clear, two that differ are not."""
    if not any(one.sure for one in called):
        return _of_near(near)
    far = {one.unit.unit_id: one.distance for one in near}
    agreed = tuple(
        Candidate(one.unit, _why(one), far[one.unit.unit_id], one.former)
        for one in called
        if one.unit.unit_id in far
    )
    if len(agreed) == 1:
        return Found(agreed, Located(agreed[0], "address"))
    if agreed:
        return Found(agreed[:_SHOWN], None)
    half = _SHOWN // 2
    shown = [_by_distance(one) for one in near[:half]] + [_by_name(one) for one in called[:half]]
    return Found(tuple(shown), None)


def _by_distance(near: Near) -> Candidate:
    return Candidate(near.unit, "near", near.distance)


def _by_name(one: Named) -> Candidate:
    return Candidate(one.unit, _why(one), former=one.former)


def _why(one: Named) -> Why:
    return "former_name" if one.former else "name"


def _param(spot: Spot) -> str:
    return "address" if spot.point is None else "coordinates"


def _told(found: tuple[Candidate, ...]) -> str:
    if not found:
        return "No unit of this name is known; name the commune and its province, or give the unit."
    return "Several units may be meant; choose one of the candidates and send its code as unit."
