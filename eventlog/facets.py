"""What is asked of a case's facets, asked of the few values that there are before any case is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.scope import AllOf, AnyOf, Everything, Is, OneOf, Overdue, Scope
from eventlog.rows import Table
from eventlog.scope_sql import Condition, condition

__all__ = ["TOGETHER", "Narrowed", "conjuncts", "narrowed", "values_of"]

#: Facets that stand in the column ``facets``, in its order; after them it tells what is open.
TOGETHER = ("state", "rung", "severity", "category", "channel")
_ASKED = frozenset({*TOGETHER, "open"})
#: Nothing else is overdue.
_OPEN = Is("open", value=True)
_SEPARATOR = "\x1f"
# The planner does not see how many there are: it would take a long list for a long search.
_AMONG = "(facets = any(array(select facets from facet where CONDITION)))"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A scope in two parts: what is asked of the column ``facets``, if anything, and the rest."""

    asked: tuple[Scope, ...]
    rest: Scope

    def condition(self, part: Scope, before: Sequence[object] = ()) -> Condition:
        """A part of the rest, inside the facets: told so that an index finds both at once."""
        where = condition(part, before)
        if not self.asked:
            return where
        values = condition(AllOf(self.asked), where.arguments)
        among = _AMONG.replace("CONDITION", values.text)
        return Condition(f"{where.text} and {among}", values.arguments)


def narrowed(scope: Scope, table: Table = "case_row") -> Narrowed:
    """The scope in two parts; of the past, whose values are not kept, all stays in the rest."""
    every = tuple(dict.fromkeys(conjuncts(scope))) if table == "case_row" else (scope,)
    asked = tuple(one for one in every if _is_asked(one))
    rest = AllOf(tuple(one for one in every if one not in asked))
    implied = (_OPEN,) if any(isinstance(one, Overdue) for one in every) else ()
    return Narrowed(tuple(dict.fromkeys((*asked, *implied))), rest)


def conjuncts(scope: Scope) -> Iterator[Scope]:
    """The parts of a scope that must all hold, however deep they stand."""
    if isinstance(scope, AllOf) or (isinstance(scope, AnyOf) and len(scope.parts) == 1):
        for part in scope.parts:
            yield from conjuncts(part)
    elif not isinstance(scope, Everything):
        yield scope


def values_of(facets: str) -> Iterator[tuple[str, str]]:
    """Each facet in a value of the column, and its own value."""
    return zip(TOGETHER, facets.split(_SEPARATOR), strict=False)


def _is_asked(scope: Scope) -> bool:
    return isinstance(scope, Is | OneOf) and scope.field in _ASKED
