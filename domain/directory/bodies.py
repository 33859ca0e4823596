"""Bodies that can be accountable for a case: found by id, by unit and by what took their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from domain.directory.body import Body, UnknownBody
from domain.directory.unit_checks import outlives
from domain.directory.unit_version import UnitVersion
from domain.directory.units import Units

__all__ = ["Bodies", "Naming"]

#: Bodies that every unit has; their id is this prefix and the unit's id, their life the unit's.
_PREFIXES = {"government": "unit", "party_committee": "party", "front": "front"}
_KINDS = {prefix: kind for kind, prefix in _PREFIXES.items()}

#: Says what the body of a kind is called in a unit.
Naming = Callable[[str, UnitVersion], str]


class Bodies:
    """The bodies that units have by themselves, and the rows for all others.

    A row with the id of a unit's own body takes its place. Raises UnknownUnit for a row of no
    known unit, ValueError for a successor that does not exist or does not outlive the body.
    """

    def __init__(self, units: Units, rows: Iterable[Body], naming: Naming) -> None:
        self._units = units
        self._naming = naming
        self._rows = {row.body_id: row for row in rows}
        self._rows_of: defaultdict[str, list[Body]] = defaultdict(list)
        for row in self._rows.values():
            self._rows_of[units.latest(row.unit_id).unit_id].append(row)
        self._check_successors()

    def __iter__(self) -> Iterator[Body]:
        """Every body under each of its names, in force as long as it was called so."""
        for unit in self._units:
            for prefix in _KINDS:
                if f"{prefix}:{unit.unit_id}" not in self._rows:
                    body = self._of_unit(prefix, unit)
                    yield replace(body, valid_from=unit.valid_from, valid_to=unit.valid_to)
        yield from self._rows.values()

    def at(self, body_id: str, on: date) -> Body | None:
        """Return a body as it is on a day, None when unknown or not in force then."""
        row = self._rows.get(body_id)
        if row is None:
            prefix, _, unit_id = body_id.partition(":")
            unit = self._units.at(unit_id, on) if prefix in _KINDS else None
            return None if unit is None else self._of_unit(prefix, unit)
        return row if row.in_force(on) else None

    def known(self, body_id: str) -> Body | None:
        """Return a body as it was last, in force or not; None when unknown."""
        prefix, _, unit_id = body_id.partition(":")
        versions = self._units.versions(unit_id) if prefix in _KINDS else ()
        own = self._of_unit(prefix, versions[-1]) if versions else None
        return self._rows.get(body_id, own)

    def latest(self, body_id: str) -> Body:
        """Return a body as it was last, in force or not. Raises UnknownBody."""
        known = self.known(body_id)
        if known is None:
            raise UnknownBody(body_id)
        return known

    def of_unit(self, unit: UnitVersion, kind: str, on: date) -> Body | None:
        """Return the body of a kind that a unit has; None where it has none or several."""
        if prefix := _PREFIXES.get(kind):
            return self.at(f"{prefix}:{unit.unit_id}", on)
        rows = self._rows_of.get(unit.unit_id, ())
        found = [row for row in rows if row.kind == kind and row.in_force(on)]
        return found[0] if len(found) == 1 else None

    def all_of_unit(self, unit_id: str, on: date) -> tuple[Body, ...]:
        """Return every body of a unit on a day, its own three first."""
        own = (self.at(f"{prefix}:{unit_id}", on) for prefix in _KINDS)
        rows = (row for row in self._rows_of.get(unit_id, ()) if row.in_force(on))
        found = {body.body_id: body for body in (*own, *rows) if body is not None}
        return tuple(found.values())

    def successors(self, body_id: str, on: date) -> tuple[Body, ...]:
        """Return who stands in the place of a body that ceased. Raises UnknownBody."""
        known = self.latest(body_id)
        if not known.ended(on):
            return ()
        found: dict[str, Body] = {}
        for heir in known.successors:
            body = self.at(heir, on)
            line = self.successors(heir, on) if body is None else (body,)
            found |= {b.body_id: b for b in line}
        return tuple(found.values())

    def _of_unit(self, prefix: str, unit: UnitVersion) -> Body:
        versions = self._units.versions(unit.unit_id)
        return Body(
            body_id=f"{prefix}:{unit.unit_id}",
            kind=_KINDS[prefix],
            unit_id=unit.unit_id,
            name=self._naming(_KINDS[prefix], unit),
            valid_from=versions[0].valid_from,
            valid_to=versions[-1].valid_to,
            successors=tuple(f"{prefix}:{u}" for u in self._units.successors(unit.unit_id)),
        )

    def _check_successors(self) -> None:
        for row in self._rows.values():
            for heir in row.successors:
                after = self.known(heir)
                if after is None or not outlives(after.valid_to, row.valid_to):
                    raise ValueError(
                        f"Body {heir} cannot succeed {row.body_id}: it must exist and outlive it"
                    )
