"""The directory of Vietnam: both lists of units joined at the reform, with the later facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, reduce

from domain.directory import Directory, UnitVersion
from domain.directory.names import name_key
from workers.register_facts import Change, Facts, naming, read_facts, rule_bodies
from workers.register_lists import Lists, RegisterMissing, Row, read_lists

__all__ = ["RegisterMissing", "build", "vietnam"]

#: Kinds of unit as names begin with them.
_KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")
_NAMED = re.compile(rf"({'|'.join(_KINDS)}) (.+)", re.IGNORECASE)

Versions = Mapping[str, tuple[UnitVersion, ...]]


@lru_cache(maxsize=1)
def vietnam() -> Directory:
    """Return the directory of Vietnam, read once. Raises RegisterMissing."""
    return build(read_lists(), read_facts())


def build(lists: Lists, facts: Facts) -> Directory:
    """Join two lists of units and the facts into one directory.

    A unit of the new list is the old one when it keeps both its code and its name; with another
    name the code has a new holder, whose id says since when. Raises ValueError for a fact that
    does not fit the lists.
    """
    join = _Join(lists, facts.reform.on, _new_ids(lists, facts.reform.on))
    units: Versions = reduce(_changed, facts.changes, join.units())
    successors = join.successors()
    named = naming(facts)
    rules = (rule_bodies(rule, units.values(), successors, named) for rule in facts.bodies)
    return Directory(
        units=(version for versions in units.values() for version in versions),
        bodies=(body for bodies in rules for body in bodies),
        successors=successors,
        aliases={alias.code: join.ids[alias.of] for alias in facts.aliases},
        naming=named,
    )


@dataclass(frozen=True, slots=True)
class _Join:
    lists: Lists
    reform: date
    ids: Mapping[str, str]

    def units(self) -> Versions:
        old = {code: self._old(row) for code, row in self.lists.before.items()}
        new = {self.ids[code]: self._new(row) for code, row in self.lists.after.items()}
        ids = dict.fromkeys((*old, *new))
        return {unit_id: _versions(old.get(unit_id), new.get(unit_id)) for unit_id in ids}

    def successors(self) -> dict[str, tuple[str, ...]]:
        """Return who took over from each unit that the reform ended."""
        kept = set(self.ids.values())
        moves = {**self._district_moves(), **self.lists.moves}
        return {
            code: tuple(self.ids[heir] for heir in heirs)
            for code, heirs in moves.items()
            if code not in kept
        }

    def _district_moves(self) -> dict[str, tuple[str, ...]]:
        heirs: dict[str, set[str]] = {}
        for code, row in self.lists.before.items():
            if row.level == "commune" and row.parent is not None:
                heirs.setdefault(row.parent, set()).update(self.lists.moves[code])
        return {code: tuple(sorted(into)) for code, into in heirs.items()}

    def _old(self, row: Row) -> UnitVersion:
        return _version(row, row.code, row.parent, to=self.reform)

    def _new(self, row: Row) -> UnitVersion:
        parent = None if row.parent is None else self.ids[row.parent]
        return _version(row, self.ids[row.code], parent, since=self.reform)


def _versions(old: UnitVersion | None, new: UnitVersion | None) -> tuple[UnitVersion, ...]:
    """Return a unit's versions: one where the reform changed nothing of it."""
    if old is not None and new is not None:
        through = replace(old, valid_to=None)
        if through == replace(new, valid_from=None):
            return (through,)
    return tuple(version for version in (old, new) if version is not None)


def _new_ids(lists: Lists, reform: date) -> dict[str, str]:
    """Return the ids of the units that hold the new list's codes."""
    return {
        code: code if _continues(lists.before.get(code), row) else f"{code}~{reform.year}"
        for code, row in lists.after.items()
    }


def _continues(before: Row | None, after: Row) -> bool:
    return before is None or _same_name(before, after)


def _same_name(one: Row, other: Row) -> bool:
    return name_key(_parted(one.full_name)[1]) == name_key(_parted(other.full_name)[1])


def _version(
    row: Row, unit_id: str, parent_id: str | None, since: date | None = None, to: date | None = None
) -> UnitVersion:
    kind, name = _parted(row.full_name)
    return UnitVersion(
        unit_id=unit_id,
        code=row.code,
        name=name,
        full_name=f"{kind} {name}",
        kind=kind,
        level=row.level,
        parent_id=parent_id,
        valid_from=since,
        valid_to=to,
    )


def _parted(full_name: str) -> tuple[str, str]:
    """Part a name into kind and bare name. Raises ValueError for a kind that is not known."""
    named = _NAMED.fullmatch(full_name)
    if named is None:
        raise ValueError(f"No known kind of unit in the name {full_name!r}")
    kind, name = named.groups()
    return kind.capitalize(), name


def _changed(units: Versions, change: Change) -> Versions:
    """Return the units after a change: what was ends on its day, what becomes begins."""
    renamed = {unit.code: unit for unit in change.units}
    versions = dict(units)
    for unit_id, code in _holders(units, change):
        *past, last = versions[unit_id]
        unit = renamed.pop(code)
        if last.full_name != unit.was:
            raise ValueError(f"{code} is {last.full_name} before {change.on}, not {unit.was}")
        kind, name = _parted(unit.becomes)
        after = replace(last, kind=kind, name=name, full_name=unit.becomes, valid_from=change.on)
        versions[unit_id] = (*past, replace(last, valid_to=change.on), after)
    if renamed:
        raise ValueError(f"No unit of the register to change: {', '.join(sorted(renamed))}")
    return versions


def _holders(units: Versions, change: Change) -> Iterator[tuple[str, str]]:
    """Yield the ids of the units a change is about, each with its code."""
    codes = {unit.code for unit in change.units}
    for unit_id, versions in units.items():
        if versions[-1].code in codes and versions[-1].in_force(change.on):
            yield unit_id, versions[-1].code
