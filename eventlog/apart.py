"""A scope as several that are apart: each is found by an index of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from domain.scope import AllOf, AnyOf, Not, OneOf, Scope

__all__ = ["apart", "is_area"]


#: Into more parts nothing is cut: each costs questions of its own.
_MOST = 12


def apart(scope: Scope) -> tuple[Scope, ...]:
    """Scopes that hold the same cases, each case in one of them.

    Most of what somebody sees lies in the units of an area, some of it elsewhere. Asked for
    apart, the first is read from an index alone; asked for at once, nothing is.
    """
    if isinstance(scope, AllOf):
        each = [apart(part) for part in scope.parts]
        few = prod(map(len, each)) <= _MOST
        return tuple(map(AllOf, product(*each))) if few else (scope,)
    if isinstance(scope, AnyOf):
        parts = sorted(scope.parts, key=lambda part: not is_area(part))
        each = [apart(part) for part in parts]
        few = sum(map(len, each)) <= _MOST
        return tuple(_after_another(parts, each)) if few else (scope,)
    return (scope,)


def _after_another(parts: Sequence[Scope], each: Sequence[Sequence[Scope]]) -> Iterator[Scope]:
    """The pieces of each part, without what is in a part before it."""
    for before, pieces in enumerate(each):
        for piece in pieces:
            yield AllOf((piece, *map(Not, parts[:before])))


def is_area(scope: Scope) -> bool:
    """Whether the cases of some units are meant."""
    return isinstance(scope, OneOf) and scope.field == "unit"
