"""The officers' list: a page, what follows it and exact counts, all over one and the same scope."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from domain.row import CaseRow
from domain.scope import AllOf, Everything, Is, Overdue, Scope
from eventlog.counting import FACETS, Counts, counts
from eventlog.cursor import read_cursor, write_cursor
from eventlog.facets import conjuncts
from eventlog.gathering import gathered
from eventlog.order import BY_DUE, Order, Place
from eventlog.pg import Connection, Pool, Record
from eventlog.rows import COLUMNS, Table, case_row
from eventlog.scope_sql import condition

__all__ = [
    "FACETS",
    "Counts",
    "Inbox",
    "Page",
    "TooBroad",
    "counts",
    "every",
    "inbox",
    "page",
    "reading",
]

_ROWS = "select COLUMNS from TABLE where CONDITION order by KEYS".replace("COLUMNS", COLUMNS)
#: How many rows of an export are fetched at a time.
_FETCHED = 200
# One commune and the whole country are the same text but not the same plan.
_PLANS = "set local plan_cache_mode = force_custom_plan"
# Units without a case are in every area: the planner takes it for larger than it is.
_INDEXES = "set local enable_seqscan = off"


class TooBroad(Exception):
    """So many cases are meant that looking at them takes longer than it may."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in their order, and the cursor of the next page; None after the last one."""

    rows: tuple[CaseRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page and the counts, as of one moment."""

    page: Page
    counts: Counts


async def inbox(
    pool: Pool,
    scope: Scope,
    order: Order = BY_DUE,
    after: str | None = None,
    limit: int = 50,
    overdue_at: datetime | None = None,
) -> Inbox:
    """A page of the cases in a scope and the counts over all of them. Raises as ``page``."""
    async with reading(pool) as connection:
        rows = await page(connection, scope, order, after, limit)
        return Inbox(rows, await counts(connection, scope, overdue_at))


@asynccontextmanager
async def reading(
    pool: Pool, at_most: timedelta | None = None, *, whole: bool = False
) -> AsyncIterator[Connection]:
    """A connection on which several questions are answered as of one moment.

    With ``at_most`` each of them may take so long. They are about some of the cases, found by
    indexes, unless ``whole`` says that a table may be read from end to end. Raises TooBroad.
    """
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(_PLANS if whole else f"{_PLANS}; {_INDEXES}")
        if at_most is not None:
            limit = at_most // timedelta(milliseconds=1)
            await connection.execute(f"set local statement_timeout = {limit}")
        try:
            yield connection
        except asyncpg.QueryCanceledError as error:
            if at_most is None:
                raise
            raise TooBroad from error


async def page(
    connection: Connection,
    scope: Scope,
    order: Order = BY_DUE,
    after: str | None = None,
    limit: int = 50,
    table: Table = "case_row",
) -> Page:
    """The first ``limit`` cases of a scope after a cursor, the first of all without one.

    Raises:
        BadCursor: ``after`` is not what a page in this order ended with.
        ValueError: ``limit`` is not positive.
    """
    if limit < 1:
        raise ValueError("A page has at least one row.")
    start = None if after is None else read_cursor(order, after)
    found = list[Record]()
    for half in _halves(scope, order, start, table):
        found += await _first(connection, half, order, start, limit + 1 - len(found), table)
        if len(found) > limit:
            break
    rows = tuple(case_row(record) for record in found[:limit])
    more = len(found) > limit
    return Page(rows, write_cursor(order, order.place(rows[-1])) if more else None)


def _halves(
    scope: Scope, order: Order, after: Place | None, table: Table
) -> Iterator[tuple[Scope, bool | None]]:
    """The cases of a scope that are open, which come before all others, and those others.

    Of the past it is not known by any index which they were.
    """
    if table != "case_row":
        yield scope, None
        return
    rest, opens = _split(scope)
    if any(isinstance(one, Overdue) for one in conjuncts(scope)):
        opens.append(True)
    for is_open in (True, False):
        passed = is_open and after is not None and after[0] > order.end_of_open
        if not passed and all(one is is_open for one in opens):
            yield AllOf((rest, Is("open", value=is_open))), is_open


async def _first(
    connection: Connection,
    half: tuple[Scope, bool | None],
    order: Order,
    after: Place | None,
    limit: int,
    table: Table,
) -> Sequence[Record]:
    scope, is_open = half
    if is_open is not None:
        found = await gathered(connection, scope, order, after, limit, is_open=is_open)
        if found is not None:
            return found
    text, arguments = _list(scope, order, after, table)
    return await connection.fetch(f"{text} limit ${len(arguments) + 1}", *arguments, limit)


async def every(
    connection: Connection, scope: Scope, order: Order = BY_DUE, table: Table = "case_row"
) -> AsyncGenerator[list[CaseRow]]:
    """All cases of a scope, some hundreds at a time; in ``reading`` as of one moment.

    The database keeps the place: nothing is sorted twice, and only what was asked for is fetched.
    """
    text, arguments = _list(scope, order, None, table)
    cursor = await connection.cursor(text, *arguments)
    while found := await cursor.fetch(_FETCHED):
        yield [case_row(record) for record in found]


def _list(
    scope: Scope, order: Order, after: Place | None, table: Table
) -> tuple[str, list[object]]:
    rest, opens = _split(scope)
    where = condition(rest)
    parts, arguments = [where.text], list(where.arguments)
    place, case_id = order.keys
    for is_open in opens:
        # The same as the column says, told so that the index is read no further than it holds.
        arguments.append(order.end_of_open)
        parts.append(f"{place} {'<' if is_open else '>'} ${len(arguments)}::interval")
    if after is not None:
        arguments += after
        bounds = f"${len(arguments) - 1}::interval, ${len(arguments)}::text"
        parts.append(f"({place}, {case_id}) > ({bounds})")
    text = _ROWS.replace("CONDITION", " and ".join(parts)).replace("KEYS", f"{place}, {case_id}")
    return text.replace("TABLE", table), arguments


def _split(scope: Scope) -> tuple[Scope, list[bool]]:
    """What is asked of all cases of a scope as to being open, and the rest of the scope."""
    if isinstance(scope, AllOf):
        split = [_split(part) for part in scope.parts]
        return AllOf(tuple(rest for rest, _ in split)), [one for _, all_ in split for one in all_]
    if isinstance(scope, Is) and scope.field == "open":
        return Everything(), [scope.value is True]
    return scope, []
