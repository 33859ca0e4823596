"""Bodies and units as they are shown: by the reference people write, and by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from api.language import Language
from domain.case import Clock
from domain.context import Law
from domain.directory import BodyNotInForce, Directory, UnknownBody, UnknownUnit
from domain.language import Mistake
from domain.policy import UnknownPack

__all__ = [
    "Body",
    "Unit",
    "basis_of",
    "body_meant",
    "body_named",
    "body_written",
    "dated",
    "local",
    "unit_named",
    "zone_of",
]

#: Names kept: the same few bodies and units are on every page of a list.
_KEPT = 16_384


class Body(BaseModel):
    """A body by its reference and its name."""

    model_config = ConfigDict(frozen=True)

    ref: Annotated[str, Field(examples=["unit:26737"])]
    name: Annotated[str, Field(examples=["Ủy ban nhân dân phường Tân Định"])]


class Unit(BaseModel):
    """A unit by its code and its full name, as it was called last."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, Field(examples=["26737"])]
    name: Annotated[str, Field(examples=["Phường Tân Định"])]


def basis_of(clock: Clock, law: Law, language: Language) -> tuple[str, ...]:
    """Each legal basis on which the terms of a clock rest, once."""
    told = (law.basis(term).said_in(language) for term in clock.ledger.terms)
    return tuple(dict.fromkeys(filter(None, told)))


def body_named(body_id: str, law: Law) -> Body:
    """The body with this id; under the id where the directory knows it no more."""
    return _body(law.directory, body_id)


def unit_named(unit_id: str, law: Law) -> Unit:
    """The unit with this id; under the id where the directory knows it no more."""
    return _unit(law.directory, unit_id)


def body_meant(named: str, directory: Directory, today: date) -> str:
    """The id of the body that is meant: by who holds the code on the day, today if none is named.

    One that is not in force then is meant all the same: it may have cases. Raises UnknownBody;
    Mistake for what is no day.
    """
    ref, day = dated(named, today)
    try:
        return directory.resolve(ref, day).body_id
    except BodyNotInForce as error:
        return error.body.body_id


def body_written(body_id: str, law: Law, today: date) -> str:
    """How to write a body so that it alone is meant: with a day, if its code is another's now."""
    directory = law.directory
    try:
        ref, last = directory.ref(body_id), directory.known_body(body_id).valid_to
        if last is None or body_meant(ref, directory, today) == body_id:
            return ref
    except UnknownBody:
        return body_id
    return f"{ref}@{last - timedelta(days=1)}"


def dated(named: str, today: date) -> tuple[str, date]:
    """A code and the day it is of, from ``760@2025-06-30``. Raises Mistake for no day."""
    code, at, day = named.partition("@")
    try:
        return code, date.fromisoformat(day) if at else today
    except ValueError:
        raise Mistake(
            "Sau @ là một ngày, như 760@2025-06-30.",
            "A day comes after the @, as 760@2025-06-30.",
        ) from None


def zone_of(pack: str, law: Law) -> ZoneInfo:
    """The zone of local times under a pack, as ``classic@1``; else the installation's."""
    try:
        return ZoneInfo(law.book.get(pack.partition("@")[0]).zone)
    except UnknownPack:
        return ZoneInfo(law.zone)


def local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment in local time, with its offset."""
    return at.astimezone(zone) if at else None


@lru_cache(_KEPT)
def _body(directory: Directory, body_id: str) -> Body:
    try:
        name = directory.body_name(body_id)
    except UnknownBody:
        name = body_id
    return Body(ref=directory.ref(body_id), name=name)


@lru_cache(_KEPT)
def _unit(directory: Directory, unit_id: str) -> Unit:
    try:
        unit = directory.known_unit(unit_id)
    except UnknownUnit:
        return Unit(code=unit_id, name=unit_id)
    return Unit(code=unit.code, name=unit.full_name)
