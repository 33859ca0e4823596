"""The units and bodies that an import profile brings along: their file and its directory."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from domain.directory import Body, Directory, Naming, UnitVersion
from domain.policy.base import Part, Text
from workers.marked_models import load
from workers.packs import PackInvalid

__all__ = ["DirectoryFile", "read_directory"]


class UnitRow(Part):
    """One unit; its code is its id and its full name its name, where they are left out."""

    id: Text
    name: Text
    code: Text | None = None
    full_name: Text | None = None
    kind: Text
    level: Text
    parent: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None

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
    bodies are called, with ``{unit}`` for its full name; ``successors`` go by unit id.
    """

    names: dict[str, Text] = Field(default_factory=dict)
    units: tuple[UnitRow, ...] = Field(min_length=1)
    bodies: tuple[BodyRow, ...] = ()
    successors: dict[str, tuple[str, ...]] = Field(default_factory=dict)

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
    loaded = load(DirectoryFile, path)
    if loaded.value is None:
        raise PackInvalid(loaded.problems)
    try:
        return loaded.value.directory()
    except (ValueError, LookupError) as error:
        raise PackInvalid([loaded.source.problem((), str(error))]) from error
