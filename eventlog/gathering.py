"""The first cases of a scope that has few, however many others there are.

In the order of all cases the few of a small area, or what a filter leaves of a large one, may stand
anywhere: their page is found by area and facets, and then sorted.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.scope import AllOf, Is, Meets, Not, OneOf, Scope
from eventlog.apart import apart
from eventlog.facets import Narrowed, conjuncts, narrowed
from eventlog.order import Order, Place
from eventlog.pg import Connection, Record
from eventlog.rows import COLUMNS, Table

__all__ = ["gathered"]

#: So many are sorted rather than looked for in the order of all: there both take about as long.
_FEW = 5_000
_INDEXED = frozenset({"unit", "accountable", "involved"})
_SIZE = "(select count(*) from (select from case_row where CONDITION limit MOST) part)"
# OFFSET keeps the planner from looking for the first of a part in the order of all cases.
_PART = "(select case_id, PLACE as place from case_row where CONDITION offset 0)"
_FIRST = """
select COLUMNS from (
    select case_id, place from (PARTS) part order by place, case_id limit LIMIT
) first join case_row using (case_id) order by place, case_id
""".replace("COLUMNS", COLUMNS)


async def gathered(
    connection: Connection,
    scope: Scope,
    order: Order,
    after: Place | None,
    limit: int,
    table: Table,
) -> Sequence[Record] | None:
    """The first ``limit`` cases of a scope after a place; None if it has too many to be sorted."""
    if table != "case_row":
        return None
    among = narrowed(scope)
    parts = apart(among.rest)
    sizes = await _sizes(connection, among, parts)
    if sum(sizes) > _FEW:
        return None
    held = [part for part, size in zip(parts, sizes, strict=True) if size]
    return await _first(connection, among, held, order, after, limit) if held else []


async def _sizes(
    connection: Connection, among: Narrowed, parts: Sequence[Scope]
) -> tuple[int, ...]:
    """At most how many cases each part has, by what indexes tell; of more than few not how many.

    As a rule all that a body works on lies in its area: what lies elsewhere is found empty at once.
    """
    texts, arguments = list[str](), tuple[object, ...]()
    for part in parts:
        told = AllOf(tuple(one for one in conjuncts(part) if _is_indexed(one)))
        where = among.condition(told, arguments)
        texts.append(_SIZE.replace("CONDITION", where.text).replace("MOST", str(_FEW + 1)))
        arguments = where.arguments
    (row,) = await connection.fetch(f"select {', '.join(texts)}", *arguments) if texts else ((),)
    return tuple(row)


def _is_indexed(scope: Scope) -> bool:
    leaf = scope.part if isinstance(scope, Not) else scope
    return isinstance(leaf, Is | OneOf | Meets) and leaf.field in _INDEXED


async def _first(
    connection: Connection,
    among: Narrowed,
    parts: Sequence[Scope],
    order: Order,
    after: Place | None,
    limit: int,
) -> Sequence[Record]:
    texts, arguments = list[str](), tuple[object, ...]()
    place, case_id = order.keys
    for part in parts:
        where = among.condition(part, arguments)
        text, arguments = where.text, where.arguments
        if after is not None:
            arguments = (*arguments, *after)
            bounds = f"${len(arguments) - 1}::interval, ${len(arguments)}::text"
            text = f"{text} and ({place}, {case_id}) > ({bounds})"
        texts.append(_PART.replace("CONDITION", text).replace("PLACE", place))
    asked = _FIRST.replace("PARTS", " union all ".join(texts)).replace("LIMIT", str(limit))
    return await connection.fetch(asked, *arguments)
