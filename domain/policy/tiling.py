"""Makes sure that on every day exactly one rule holds for each clock, level and severity."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from domain.policy.base import Fault
from domain.policy.parts import CLOCKS, EVERY, Rule

__all__ = ["Scope", "spread", "tiling_faults"]


class Scope(NamedTuple):
    """What the rules of a pack cover between them, from `start` up to, not including, `end`."""

    levels: tuple[str, ...]
    severities: tuple[str, ...]
    start: date
    end: date


class _Gap(NamedTuple):
    clock: str
    start: date
    end: date
    path: tuple[str | int, ...]


_Placed = tuple[int, Rule]
_RULES: tuple[str | int, ...] = ("rules",)


def spread(names: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """List the names a rule stands for, `*` being all that are known."""
    return known if names == (EVERY,) else names


def tiling_faults(rules: Sequence[Rule], scope: Scope) -> list[Fault]:
    """Name every stretch of days with no rule, and every two rules that hold on the same day."""
    gaps: dict[_Gap, list[str]] = {}
    overlaps: dict[tuple[int, int], Fault] = {}
    for clock, level, severity in product(CLOCKS, scope.levels, scope.severities):
        covering = _covering(rules, scope, (clock, level, severity))
        for gap in _gaps(clock, covering, scope):
            gaps.setdefault(gap, []).append(f"{level}/{severity}")
        for first, second in _overlaps(covering):
            fault = _overlap_fault(first[1], second, f"{clock} {level}/{severity}")
            overlaps.setdefault((first[0], second[0]), fault)
    return [*(_gap_fault(gap, cells) for gap, cells in gaps.items()), *overlaps.values()]


def _covering(rules: Sequence[Rule], scope: Scope, cell: tuple[str, str, str]) -> list[_Placed]:
    """List the rules for one clock, level and severity in the order of their first day."""
    clock, level, severity = cell
    found = [
        (at, rule)
        for at, rule in enumerate(rules)
        if rule.clock == clock
        and level in spread(rule.levels, scope.levels)
        and severity in spread(rule.severities, scope.severities)
    ]
    return sorted(found, key=lambda placed: placed[1].valid_from)


def _gaps(clock: str, covering: list[_Placed], scope: Scope) -> Iterator[_Gap]:
    reach, last = scope.start, _RULES
    for at, rule in covering:
        if rule.valid_from > reach:
            yield _Gap(clock, reach, rule.valid_from, ("rules", at, "valid_from"))
        if rule.end > reach:
            reach, last = rule.end, ("rules", at, "valid_to")
    if reach < scope.end:
        yield _Gap(clock, reach, scope.end, last)


def _overlaps(covering: list[_Placed]) -> Iterator[tuple[_Placed, _Placed]]:
    longest: _Placed | None = None
    for placed in covering:
        if longest is not None and placed[1].valid_from < longest[1].end:
            yield longest, placed
        if longest is None or placed[1].end > longest[1].end:
            longest = placed


def _gap_fault(gap: _Gap, cells: list[str]) -> Fault:
    until = "on" if gap.end == date.max else f"to {gap.end} (not included)"
    where = ", ".join(cells)
    message = f"no {gap.clock} rule for {where} from {gap.start} {until}; close the gap"
    return Fault(gap.path, message)


def _overlap_fault(first: Rule, second: _Placed, cell: str) -> Fault:
    at, rule = second
    message = (
        f"{first.ref} and {rule.ref} both hold for {cell} on {rule.valid_from}; "
        f"end one before the other begins"
    )
    return Fault(("rules", at, "valid_from"), message)
