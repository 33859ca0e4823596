"""Where units are, and how people write their kinds: what a territory tells about its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import cos, floor, hypot, radians
from typing import TypeVar

__all__ = ["NOWHERE", "Gazetteer", "Site"]

K = TypeVar("K")
#: The side of a cell of the grid (degrees).
_CELL = 0.25
#: A degree of latitude (metres).
_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Site:
    """The rectangle that a unit, or a part of it, lies in: its middle and its half sides.

    All in degrees (WGS 84). A site tells nothing of days before ``since``.
    """

    unit_id: str
    latitude: float
    longitude: float
    half_height: float
    half_width: float
    since: date | None = None

    def fit(self, latitude: float, longitude: float) -> float:
        """How far a point is from the middle, in half sides: up to 1 it is surely inside."""
        return hypot(
            (latitude - self.latitude) / self.half_height,
            (longitude - self.longitude) / self.half_width,
        )

    def distance(self, latitude: float, longitude: float) -> int:
        """How far a point is from the middle (metres); right to a percent within a country."""
        east = (longitude - self.longitude) * cos(radians((latitude + self.latitude) / 2))
        return round(_DEGREE * hypot(latitude - self.latitude, east))

    def cells(self, reach: float) -> Iterator[tuple[int, int]]:
        """The cells of the grid within ``reach`` half sides of the middle."""
        rows = _cells(self.latitude, reach * self.half_height)
        columns = _cells(self.longitude, reach * self.half_width)
        return ((row, column) for row in rows for column in columns)


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """What is known of the places of a territory; nothing, for one that has no map.

    ``short`` are the ways in which a kind of unit is written short, by the kind; ``called`` are
    further names of units, by id. A point farther than ``reach`` half sides from the middle of
    every site is in no unit that is known.
    """

    sites: tuple[Site, ...] = ()
    short: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reach: float = 1.5

    @classmethod
    def joined(cls, parts: Iterable[Gazetteer]) -> Gazetteer:
        """One gazetteer of several territories; each keeps its own units."""
        every = [part for part in parts if part is not NOWHERE]
        return cls(
            sites=tuple(site for part in every for site in part.sites),
            short={kind: ways for part in every for kind, ways in part.short.items()},
            called={unit: names for part in every for unit, names in part.called.items()},
        )

    def near(self, latitude: float, longitude: float) -> Iterator[tuple[float, Site]]:
        """The sites that a point may lie in, each with how well it fits; less is better."""
        cell = floor(latitude / _CELL), floor(longitude / _CELL)
        for site in self._grid.get(cell, ()):
            fit = site.fit(latitude, longitude)
            if fit <= self.reach:
                yield fit, site

    def of(self, unit_id: str) -> tuple[Site, ...]:
        """The sites of a unit."""
        return self._by_unit.get(unit_id, ())

    @cached_property
    def _grid(self) -> Mapping[tuple[int, int], tuple[Site, ...]]:
        return _grouped((cell, site) for site in self.sites for cell in site.cells(self.reach))

    @cached_property
    def _by_unit(self) -> Mapping[str, tuple[Site, ...]]:
        return _grouped((site.unit_id, site) for site in self.sites)


NOWHERE = Gazetteer()


def _cells(middle: float, half: float) -> range:
    return range(floor((middle - half) / _CELL), floor((middle + half) / _CELL) + 1)


def _grouped(pairs: Iterable[tuple[K, Site]]) -> Mapping[K, tuple[Site, ...]]:
    groups: defaultdict[K, list[Site]] = defaultdict(list)
    for key, site in pairs:
        groups[key].append(site)
    return {key: tuple(sites) for key, sites in groups.items()}
