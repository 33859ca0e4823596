"""What a directory is made of, and how the parts of several territories become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.directory.bodies import Naming
from domain.directory.body import Body
from domain.directory.unit_version import UnitVersion

__all__ = ["Territory", "plain_names"]


def plain_names(_kind: str, unit: UnitVersion) -> str:
    """Call every body of a unit as the unit."""
    return unit.full_name


@dataclass(frozen=True, slots=True)
class Territory:
    """The rows of a directory; see there for what each is."""

    units: tuple[UnitVersion, ...]
    bodies: tuple[Body, ...]
    successors: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str]
    naming: Naming = plain_names

    @classmethod
    def joined(cls, parts: Sequence[Territory]) -> Territory:
        """Return the rows of all parts. Raises ValueError for an id or a code they share."""
        for part in ("unit", "code", "body"):
            _refuse_shared(part, [_names(part, territory) for territory in parts])
        return cls(
            units=tuple(unit for part in parts for unit in part.units),
            bodies=tuple(body for part in parts for body in part.bodies),
            successors={u: heirs for part in parts for u, heirs in part.successors.items()},
            aliases={code: u for part in parts for code, u in part.aliases.items()},
            naming=_by_part(parts),
        )


def _names(what: str, part: Territory) -> set[str]:
    if what == "unit":
        return {unit.unit_id for unit in part.units}
    if what == "code":
        return {unit.code for unit in part.units} | set(part.aliases)
    return {body.body_id for body in part.bodies}


def _refuse_shared(what: str, parts: Iterable[set[str]]) -> None:
    seen: set[str] = set()
    for names in parts:
        if shared := sorted(seen & names):
            raise ValueError(
                f"Two territories have the same {what}: {', '.join(shared[:3])}; "
                "begin the names of one of them with a word of its own"
            )
        seen |= names


def _by_part(parts: Sequence[Territory]) -> Naming:
    """Each unit's bodies are called as in its own territory."""
    owner = {unit.unit_id: part.naming for part in parts for unit in part.units}
    return lambda kind, unit: owner[unit.unit_id](kind, unit)
