"""A list as CSV, streamed: bounded memory, one moment, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any, Self

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as Asked

from api.items import facts_of
from api.limits import Turns
from api.naming import Body, Unit
from domain.context import Law
from domain.row import CaseRow
from domain.scope import Scope
from eventlog.inbox import every, reading
from eventlog.order import Order
from eventlog.pg import Pool
from eventlog.rows import Table

__all__ = ["COLUMNS", "Exported", "csv_of", "harmless"]

#: Named as in an item of the list; a body is its reference, and its name beside it.
COLUMNS = (
    *("case_id", "code", "state", "rung", "accountable", "accountable_name", "unit", "unit_name"),
    *("category", "severity", "channel", "received_at", "changed_at", "due_at", "overdue", "late"),
    *("paused", "open", "reopened", "lead", "lead_name", "assignee", "outcome", "merged_into"),
    *("closed_at", "version"),
)
_BOM = "\ufeff"
#: What begins so is a formula to a spreadsheet, or the way to one.
_FORMULA = tuple("=+-@＝＋－＠")


class Exported(StreamingResponse):
    """A file on its way. What it is read from is let go when the caller leaves, too."""

    media_type = "text/csv"

    def __init__(self, first: str, rest: AsyncGenerator[str]) -> None:
        named = {"Content-Disposition": 'attachment; filename="cases.csv"'}
        super().__init__(_joined(first, rest), headers=named)
        self._rest = rest

    @classmethod
    async def of(cls, lines: AsyncGenerator[str]) -> Self:
        """The file, once its first part is there: what fails before is told as a problem."""
        return cls(await anext(lines), lines)

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Send it."""
        async with aclosing(self._rest):
            await super().__call__(scope, receive, send)


async def csv_of(
    pool: Pool,
    law: Law,
    scope: Scope,
    order: Order,
    now: datetime,
    turns: Turns,
    table: Table = "case_row",
    *,
    bom: bool,
) -> AsyncGenerator[str]:
    """All cases of a scope as CSV, some hundreds at a time, as of one moment.

    Raises Problem("unavailable"): too many are under way.
    """
    head = (_BOM if bom else "") + _written([dict(zip(COLUMNS, COLUMNS, strict=True))])
    with turns.one():
        async with (
            reading(pool) as connection,
            aclosing(every(connection, scope, order, table)) as pages,
        ):
            async for rows in pages:
                yield head + _written(_cells(row, law, now) for row in rows)
                head = ""
    if head:
        yield head


def harmless(text: str) -> str:
    """The text, marked as a text where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


async def _joined(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for part in rest:
        yield part


def _written(lines: Iterable[Mapping[str, str]]) -> str:
    sheet = io.StringIO(newline="")
    csv.DictWriter(sheet, COLUMNS, restval="").writerows(lines)
    return sheet.getvalue()


def _cells(row: CaseRow, law: Law, now: datetime) -> Mapping[str, str]:
    return dict(_flat(facts_of(row, law, now)))


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, Body | Unit):
            yield name, harmless(value.ref if isinstance(value, Body) else value.code)
            yield f"{name}_name", harmless(value.name)
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else harmless(str(value))
