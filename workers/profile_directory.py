"""The units and bodies that an import profile brings along: their file and its directory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from domain.directory import Body, Directory, Naming, UnitVersion
from domain.places import Gazetteer, Site
from domain.policy.base import Part, Text
from workers.marked_models import load
from workers.packs import PackInvalid

__all__ = ["DirectoryFile", "read_directory", "read_gazetteer"]

T = TypeVar("T")


class SiteRow(Part):
    """The rectangle that a unit lies in (degrees, WGS 84)."""

    south: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)

    def site(self, unit_id: str) -> Site:
        """The row of the gazetteer. Raises ValueError for a rectangle without an inside."""
        if self.south >= self.north or self.west >= self.east:
            raise ValueError(f"{unit_id}: south must be below north, and west before east")
        return Site(
            unit_id=unit_id,
            latitude=(self.south + self.north) / 2,
            longitude=(self.west + self.east) / 2,
            half_height=(self.north - self.south) / 2,
            half_width=(self.east - self.west) / 2,
        )


class UnitRow(Part):
    """One unit; its code is its id and its full name its name, where they are left out.

    ``sites`` tell where it is, so that reports with coordinates find it.
    """

    id: Text
    name: Text
    code: Text | None = None
    full_name: Text | None = None
    kind: Text
    level: Text
    parent: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    sites: tuple[SiteRow, ...] = ()

    def version(self) -> UnitVersion:
        """The row of the directory."""
        return UnitVersion(
            unit_id=self.id,
            code=self.code or self.id,
            name=self.name,
            full_name=self.full_name or self.name,
            kind=self.kind,
            level=self.level,
            parent_id=self.parent,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class BodyRow(Part):
    """One body that is not a unit's own, such as a department of a city."""

    id: Text
    kind: Text = "agency"
    unit: Text
    name: Text
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[Text, ...] = ()

    def body(self) -> Body:
        """The row of the directory."""
        return Body(
            body_id=self.id,
            kind=self.kind,
            unit_id=self.unit,
            name=self.name,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            successors=self.successors,
        )


class DirectoryFile(Part):
    """A territory in one file.

    ``names`` says by kind (``government``, ``party_committee``, ``front``) what a unit's own
    bodies are called, with ``{unit}`` for its full name; ``successors`` go by unit id; ``short``
    says how a kind of unit is written short in addresses.
    """

    names: dict[str, Text] = Field(default_factory=dict)
    units: tuple[UnitRow, ...] = Field(min_length=1)
    bodies: tuple[BodyRow, ...] = ()
    successors: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    short: dict[str, tuple[Text, ...]] = Field(default_factory=dict)

    def gazetteer(self) -> Gazetteer:
        """Where its units are, as far as the file says so. Raises ValueError."""
        sites = tuple(row.site(unit.id) for unit in self.units for row in unit.sites)
        return Gazetteer(sites, self.short)

    def directory(self) -> Directory:
        """Build the directory. Raises ValueError, LookupError for rows that do not fit together."""
        return Directory(
            units=(row.version() for row in self.units),
            bodies=(row.body() for row in self.bodies),
            successors=self.successors,
            naming=self._naming(),
        )

    def _naming(self) -> Naming:
        names = self.names
        return lambda kind, unit: names.get(kind, "{unit}").replace("{unit}", unit.full_name)


def read_directory(path: Path) -> Directory:
    """Read a directory file. Raises PackInvalid naming the line."""
    return _made(path, DirectoryFile.directory)


def read_gazetteer(path: Path) -> Gazetteer:
    """Read where the units of a directory file are. Raises PackInvalid naming the line."""
    return _made(path, DirectoryFile.gazetteer)


def _made(path: Path, make: Callable[[DirectoryFile], T]) -> T:
    loaded = load(DirectoryFile, path)
    if loaded.value is None:
        raise PackInvalid(loaded.problems)
    try:
        return make(loaded.value)
    except (ValueError, LookupError) as error:
        raise PackInvalid([loaded.source.problem((), str(error))]) from error
