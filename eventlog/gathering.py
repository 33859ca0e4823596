"""The first cases of a scope that has few, however many others there are.

In the order of all cases the few of a small area, or what a filter leaves of a large one, may stand
anywhere: their page is found by area and facets, and then sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from domain.scope import AllOf, Is, Meets, Not, OneOf, Scope
from eventlog.apart import apart
from eventlog.facets import Narrowed, conjuncts, narrowed
from eventlog.order import Order, Place
from eventlog.pg import Connection, Record
from eventlog.rows import COLUMNS

__all__ = ["gathered"]

#: In the order of so many open cases, the n of a page lie among n * OPEN / cases: more are sorted
#: than are passed there when there are more cases than the root of n * OPEN.
_OPEN = 160_000
_INDEXED = frozenset({"unit", "accountable", "involved"})
_ASKED = """
with few as materialized (select * from (PARTS) part limit MOST),
first as (select * from few order by place, case_id limit LIMIT)
select COLUMNS, (select count(*) from few) as gathered
from first join case_row using (case_id) order by place, case_id
""".replace("COLUMNS", COLUMNS)
# OFFSET keeps the planner from looking for the first of a part in the order of all cases.
_PART = "(select case_id, PLACE as place from case_row where CONDITION offset 0)"
_ANY = "exists (select from case_row where CONDITION)"


async def gathered(
    connection: Connection,
    scope: Scope,
    order: Order,
    after: Place | None,
    limit: int,
    *,
    is_open: bool,
) -> Sequence[Record] | None:
    """The first ``limit`` cases of a scope after a place; None if it has too many to be sorted.

    ``is_open`` says of all of them whether they are.
    """
    among = narrowed(scope)
    parts = apart(among.rest)
    if not parts:
        return []
    texts, arguments = list[str](), tuple[object, ...]()
    for number, part in enumerate(parts):
        text, arguments = _part(among, part, arguments, first=number == 0)
        texts.append(f"{text} and {'open' if is_open else 'not open'}")
    if after is not None:
        arguments = (*arguments, *after)
        bounds = f"(${len(arguments) - 1}::interval, ${len(arguments)}::text)"
        texts = [f"{text} and ({', '.join(order.keys)}) > {bounds}" for text in texts]
    each = (_PART.replace("CONDITION", text).replace("PLACE", order.keys[0]) for text in texts)
    asked = _ASKED.replace("PARTS", " union all ".join(each))
    few = isqrt(limit * _OPEN)
    asked = asked.replace("LIMIT", str(limit)).replace("MOST", str(few + 1))
    found = await connection.fetch(asked, *arguments)
    return found if not found or found[0]["gathered"] <= few else None


def _part(
    among: Narrowed, part: Scope, before: tuple[object, ...], *, first: bool
) -> tuple[str, tuple[object, ...]]:
    """The condition of a part, and the arguments so far.

    As a rule all that a body works on lies in its area, the first part: that there is nothing
    elsewhere indexes tell at once.
    """
    where = among.condition(part, before)
    if first:
        return where.text, where.arguments
    told = AllOf(tuple(one for one in conjuncts(part) if _is_indexed(one)))
    there = among.condition(told, where.arguments)
    return f"{where.text} and {_ANY.replace('CONDITION', there.text)}", there.arguments


def _is_indexed(scope: Scope) -> bool:
    leaf = scope.part if isinstance(scope, Not) else scope
    return isinstance(leaf, Is | OneOf | Meets) and leaf.field in _INDEXED
