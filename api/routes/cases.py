"""The officers' lists: pages with counts, and the same as a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.desk import desk_of
from api.exporting import Exported, csv_of
from api.guard import caller_of
from api.headers import ActAs
from api.items import CaseList, item, tallies
from api.language import Words
from api.past import Past
from api.problems import Problem
from domain.scope import Scope
from eventlog.cursor import BadCursor
from eventlog.inbox import Counts, Page, counts, page, reading
from eventlog.order import ORDERS
from eventlog.pg import Pool

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["officers"])
#: A list of now is read by its order; one of the past may have to look at every case.
_PATIENCE = timedelta(seconds=8)
_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The list, a line for each case, after a line with the names of columns.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}
Sort = Annotated[
    Literal["due", "received", "severity"],
    Field(
        description="In each of them open cases come first, of these the hot spots and what needs "
        "attention, then by due time, by receipt, or by severity and due time."
    ),
]


class Listing(Past):
    """A page of a list: its filters, its order, and where the page begins."""

    sort: Sort = "due"
    after: Annotated[
        str | None, Field(max_length=1024, description="What the last page gave as next.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    counts: Annotated[bool, Field(description="Whether to count all pages.")] = True


class Export(Past):
    """A list as a file: its filters and its order."""

    sort: Sort = "due"
    bom: Annotated[
        bool, Field(description="Begin with a byte order mark, without which Excel reads no UTF-8.")
    ] = False


@router.get("/cases", operation_id="list_cases")
async def list_cases(
    wanted: Annotated[Listing, Query()], request: Request, act_as: ActAs = None
) -> CaseList:
    """Cases that the caller may see, sorted over the whole result, and exact counts over it.

    They are those of all the caller's roles together, or of the one that Act-As names.
    """
    desk, law = desk_of(request), desk_of(request).law()
    context = wanted.at(law.at(await desk.now()))
    scope = wanted.selected(caller_of(request), context, act_as)
    rows, counted = await _found(desk.store.pool, scope, wanted, context.now)
    return CaseList(
        at=context.now.astimezone(ZoneInfo(law.zone)),
        cases=tuple(item(row, law, context.now) for row in rows.rows),
        next=rows.next,
        total=counted.total if counted else None,
        facets=tallies(counted, law, context.today) if counted else None,
    )


@router.get(
    "/cases.csv",
    operation_id="export_cases",
    response_class=Exported,
    responses=_CSV,
    status_code=200,
)
async def export_cases(
    wanted: Annotated[Export, Query()], request: Request, act_as: ActAs = None
) -> Exported:
    """The whole list as CSV, as of one moment: the same cases in the same order as in pages.

    Texts that a spreadsheet would take for a formula begin with an apostrophe.
    """
    desk, law = desk_of(request), desk_of(request).law()
    context = wanted.at(law.at(await desk.now()))
    scope = wanted.selected(caller_of(request), context, act_as)
    order, pool = ORDERS[wanted.sort], desk.store.pool
    lines = csv_of(pool, law, scope, order, context.now, desk.exports, wanted.table, bom=wanted.bom)
    return await Exported.of(lines)


async def _found(
    pool: Pool, scope: Scope, wanted: Listing, now: datetime
) -> tuple[Page, Counts | None]:
    table, order = wanted.table, ORDERS[wanted.sort]
    async with reading(pool, _PATIENCE) as connection:
        try:
            rows = await page(connection, scope, order, wanted.after, wanted.limit, table)
        except BadCursor as error:
            detail = Words("Không đúng: gửi nguyên next của trang trước.", str(error))
            errors = [{"query": "after", "detail": detail}]
            raise Problem("invalid", errors=errors) from None
        return rows, await counts(connection, scope, now, table) if wanted.counts else None
