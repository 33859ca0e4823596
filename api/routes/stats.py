"""Statistics for leadership: how much, how long and what waits, as of any moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.desk import desk_of
from api.filters import Narrowing
from api.guard import caller_of
from api.headers import ActAs
from api.language import Words, language_of
from api.past import AsOf
from api.problems import Problem
from api.stat_links import Links
from api.stat_models import Stats
from api.stat_numbers import Teller
from domain.context import Context
from domain.grouped_units import Placed, levels, placed
from domain.params import Word
from domain.scope import Scope
from eventlog.grouping import Grouping
from eventlog.periods import CasePeriods
from eventlog.pg import Connection
from eventlog.projector import behind
from eventlog.statistics import (
    Statistics,
    TooManyGroups,
    statistics,
    thinking,
    units_of,
)

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["leadership"])
#: What one question to the database may take; a request ends after twice as long.
_PATIENCE = timedelta(seconds=8)
By = Literal["unit", "body", "category", "channel", "period"]


class Asked(AsOf, Narrowing):
    """Which cases are counted, as of when, and by what. There is nothing by person."""

    by: Annotated[
        By | None,
        Field(
            description="unit: places, as they are today; body: counts by who is accountable, "
            "verdicts and times by who was responsible for the stage; period: by receipt."
        ),
    ] = None
    level: Annotated[
        Word | None,
        Field(description="Units of which level, as commune; as reported if left out."),
    ] = None
    period: Annotated[
        Literal["day", "week", "month", "quarter"], Field(description="In local time.")
    ] = "month"

    @property
    def base(self) -> dict[str, Sequence[str]]:
        """The filters as they are sent, without what says how to count."""
        sent = {name: getattr(self, name) for name in Narrowing.model_fields}
        return {name: _sent(value) for name, value in sent.items() if name in self.model_fields_set}


@router.get("/stats", operation_id="show_statistics")
async def show_statistics(
    wanted: Annotated[Asked, Query()], request: Request, act_as: ActAs = None
) -> Stats:
    """How much came in and what became of it, how much was in time, and how long it took.

    Of the cases that the caller may list, as they were at a moment; each number with its list.
    """
    desk, caller = desk_of(request), caller_of(request)
    context = wanted.at(desk.law().at(await desk.now()))
    scope = wanted.selected(caller, context, act_as)
    with desk.statistics.one():
        async with thinking(desk.store.pool, _PATIENCE) as connection:
            places = await _places(connection, wanted, scope, context)
            grouping = Grouping(wanted.by, wanted.period, context.law.zone, places.place)
            found = await _counted(connection, scope, context, grouping)
            late = await behind(connection, CasePeriods.name)
    units = wanted.wanted(caller, context).units
    links = Links(wanted.base, context, wanted.by, wanted.period, places, units)
    teller = Teller(links, language_of(request.headers.get("accept-language")))
    return Stats(
        as_of=context.now.astimezone(links.zone),
        behind=late,
        by=wanted.by,
        total=teller.total(found.total),
        groups=tuple(teller.group(group) for group in found.groups),
    )


async def _places(connection: Connection, wanted: Asked, scope: Scope, context: Context) -> Placed:
    if wanted.by != "unit":
        return Placed()
    known = levels(context.directory)
    if wanted.level is not None and wanted.level not in known:
        names = ", ".join(sorted(known))
        detail = Words(
            f"Không có cấp này; dùng một trong: {names}.",
            f"There is no such level; use one of: {names}.",
        )
        raise Problem("invalid", errors=[{"query": "level", "detail": detail}])
    units = await units_of(connection, scope, context.now)
    return placed(units, wanted.level, context.directory, context.today)


async def _counted(
    connection: Connection, scope: Scope, context: Context, grouping: Grouping
) -> Statistics:
    try:
        return await statistics(connection, scope, context.now, grouping)
    except TooManyGroups as error:
        detail = f"{error} Ask for a wider period, a higher level or a narrower filter."
        raise Problem("invalid", errors=[{"query": "by", "detail": detail}]) from None


def _sent(value: Any) -> Sequence[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [value.isoformat()]
