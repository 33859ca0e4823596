"""All units of a territory: who held a code when, under whom, and who came after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from domain.directory.unit_checks import check_units
from domain.directory.unit_version import UnitNotInForce, UnitVersion, UnknownUnit

__all__ = ["Units"]


class Units:
    """All versions of all units, looked up by id, by code and along the tree.

    ``successors`` names, by id, the units that took over from one that ended; ``aliases`` are
    further codes under which a unit is written in some lists. Raises ValueError for data that
    contradicts itself: a gap or an overlap between the versions of a unit, two holders of one
    code on one day, a unit above itself, a parent or a successor that does not exist.
    """

    def __init__(
        self,
        versions: Iterable[UnitVersion],
        successors: Mapping[str, tuple[str, ...]],
        aliases: Mapping[str, str],
    ) -> None:
        ordered = sorted(versions, key=_start)
        self._by_id = _grouped((v.unit_id, v) for v in ordered)
        self._by_code = _grouped((v.code, v) for v in ordered)
        self._children = _grouped((v.parent_id, v) for v in ordered if v.parent_id is not None)
        self._successors = dict(successors)
        check_units(self._by_id, self._by_code, self._successors, aliases)
        self._by_code |= {a: self._by_id[u] for a, u in aliases.items() if a not in self._by_code}

    def __iter__(self) -> Iterator[UnitVersion]:
        for versions in self._by_id.values():
            yield from versions

    def versions(self, unit_id: str) -> tuple[UnitVersion, ...]:
        """Return every version of a unit, oldest first; empty when the id is unknown."""
        return self._by_id.get(unit_id, ())

    def latest(self, unit_id: str) -> UnitVersion:
        """Return the last version of a unit. Raises UnknownUnit."""
        versions = self.versions(unit_id)
        if not versions:
            raise UnknownUnit(unit_id)
        return versions[-1]

    def at(self, unit_id: str, on: date) -> UnitVersion | None:
        """Return the version of a unit on a day, None when it was not in force."""
        return next((v for v in self.versions(unit_id) if v.in_force(on)), None)

    def holder(self, code: str, on: date) -> UnitVersion | None:
        """Return who held a code on a day, or who held it last before; None if nobody had."""
        past = [v for v in self._by_code.get(code, ()) if v.in_force(on) or v.ended(on)]
        return past[-1] if past else None

    def at_code(self, code: str, on: date) -> UnitVersion:
        """Return the unit that holds a code on a day. Raises UnknownUnit, UnitNotInForce."""
        held = self._by_code.get(code)
        if held is None:
            raise UnknownUnit(code)
        last = self.holder(code, on)
        if last is None:
            raise UnitNotInForce(held[0], None, ())
        if not last.in_force(on):
            raise UnitNotInForce(last, last.valid_to, self.heirs(last.unit_id, on))
        return last

    def successors(self, unit_id: str) -> tuple[str, ...]:
        """Return the ids of the units that took over directly from a unit."""
        return self._successors.get(unit_id, ())

    def heirs(self, unit_id: str, on: date) -> tuple[UnitVersion, ...]:
        """Return who stands in a unit's place on a day: itself, or its successors' successors.

        Nobody stands in the place of a unit that has not begun. Raises UnknownUnit.
        """
        current = self.at(unit_id, on)
        if current is not None:
            return (current,)
        if not self.latest(unit_id).ended(on):
            return ()
        lines = (self.heirs(heir, on) for heir in self.successors(unit_id))
        return tuple(dict.fromkeys(unit for line in lines for unit in line))

    def path(self, unit_id: str, on: date) -> tuple[UnitVersion, ...]:
        """Return a unit and its ancestors on a day, itself first; empty when not in force."""
        path: list[UnitVersion] = []
        at = self.at(unit_id, on)
        while at is not None:
            path.append(at)
            at = None if at.parent_id is None else self.at(at.parent_id, on)
        return tuple(path)

    def at_level(self, unit_id: str, level: str, on: date) -> UnitVersion | None:
        """Return the one unit of a level that stands over a unit on a day, itself included.

        After a unit has ended that is the unit which all its heirs share; None where they share
        none. Raises UnknownUnit.
        """
        over = {
            next((u for u in self.path(heir.unit_id, on) if u.level == level), None)
            for heir in self.heirs(unit_id, on)
        }
        return over.pop() if len(over) == 1 else None

    def children(self, unit_id: str | None, on: date) -> tuple[UnitVersion, ...]:
        """Return the units directly under one on a day, or those under none, by code."""
        under = self if unit_id is None else self._children.get(unit_id, ())
        found = (unit for unit in under if unit.parent_id == unit_id and unit.in_force(on))
        return tuple(sorted(found, key=lambda unit: unit.code))

    def subtree(self, unit_id: str, on: date) -> frozenset[str]:
        """Return the ids of a unit and all units under it on a day; empty when not in force."""
        if self.at(unit_id, on) is None:
            return frozenset()
        children = (c.unit_id for c in self._children.get(unit_id, ()) if c.in_force(on))
        return frozenset({unit_id}).union(*(self.subtree(child, on) for child in children))


def _start(version: UnitVersion) -> date:
    return version.valid_from or date.min


def _grouped(pairs: Iterable[tuple[str, UnitVersion]]) -> dict[str, tuple[UnitVersion, ...]]:
    groups: defaultdict[str, list[UnitVersion]] = defaultdict(list)
    for key, version in pairs:
        groups[key].append(version)
    return {key: tuple(versions) for key, versions in groups.items()}
