"""Exact counts over all cases of a scope, by every facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from domain.scope import AllOf, AnyOf, Not, Nothing, OneOf, Overdue, Scope
from eventlog.pg import Connection
from eventlog.rows import Table
from eventlog.scope_sql import condition

__all__ = ["FACETS", "Counts", "apart", "counts"]

#: Facets that stand in the column ``facets``, in its order.
_TOGETHER = ("state", "rung", "severity", "category", "channel")
_SEPARATOR = "\x1f"
#: What a list is counted by, beside what is overdue.
FACETS = (*_TOGETHER, "accountable")
_WHOLE = "select VALUE, overdue, sum(cases)::bigint as cases from (PARTS) part group by 1, 2"
_PART = """
select VALUE, OVERDUE as overdue, count(*) as cases from TABLE where CONDITION group by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are in all, and how many with each value of each facet.

    Where a moment was given, ``overdue`` is a facet too, with the values ``true`` and ``false``.
    """

    total: int
    by: Mapping[str, Mapping[str, int]]


async def counts(
    connection: Connection,
    scope: Scope,
    overdue_at: datetime | None = None,
    table: Table = "case_row",
) -> Counts:
    """Exact counts over all cases of a scope; with ``overdue_at`` of what is overdue then, too."""
    by: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    late: Counter[str] = Counter()
    for facets, overdue, cases in await _grouped(connection, "facets", scope, overdue_at, table):
        for facet, value in zip(_TOGETHER, facets.split(_SEPARATOR), strict=True):
            by[facet][value] += cases
        late["true" if overdue else "false"] += cases
    for body, _, cases in await _grouped(connection, "accountable", scope, None, table):
        by["accountable"][body] += cases
    if overdue_at is not None:
        by["overdue"] = late
    return Counts(late.total(), by)


async def _grouped(
    connection: Connection, column: str, scope: Scope, overdue_at: datetime | None, table: Table
) -> list[tuple[str, bool, int]]:
    """Each value of a column, whether it is overdue, and how many cases: one row a pair."""
    parts, arguments = list[str](), tuple[object, ...]()
    past = Nothing() if overdue_at is None else Overdue(overdue_at)
    for part in apart(scope):
        where = condition(part, arguments)
        late = condition(past, where.arguments)
        arguments = late.arguments
        parts.append(_PART.replace("OVERDUE", late.text).replace("CONDITION", where.text))
    text = _WHOLE.replace("PARTS", " union all ".join(parts)).replace("VALUE", column)
    text = text.replace("TABLE", table)
    return [(row[0], row[1], row[2]) for row in await connection.fetch(text, *arguments)]


def apart(scope: Scope) -> tuple[Scope, ...]:
    """Scopes that hold the same cases, each case in one of them.

    Most of what somebody sees lies in the units of an area, some of it elsewhere. Asked for
    apart, the first is read from an index alone; asked for at once, nothing is.
    """
    if isinstance(scope, AllOf):
        return tuple(AllOf(chosen) for chosen in product(*map(apart, scope.parts)))
    if isinstance(scope, AnyOf):
        return tuple(_split(scope))
    return (scope,)


def _split(scope: AnyOf) -> Iterator[Scope]:
    if len(scope.parts) == 1:
        yield from apart(scope.parts[0])
        return
    inside = AnyOf(tuple(part for part in scope.parts if _is_area(part)))
    others = AnyOf(tuple(part for part in scope.parts if not _is_area(part)))
    if not inside.parts or not others.parts:
        yield scope
        return
    yield inside
    yield AllOf((others, Not(inside)))


def _is_area(scope: Scope) -> bool:
    return isinstance(scope, OneOf) and scope.field == "unit"
