"""The dated facts that the register's package lacks: what their file may say, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

import policies
from domain.directory import Body, Naming, UnitVersion
from workers.marked_models import load

__all__ = ["Alias", "BodyRule", "Change", "Facts", "naming", "read_facts", "rule_bodies"]

SHIPPED = Path(policies.__file__).parent / "directory" / "vn-extra.yaml"


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Reform(_Fact):
    """The day between the package's two lists."""

    on: date
    basis: str


class Renamed(_Fact):
    """One unit that goes on under another kind or name."""

    code: str
    was: str
    becomes: str


class Change(_Fact):
    """Units that changed kind or name on one day, by one legal act."""

    on: date
    basis: str
    units: tuple[Renamed, ...] = Field(strict=False)


class Alias(_Fact):
    """A further code, on any day, of the unit that holds ``of`` from the reform on."""

    code: str
    of: str
    basis: str


class Called(_Fact):
    """A further name by which people write the unit that holds a code since the reform."""

    code: str
    name: str


class BodyRule(_Fact):
    """A body that every unit of a level has, for a time; ``into`` is what takes over."""

    prefix: str
    level: str
    kind: str
    name: str
    basis: str
    valid_from: date | None = None
    valid_to: date | None = None
    into: str | None = None


class Facts(_Fact):
    """One file of facts; ``naming`` has the name's form by kind of body and kind of unit.

    ``short`` are the ways in which kinds of units are written short in addresses.
    """

    id: str
    version: int
    reform: Reform
    changes: tuple[Change, ...] = Field(strict=False)
    aliases: tuple[Alias, ...] = Field(strict=False)
    short: dict[str, Annotated[tuple[str, ...], Field(strict=False)]] = {}
    called: tuple[Called, ...] = Field(default=(), strict=False)
    naming: dict[str, dict[str, str]]
    bodies: tuple[BodyRule, ...] = Field(strict=False)


def read_facts(path: Path = SHIPPED) -> Facts:
    """Read a file of facts. Raises ValueError naming the lines that are wrong."""
    loaded = load(Facts, path)
    if loaded.value is None:
        raise ValueError("\n".join(map(str, loaded.problems)))
    return loaded.value


def naming(facts: Facts) -> Naming:
    """Return what says how a unit's own bodies are called."""

    def name(kind: str, unit: UnitVersion) -> str:
        forms = facts.naming[kind]
        # A numbered unit is called by its kind too: Quận ủy Quận 1.
        bare = unit.full_name if unit.name.isdigit() else unit.name
        inside = unit.full_name[:1].lower() + unit.full_name[1:]
        return forms.get(unit.kind, forms["*"]).format(name=bare, unit=inside)

    return name


def rule_bodies(
    rule: BodyRule,
    units: Iterable[tuple[UnitVersion, ...]],
    successors: Mapping[str, tuple[str, ...]],
    named: Naming,
) -> Iterator[Body]:
    """Yield the body of a rule in each unit, given with all its versions, that had one."""
    at_level = (versions for versions in units if versions[-1].level == rule.level)
    for versions in at_level:
        start = _later(rule.valid_from, versions[0].valid_from)
        end = _earlier(rule.valid_to, versions[-1].valid_to)
        if start is not None and end is not None and start >= end:
            continue
        last = versions[-1]
        yield Body(
            body_id=f"{rule.prefix}:{last.unit_id}",
            kind=rule.kind,
            unit_id=last.unit_id,
            name=rule.name.format(committee=named("party_committee", last)),
            valid_from=start,
            valid_to=end,
            successors=_heirs(rule, last, end, successors),
        )


def _heirs(
    rule: BodyRule, unit: UnitVersion, end: date | None, successors: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The end of the unit passes a body on to its successors; the end of the rule, to another."""
    if end is not None and end == unit.valid_to:
        return tuple(f"{rule.prefix}:{heir}" for heir in successors.get(unit.unit_id, ()))
    return () if end is None or rule.into is None else (f"{rule.into}:{unit.unit_id}",)


def _later(one: date | None, other: date | None) -> date | None:
    return max((d for d in (one, other) if d is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((d for d in (one, other) if d is not None), default=None)
