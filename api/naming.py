"""Bodies and units as they are shown: by the reference people write, and by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from domain.context import Law
from domain.directory import UnknownBody, UnknownUnit
from domain.policy import UnknownPack

__all__ = ["Body", "Unit", "body_named", "local", "unit_named", "zone_of"]


class Body(BaseModel):
    """A body by its reference and its name."""

    ref: Annotated[str, Field(examples=["unit:26737"])]
    name: Annotated[str, Field(examples=["Ủy ban nhân dân phường Tân Định"])]


class Unit(BaseModel):
    """A unit by its code and its full name, as it was called last."""

    code: Annotated[str, Field(examples=["26737"])]
    name: Annotated[str, Field(examples=["Phường Tân Định"])]


def body_named(body_id: str, law: Law) -> Body:
    """The body with this id; under the id where the directory knows it no more."""
    try:
        name = law.directory.body_name(body_id)
    except UnknownBody:
        name = body_id
    return Body(ref=law.directory.ref(body_id), name=name)


def unit_named(unit_id: str, law: Law) -> Unit:
    """The unit with this id; under the id where the directory knows it no more."""
    try:
        unit = law.directory.known_unit(unit_id)
    except UnknownUnit:
        return Unit(code=unit_id, name=unit_id)
    return Unit(code=unit.code, name=unit.full_name)


def zone_of(pack: str, law: Law) -> ZoneInfo:
    """The zone of local times under a pack, as ``classic@1``; else the installation's."""
    try:
        return ZoneInfo(law.book.get(pack.partition("@")[0]).zone)
    except UnknownPack:
        return ZoneInfo(law.zone)


def local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment in local time, with its offset."""
    return at.astimezone(zone) if at else None
