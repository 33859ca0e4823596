"""Finds what is wrong with the rules of a pack: names it does not have, days out of its reach."""

from collections.abc import Iterable, Iterator, Sequence

from domain.policy.base import Fault
from domain.policy.parts import Rule
from domain.policy.tiling import Scope, spread, tiling_faults

__all__ = ["repeated", "rule_faults"]


def repeated(path: str, ids: Iterable[str]) -> Iterator[Fault]:
    """Find every id that a list of a pack holds a second time."""
    seen: set[str] = set()
    for at, known in enumerate(ids):
        if known in seen:
            yield Fault((path, at), f"{known} is in {path} twice; remove or rename one")
        seen.add(known)


def rule_faults(rules: Sequence[Rule], scope: Scope) -> list[Fault]:
    """Find what is wrong with the rules of a pack.

    Gaps and overlaps are looked for only when every name is known: a misspelt level would
    otherwise show up as a hundred missing days.
    """
    faults = list(repeated("rules", (rule.ref for rule in rules)))
    for at, rule in enumerate(rules):
        faults += _unknown(at, "levels", rule.levels, scope.levels)
        faults += _unknown(at, "severities", rule.severities, scope.severities)
        faults += _outside(at, rule, scope)
    return faults or tiling_faults(rules, scope)


def _unknown(
    at: int, field: str, names: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[Fault]:
    for place, name in enumerate(spread(names, known)):
        if name not in known:
            message = f"{name} is not one of the pack's {field}: {', '.join(known)}"
            yield Fault(("rules", at, field, place), message)


def _outside(at: int, rule: Rule, scope: Scope) -> Iterator[Fault]:
    if rule.valid_from < scope.start:
        message = f"{rule.ref} begins before its pack does; begin it on {scope.start}"
        yield Fault(("rules", at, "valid_from"), message)
    if rule.end > scope.end:
        message = f"{rule.ref} must end with its pack; give it valid_to {scope.end} or earlier"
        yield Fault(("rules", at, "valid_to"), message)
