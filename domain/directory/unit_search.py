"""Finding units by what a person remembers of their name, without diacritics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from domain.directory.names import fold, squeeze
from domain.directory.unit_version import UnitVersion
from domain.directory.units import Units

__all__ = ["UnitSearch"]

#: How well an entry answers a query; less is better.
_EXACT, _PREFIX, _WORDS, _PART, _PLACE = range(5)


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: UnitVersion
    keys: str
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
        if not query.text:
            return []
        ranked = (
            (rank, entry.depth, len(entry.full), entry.full, entry.unit.code, entry.unit)
            for entry in self._entries
            if (rank := _rank(entry, query)) is not None
            and entry.unit.in_force(on)
            and level in (None, entry.unit.level)
        )
        return [found[-1] for found in nsmallest(limit, ranked, key=lambda found: found[:-1])]


def _entry(unit: UnitVersion, units: Units, keys: dict[UnitVersion, str]) -> _Entry:
    above = units.path(unit.unit_id, unit.valid_from or date.min)
    own = keys[unit]
    full = own.replace(" ", "")
    return _Entry(
        unit=unit,
        # All keys in one text: most entries are ruled out by looking through it once.
        keys=f"{full} {squeeze(unit.name)} {unit.code}",
        name=squeeze(unit.name),
        full=full,
        spaced=f" {own} ",
        own=frozenset(own.split()),
        place=frozenset(word for version in above for word in keys[version].split()),
        depth=len(above),
    )


def _query(text: str) -> _Query:
    key = fold(text)
    return _Query(text=key.replace(" ", ""), spaced=f" {key} ", words=frozenset(key.split()))


def _rank(entry: _Entry, query: _Query) -> int | None:
    if query.text not in entry.keys:
        return _PLACE if _in_place(entry, query) else None
    names = (entry.name, entry.full, entry.unit.code)
    if query.text in names:
        return _EXACT
    if any(name.startswith(query.text) for name in names):
        return _PREFIX
    if query.spaced in entry.spaced:
        return _WORDS
    # A part of a code says nothing.
    return _PART if query.text in entry.full else None


def _in_place(entry: _Entry, query: _Query) -> bool:
    """Say whether several words are found in a name and those of the units above it."""
    several = len(query.words) > 1
    return several and query.words <= entry.place and not query.words.isdisjoint(entry.own)
