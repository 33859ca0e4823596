"""How like two reports are, and why: what a person looks at before merging them.

A score orders candidates and decides nothing: merging is done by a person, by the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import cos, hypot, radians

__all__ = ["LEAST", "NEAR", "Likeness", "Place", "metres_between"]

#: Reports further apart than this are not of the same place (metres).
NEAR = 300
#: Candidates with a lower score are not shown.
LEAST = 40
_PLACE, _SAME_UNIT, _CATEGORY, _TIME, _TEXT = 40, 10, 20, 15, 25
#: After so many days time speaks half as much for two reports being one.
_HALF_LIFE = timedelta(days=14)
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Place:
    """A point in millionths of a degree (WGS 84)."""

    latitude_e6: int
    longitude_e6: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two reports have in common.

    ``metres`` between them is None where one has no coordinates; then the unit speaks for the
    place. ``similarity`` of their texts is from 0 to 1, and 0 where one has none; ``shared`` are
    the words they have in common, folded.
    """

    metres: int | None
    same_unit: bool
    apart: timedelta
    same_category: bool
    similarity: float = 0.0
    shared: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """From 0 to 100: what is at the same spot, at the same time, of one category and text."""
        category = _CATEGORY if self.same_category else 0
        time = _TIME / 2 ** (self.apart / _HALF_LIFE)
        return round(self._place + category + time + _TEXT * self.similarity)

    @property
    def _place(self) -> float:
        if self.metres is None:
            return _SAME_UNIT if self.same_unit else 0
        return _PLACE * max(0.0, 1 - self.metres / NEAR)


def metres_between(one: Place, other: Place) -> int:
    """The distance, exact to a percent where it matters: for what is a few kilometres apart."""
    mean = radians((one.latitude_e6 + other.latitude_e6) / 2e6)
    north = (one.latitude_e6 - other.latitude_e6) / 1e6
    east = (one.longitude_e6 - other.longitude_e6) / 1e6 * cos(mean)
    return round(hypot(north, east) * _METRES_PER_DEGREE)
