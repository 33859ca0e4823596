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
_ASKED = """
with few as materialized (select * from (PARTS) part limit MOST),
first as (select * from few order by place, case_id limit LIMIT)
select COLUMNS, (select count(*) from few) as gathered
from first join case_row using (case_id) order by place, case_id
"""
# OFFSET keeps the planner from looking for the first of a part in the order of all cases.
_PART = "(select case_id, PLACE as place from case_row where CONDITION offset 0)"
_ANY = "exists (select from case_row where CONDITION)"


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
    if not parts:
        return []
    text, arguments = _gathering(among, parts, order, after)
    text = text.replace("LIMIT", str(limit)).replace("MOST", str(_FEW + 1))
    found = await connection.fetch(text, *arguments)
    return found if not found or found[0]["gathered"] <= _FEW else None


def _gathering(
    among: Narrowed, every: Sequence[Scope], order: Order, after: Place | None
) -> tuple[str, tuple[object, ...]]:
    parts, arguments = list[str](), tuple[object, ...]()
    place, case_id = order.keys
    for number, part in enumerate(every):
        where = among.condition(part, arguments)
        texts, arguments = [where.text], where.arguments
        if number:
            # All that a body works on lies in its area, as a rule: an index tells so at once.
            there = among.condition(_indexed(part), arguments)
            texts.append(_ANY.replace("CONDITION", there.text))
            arguments = there.arguments
        if after is not None:
            arguments = (*arguments, *after)
            bounds = f"${len(arguments) - 1}::interval, ${len(arguments)}::text"
            texts.append(f"({place}, {case_id}) > ({bounds})")
        parts.append(_PART.replace("CONDITION", " and ".join(texts)).replace("PLACE", place))
    text = _ASKED.replace("PARTS", " union all ".join(parts)).replace("COLUMNS", COLUMNS)
    return text, arguments


def _indexed(part: Scope) -> Scope:
    """What indexes alone tell of a part."""
    return AllOf(tuple(one for one in conjuncts(part) if _is_indexed(one)))


def _is_indexed(scope: Scope) -> bool:
    leaf = scope.part if isinstance(scope, Not) else scope
    return isinstance(leaf, Is | OneOf | Meets) and leaf.field in _INDEXED
