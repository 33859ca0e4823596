"""What a directory of units may not say: contradictions found when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from itertools import pairwise

from domain.directory.unit_version import UnitVersion

__all__ = ["check_units", "outlives"]

Grouped = Mapping[str, tuple[UnitVersion, ...]]


def check_units(
    by_id: Grouped,
    by_code: Grouped,
    successors: Mapping[str, tuple[str, ...]],
    aliases: Mapping[str, str],
) -> None:
    """Raise ValueError when versions, codes, parents or successors contradict each other."""
    for versions in by_id.values():
        _check_joined(versions)
    for held in by_code.values():
        _check_apart(held)
    parents = {unit_id: _parents(versions) for unit_id, versions in by_id.items()}
    above = set[str]().union(*parents.values())
    _check_known(by_id, "parent", above)
    _check_known(by_id, "unit with successors", successors)
    _check_known(by_id, "successor", (s for heirs in successors.values() for s in heirs))
    _check_known(by_id, "unit with an alias", aliases.values())
    _check_lines(by_id, successors)
    # Raises CycleError, a ValueError, where a unit is above itself.
    TopologicalSorter({unit_id: parents[unit_id] for unit_id in above}).prepare()


def outlives(after: date | None, before: date | None) -> bool:
    """Say whether an end is later than another; None is open and ends never."""
    return before is not None and (after is None or after > before)


def _parents(versions: tuple[UnitVersion, ...]) -> set[str]:
    return {version.parent_id for version in versions if version.parent_id is not None}


def _check_joined(versions: tuple[UnitVersion, ...]) -> None:
    for before, after in pairwise(versions):
        if before.valid_to is None or before.valid_to != after.valid_from:
            raise ValueError(
                f"Unit {after.unit_id}: a version ends {before.valid_to}, the next begins "
                f"{after.valid_from}; they must meet"
            )


def _check_apart(held: tuple[UnitVersion, ...]) -> None:
    for before, after in pairwise(held):
        if before.valid_to is None or before.valid_to > (after.valid_from or date.min):
            raise ValueError(
                f"Code {after.code} is held by {before.unit_id} and {after.unit_id} at once"
            )


def _check_known(by_id: Grouped, role: str, unit_ids: Iterable[str]) -> None:
    missing = sorted(set(unit_ids) - by_id.keys())
    if missing:
        raise ValueError(f"No such {role} in the directory: {', '.join(missing)}")


def _check_lines(by_id: Grouped, successors: Mapping[str, tuple[str, ...]]) -> None:
    """A successor must outlive its predecessor, or following the chain would never end."""
    for unit_id, heirs in successors.items():
        for heir in heirs:
            if not outlives(by_id[heir][-1].valid_to, by_id[unit_id][-1].valid_to):
                raise ValueError(f"Unit {heir} cannot succeed {unit_id}: it does not outlive it")
