"""The dated directory: which unit and which body answers to a name on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType

from domain.directory.bodies import Bodies, Naming
from domain.directory.body import Body, BodyNotInForce, UnknownBody
from domain.directory.body_search import BodySearch
from domain.directory.territory import Territory, plain_names
from domain.directory.unit_search import UnitSearch
from domain.directory.unit_version import UnitNotInForce, UnitVersion, UnknownUnit
from domain.directory.units import Units

__all__ = [
    "Body",
    "BodyNotInForce",
    "Directory",
    "Naming",
    "Territory",
    "UnitNotInForce",
    "UnitVersion",
    "UnknownBody",
    "UnknownUnit",
]

_NONE: Mapping[str, str] = MappingProxyType({})
#: Answers kept: reports of a day come from the same communes again and again.
_KEPT = 65_536


class Directory:
    """Units and bodies with their dates, in any country.

    Each unit has a government, a party committee and a front without a row of their own; ``naming``
    says what those are called. Everything else that can be accountable is a row of ``bodies``.
    ``successors`` and ``aliases`` go by unit id: who took over from a unit that ended, and which
    further code a unit has. Raises ValueError for data that contradicts itself.
    """

    def __init__(
        self,
        units: Iterable[UnitVersion],
        bodies: Iterable[Body],
        successors: Mapping[str, tuple[str, ...]],
        aliases: Mapping[str, str] = _NONE,
        naming: Naming = plain_names,
    ) -> None:
        given = Territory(tuple(units), tuple(bodies), successors, aliases, naming)
        self.territory = given
        self._units = Units(given.units, successors, aliases)
        self._bodies = Bodies(self._units, given.bodies, naming)
        self._on_ladder = lru_cache(_KEPT)(self._find_on_ladder)

    @classmethod
    def joined(cls, *directories: Directory) -> Directory:
        """Return one directory of several territories. Raises ValueError for what they share."""
        whole = Territory.joined([directory.territory for directory in directories])
        return cls(whole.units, whole.bodies, whole.successors, whole.aliases, whole.naming)

    def unit_at(self, code: str, on: date) -> UnitVersion:
        """Return the unit that holds a code on a day. Raises UnknownUnit, UnitNotInForce."""
        return self._units.at_code(code, on)

    def unit(self, unit_id: str, on: date) -> UnitVersion | None:
        """Return a unit as it is on a day, None when it is not in force then."""
        return self._units.at(unit_id, on)

    def known_unit(self, unit_id: str) -> UnitVersion:
        """Return a unit's last version, for the names on old events. Raises UnknownUnit."""
        return self._units.latest(unit_id)

    def heirs(self, unit_id: str, on: date) -> tuple[UnitVersion, ...]:
        """Return who stands in a unit's place on a day: itself, or those who took over.

        Raises UnknownUnit.
        """
        return self._units.heirs(unit_id, on)

    def path(self, unit_id: str, on: date) -> tuple[str, ...]:
        """Return the ids of a unit and its ancestors, itself first; empty when not in force."""
        return tuple(unit.unit_id for unit in self._units.path(unit_id, on))

    def subtree(self, unit_id: str, on: date) -> frozenset[str]:
        """Return the ids of a unit and all under it; empty when it is not in force."""
        return self._units.subtree(unit_id, on)

    def children(self, unit_id: str | None, on: date) -> tuple[UnitVersion, ...]:
        """Return the units directly under one on a day, or those under none."""
        return self._units.children(unit_id, on)

    def search(
        self, text: str, on: date, limit: int = 20, level: str | None = None
    ) -> list[UnitVersion]:
        """Return the units in force that match a name or a code, best first, without diacritics."""
        return self._search.find(text, on, limit, level)

    def body(self, body_id: str, on: date) -> Body | None:
        """Return a body as it is on a day, None when unknown or not in force then."""
        return self._bodies.at(body_id, on)

    def bodies_of(self, unit_id: str, on: date) -> tuple[Body, ...]:
        """Return every body of a unit on a day: its own, then its agencies."""
        return self._bodies.all_of_unit(unit_id, on)

    def search_bodies(
        self, text: str, on: date, limit: int = 20, kind: str | None = None
    ) -> list[Body]:
        """Return the bodies in force whose name matches, best first, without diacritics."""
        named = self._body_search.find(text, on, limit, kind)
        return [body for one in named if (body := self.body(one.body_id, on)) is not None]

    def resolve(self, ref: str, on: date) -> Body:
        """Return the body meant by what a person wrote on a day.

        A body's id names it; ``unit:CODE``, ``party:CODE`` and ``front:CODE`` (as any id made of
        a word and a unit) go by who holds the code on that day. Raises UnknownBody,
        BodyNotInForce.
        """
        candidates = (self._coded(ref, on), ref)
        for body_id in candidates:
            if found := self._bodies.at(body_id, on):
                return found
        known = self._bodies.known(candidates[0]) or self._bodies.latest(ref)
        raise BodyNotInForce(known, on, self.successors(known.body_id, on))

    def ref(self, body_id: str) -> str:
        """Return how people write a body: by the code of its unit where it has an id like that."""
        prefix, _, unit_id = body_id.partition(":")
        versions = self._units.versions(unit_id)
        return f"{prefix}:{versions[-1].code}" if versions else body_id

    def known_body(self, body_id: str) -> Body:
        """Return a body as it was last, in force or not. Raises UnknownBody."""
        return self._bodies.latest(body_id)

    def body_name(self, body_id: str) -> str:
        """Return a body's last known name. Raises UnknownBody."""
        return self.known_body(body_id).name

    def ladder_body(self, unit_id: str, level: str, body_kind: str, on: date) -> Body | None:
        """Return the body of a kind on a rung: of the unit, or of its ancestor at that level.

        A unit that has ended is followed to its successors; with several, the level has a body
        only where they all share one unit of it. An agency is found where the unit has only one.
        Raises UnknownUnit.
        """
        return self._on_ladder(unit_id, level, body_kind, on)

    def _find_on_ladder(self, unit_id: str, level: str, body_kind: str, on: date) -> Body | None:
        unit = self._units.at_level(unit_id, level, on)
        return None if unit is None else self._bodies.of_unit(unit, body_kind, on)

    def successors(self, body_id: str, on: date) -> tuple[Body, ...]:
        """Return the bodies that stand, on a day, in the place of one that ceased before it.

        Chains are followed; a body still in force, or not begun, has none. Raises UnknownBody.
        """
        return self._bodies.successors(body_id, on)

    @cached_property
    def _search(self) -> UnitSearch:
        # Only people search; a worker never pays for the index.
        return UnitSearch(self._units)

    @cached_property
    def _body_search(self) -> BodySearch:
        return BodySearch(self._bodies)

    def _coded(self, ref: str, on: date) -> str:
        """Put the id of the unit that holds a code in the place of the code."""
        prefix, colon, code = ref.partition(":")
        unit = self._units.holder(code, on) if colon else None
        return ref if unit is None else f"{prefix}:{unit.unit_id}"
