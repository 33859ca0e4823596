"""Places as they are sent and told: coordinates, the unit found, and candidates to choose from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.models import Coordinates, Form
from api.problems import Problem, refusal
from domain.directory import Directory, UnitVersion
from domain.events import LocatedBy
from domain.params import Address
from domain.places import Candidate, Spot, Unlocated
from domain.places.locate import Why

__all__ = ["Choice", "Places", "Somewhere", "choice", "place_name", "spot", "unclear"]

_E6 = 1_000_000


class Somewhere(Form):
    """A place: coordinates, an address in words, or both."""

    coordinates: Coordinates | None = None
    address: Annotated[
        Address | None, Field(examples=["12 Hai Bà Trưng, P. Tân Định, TP. Hồ Chí Minh"])
    ] = None


class Choice(BaseModel):
    """A unit that may be meant.

    ``why``: it is ``near``, or it is called so (``name``), or what it took the place of was
    (``former_name``, with ``former``). ``distance_m`` is to the middle of the nearest part of it.
    """

    code: str
    name: str
    why: Why
    former: str | None = None
    distance_m: int | None = None


class Places(BaseModel):
    """The unit of a place, if it is clear (with ``located_by``), and all that may be meant."""

    unit: Choice | None
    located_by: LocatedBy | None
    candidates: tuple[Choice, ...]


def spot(point: Coordinates | None, address: str | None) -> Spot:
    """What was said of a place, in millionths of a degree."""
    if point is None:
        return Spot(address=address)
    latitude, longitude = round(point.latitude * _E6), round(point.longitude * _E6)
    return Spot(latitude, longitude, address)


def choice(candidate: Candidate, directory: Directory) -> Choice:
    """A candidate as it is told, with the units that it lies in."""
    return Choice(
        code=candidate.unit.code,
        name=place_name(candidate.unit, directory),
        why=candidate.why,
        former=candidate.former,
        distance_m=candidate.distance,
    )


def place_name(unit: UnitVersion, directory: Directory) -> str:
    """A unit's name with those of the units above it, as people write it."""
    above = unit.parent_id
    names = [unit.full_name]
    while above is not None:
        parent = directory.known_unit(above)
        names.append(parent.full_name)
        above = parent.parent_id
    return ", ".join(names)


def unclear(error: Unlocated, directory: Directory) -> Problem:
    """The problem that asks to choose a unit."""
    shown = [choice(one, directory).model_dump() for one in error.candidates]
    known = refusal(error.rejection)
    return Problem(known.kind.name, **known.extra, candidates=shown)
