"""A scope as several that are apart: each is found by an index of its own."""

from __future__ import annotations

from itertools import product

from domain.scope import AllOf, AnyOf, Not, OneOf, Scope

__all__ = ["apart"]


def apart(scope: Scope) -> tuple[Scope, ...]:
    """Scopes that hold the same cases, each case in one of them.

    Most of what somebody sees lies in the units of an area, some of it elsewhere. Asked for
    apart, the first is read from an index alone; asked for at once, nothing is.
    """
    if isinstance(scope, AllOf):
        return tuple(AllOf(chosen) for chosen in product(*map(apart, scope.parts)))
    if not isinstance(scope, AnyOf):
        return (scope,)
    parts = sorted(scope.parts, key=lambda part: not _is_area(part))
    return tuple(
        AllOf((piece, *map(Not, parts[:before])))
        for before, part in enumerate(parts)
        for piece in apart(part)
    )


def _is_area(scope: Scope) -> bool:
    return isinstance(scope, OneOf) and scope.field == "unit"
