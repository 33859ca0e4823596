"""Finding units by what a person remembers of their name, without diacritics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.names import fold
from domain.unit_version import UnitVersion
from domain.units import Units

__all__ = ["UnitSearch"]


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: UnitVersion
    name: str
    full: str
    spaced: str
    own: frozenset[str]
    place: frozenset[str]
    depth: int


@dataclass(frozen=True, slots=True)
class _Query:
    text: str
    spaced: str
    words: frozenset[str]


class UnitSearch:
    """The search keys of every version of every unit."""

    def __init__(self, units: Units) -> None:
        keys = {version: fold(version.full_name) for version in units}
        self._entries = [_entry(version, units, keys) for version in units]

    def find(self, text: str, on: date, limit: int, level: str | None) -> list[UnitVersion]:
        """Return units in force on a day, best match first.

        The order is: the same name or code, a name or code that begins so, the same words in a
        name, a part of a name, and last the words found in the name and those of the units above
        (``ben nghe quan 1``). Equal matches come from the top of the tree down.
        """
        query = _query(text)
        ranked = [
            (rank, entry.depth, len(entry.full), entry.full, entry.unit.code, entry.unit)
            for entry in self._entries
            if entry.unit.in_force(on)
            and level in (None, entry.unit.level)
            and (rank := _rank(entry, query)) is not None
        ]
        ranked.sort(key=lambda found: found[:-1])
        return [found[-1] for found in ranked[: max(limit, 0)]]


def _entry(unit: UnitVersion, units: Units, keys: dict[UnitVersion, str]) -> _Entry:
    above = units.path(unit.unit_id, unit.valid_from or date.min)
    own = keys[unit]
    return _Entry(
        unit=unit,
        name=fold(unit.name).replace(" ", ""),
        full=own.replace(" ", ""),
        spaced=f" {own} ",
        own=frozenset(own.split()),
        place=frozenset(word for version in above for word in keys[version].split()),
        depth=len(above),
    )


def _query(text: str) -> _Query:
    key = fold(text)
    return _Query(text=key.replace(" ", ""), spaced=f" {key} ", words=frozenset(key.split()))


def _rank(entry: _Entry, query: _Query) -> int | None:
    names = (entry.name, entry.full, entry.unit.code)
    tests = (
        query.text in names,
        any(name.startswith(query.text) for name in names),
        query.spaced in entry.spaced,
        query.text in entry.full,
        query.words <= entry.place and not query.words.isdisjoint(entry.own),
    )
    return tests.index(True) if query.text and True in tests else None
