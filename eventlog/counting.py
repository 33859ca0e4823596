"""Exact counts over all cases of a scope, by every facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.scope import AllOf, AnyOf, Is, Not, OneOf, Overdue, Scope
from eventlog.apart import apart, is_area
from eventlog.facets import TOGETHER, Narrowed, conjuncts, narrowed, values_of
from eventlog.pg import Connection, Record
from eventlog.rows import Table

__all__ = ["FACETS", "Counts", "counts"]

#: What a list is counted by, beside what is overdue.
FACETS = (*TOGETHER, "accountable")
_BY_BOTH = (
    "select facets, accountable, count(*) from TABLE where CONDITION "
    "group by grouping sets ((facets), (accountable))"
)
_BY_FACETS = "select facets, null, count(*) from TABLE where CONDITION group by facets"
_BY_BODY = "select null, accountable, count(*) from TABLE where CONDITION group by accountable"
_NUMBER = "select count(*) from TABLE where CONDITION"


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
    among = narrowed(scope, table)
    total = late = 0
    for sign, part in _signed(among.rest):
        found = 0
        for facets, body, cases in await _grouped(connection, among, part, table):
            if facets is None:
                by["accountable"][body] += sign * cases
                continue
            found += cases
            for facet, value in values_of(facets):
                by[facet][value] += sign * cases
        total += sign * found
        if found and overdue_at is not None:
            past = AllOf((part, Overdue(overdue_at)))
            late += sign * await _number(connection, among, past, table)
    if overdue_at is not None:
        by["overdue"] = Counter({"true": late, "false": total - late})
    return Counts(total, {facet: +counted for facet, counted in by.items()})


async def _grouped(
    connection: Connection, among: Narrowed, part: Scope, table: Table
) -> list[Record]:
    """How many cases there are with each value of the column ``facets``, and with each body.

    An area is read once for both. The country is shared out to several processes, which can do
    only one at a time.
    """
    where, found = among.condition(part), list[Record]()
    for asked in (_BY_BOTH,) if any(map(is_area, conjuncts(part))) else (_BY_FACETS, _BY_BODY):
        text = asked.replace("CONDITION", where.text).replace("TABLE", table)
        if not (some := await connection.fetch(text, *where.arguments)):
            break
        found += some
    return found


async def _number(connection: Connection, among: Narrowed, part: Scope, table: Table) -> int:
    where = among.condition(part)
    text = _NUMBER.replace("CONDITION", where.text).replace("TABLE", table)
    return int(await connection.fetchval(text, *where.arguments))


def _signed(scope: Scope) -> Iterator[tuple[int, Scope]]:
    """Scopes to add and to take away again, which together hold the cases of one.

    Few cases are about a body. Counting with them, and then them alone, is done from indexes that
    know nothing of it.
    """
    every = tuple(conjuncts(scope))
    about = tuple(one for one in every if isinstance(one, Not) and _is_about(one.part))
    rest = AllOf(tuple(one for one in every if one not in about))
    yield from ((1, part) for part in apart(rest))
    if about:
        yield -1, AllOf((rest, AnyOf(tuple(one.part for one in about))))


def _is_about(scope: Scope) -> bool:
    return isinstance(scope, Is | OneOf) and scope.field == "about_body"
