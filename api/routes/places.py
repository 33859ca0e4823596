"""Where and what a report can be about: units, bodies and categories, as of any day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.desk import desk_of
from api.naming import Unit, unit_named
from api.problems import Problem
from domain.context import Context
from domain.directory import Body, UnitNotInForce, UnitVersion, UnknownUnit
from domain.directory.names import fold
from domain.params import Word
from domain.policy import Category, NoPolicyInForce

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["directory"])
Kind = Literal["government", "party_committee", "front", "agency"]
_Q = Annotated[
    Word | None, Field(description="What is remembered of the name, without diacritics; or a code.")
]
_On = Annotated[date | None, Field(description="The day; today if left out.")]
_Limit = Annotated[int, Field(ge=1, le=200)]


class Asked(BaseModel):
    """What is searched, and as of which day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: _Q = None
    on: _On = None
    limit: _Limit = 20


class AskedUnits(Asked):
    """Units by name or code; without ``q`` those directly under one, or under none."""

    level: Annotated[Word | None, Field(description="Only of a level, as commune.")] = None
    under: Annotated[Word | None, Field(description="Code of the unit above; without q.")] = None


class AskedBodies(Asked):
    """Bodies by name; without ``q`` those of a unit, or of the units under none."""

    kind: Kind | None = None
    unit: Annotated[Word | None, Field(description="Code of their unit; without q.")] = None


class FoundUnit(Unit):
    """A unit as it is on the day. Of two that have one name, ``above`` tells them apart."""

    kind: str
    level: str
    above: Annotated[tuple[Unit, ...], Field(description="The units over it, the nearest first.")]
    valid_from: date | None
    valid_to: Annotated[date | None, Field(description="The first day without it.")]


class FoundBody(BaseModel):
    """A body as it is on the day; ``ref`` is how it is written in Act-As and in commands."""

    ref: str
    name: str
    kind: str
    unit: Unit
    valid_from: date | None
    valid_to: Annotated[date | None, Field(description="The first day without it.")]


class FoundCategory(BaseModel):
    """What reports are about; of a confidential category no identity is ever kept."""

    id: str
    vi: str
    en: str
    confidential: bool


class Units(BaseModel):
    """Units in force on a day, the best match first."""

    on: date
    units: tuple[FoundUnit, ...]


class Bodies(BaseModel):
    """Bodies in force on a day, the best match first."""

    on: date
    bodies: tuple[FoundBody, ...]


class Categories(BaseModel):
    """The categories of the policy in force on a day, in its order."""

    on: date
    pack: str
    categories: tuple[FoundCategory, ...]


@router.get("/units", operation_id="search_units")
async def search_units(asked: Annotated[AskedUnits, Query()], request: Request) -> Units:
    """Units by name or code, or those under another one."""
    context = await _context(request)
    on = asked.on or context.today
    found = await asyncio.to_thread(_units, asked, context, on)
    return Units(on=on, units=tuple(_shown(unit, context, on) for unit in found))


@router.get("/bodies", operation_id="search_bodies")
async def search_bodies(asked: Annotated[AskedBodies, Query()], request: Request) -> Bodies:
    """Bodies by name, or those of a unit: its government, party committee, front and agencies."""
    context = await _context(request)
    on = asked.on or context.today
    # The first search makes the index, which takes a moment that others need not wait.
    found = await asyncio.to_thread(_bodies, asked, context, on)
    return Bodies(on=on, bodies=tuple(_shown_body(body, context, on) for body in found))


@router.get("/categories", operation_id="search_categories")
async def search_categories(asked: Annotated[Asked, Query()], request: Request) -> Categories:
    """The categories of the policy in force, or those whose name in either language has words."""
    context = await _context(request)
    on = asked.on or context.today
    try:
        pack = context.law.book.in_force(on)
    except NoPolicyInForce as error:
        raise _wrong("on", error) from None
    found = [one for one in pack.categories if asked.q is None or _named(one, asked.q)]
    shown = (FoundCategory(**one.model_dump()) for one in found[: asked.limit])
    return Categories(on=on, pack=f"{pack.id}@{pack.version}", categories=tuple(shown))


async def _context(request: Request) -> Context:
    desk = desk_of(request)
    return desk.law().at(await desk.now())


def _units(asked: AskedUnits, context: Context, on: date) -> Sequence[UnitVersion]:
    directory = context.directory
    if asked.q is not None:
        return directory.search(asked.q, on, asked.limit, asked.level)
    above = None if asked.under is None else _unit_id("under", asked.under, context, on)
    under = directory.children(above, on)
    return [unit for unit in under if asked.level in (None, unit.level)][: asked.limit]


def _bodies(asked: AskedBodies, context: Context, on: date) -> Sequence[Body]:
    directory = context.directory
    if asked.q is not None:
        return directory.search_bodies(asked.q, on, asked.limit, asked.kind)
    roots = [unit.unit_id for unit in directory.children(None, on)]
    units = roots if asked.unit is None else [_unit_id("unit", asked.unit, context, on)]
    found = (body for unit in units for body in directory.bodies_of(unit, on))
    return [body for body in found if asked.kind in (None, body.kind)][: asked.limit]


def _unit_id(name: str, code: str, context: Context, on: date) -> str:
    try:
        return context.directory.unit_at(code, on).unit_id
    except (UnitNotInForce, UnknownUnit) as error:
        raise _wrong(name, error) from None


def _shown(unit: UnitVersion, context: Context, on: date) -> FoundUnit:
    directory = context.directory
    path = (directory.unit(above, on) for above in directory.path(unit.unit_id, on)[1:])
    return FoundUnit(
        code=unit.code,
        name=unit.full_name,
        kind=unit.kind,
        level=unit.level,
        above=tuple(_called(one) for one in path if one is not None),
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


def _shown_body(body: Body, context: Context, on: date) -> FoundBody:
    unit = context.directory.unit(body.unit_id, on)
    return FoundBody(
        ref=context.directory.ref(body.body_id),
        name=body.name,
        kind=body.kind,
        unit=_called(unit) if unit else unit_named(body.unit_id, context.law),
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )


def _called(unit: UnitVersion) -> Unit:
    return Unit(code=unit.code, name=unit.full_name)


def _named(category: Category, text: str) -> bool:
    words, told = fold(text).split(), fold(f"{category.id} {category.vi} {category.en}")
    return bool(words) and all(word in told for word in words)


def _wrong(name: str, error: LookupError) -> Problem:
    return Problem("invalid", errors=[{"query": name, "detail": str(error)}])
