"""From a place, as coordinates or in words, to the unit that it lies in; or to candidates."""

from domain.places.gazetteer import NOWHERE, Gazetteer, Site
from domain.places.locate import (
    Candidate,
    Found,
    Located,
    Spot,
    Unlocated,
    candidates,
    distance,
    locate,
    refuse_astray,
)

__all__ = [
    "NOWHERE",
    "Candidate",
    "Found",
    "Gazetteer",
    "Located",
    "Site",
    "Spot",
    "Unlocated",
    "candidates",
    "distance",
    "locate",
    "refuse_astray",
]
