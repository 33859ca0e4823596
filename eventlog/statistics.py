"""Statistics over the periods of cases: counts and times by group, all as of one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.scope import AllOf, Scope, as_of
from domain.statistics import FACETS, MEASURES, TALLIED, Group, Measure
from eventlog.grouping import Grouping
from eventlog.inbox import reading
from eventlog.pg import Connection, Pool, Record
from eventlog.scope_sql import condition
from eventlog.tallies import WAITING, Tallies

__all__ = ["Statistics", "TooManyGroups", "statistics", "thinking", "units_of"]

#: More groups than this nobody reads.
MOST_GROUPS = 1000
_CASES = "(select case_period.*, KEY as key from case_period JOIN where SCOPE) as cases"
_OF_ALL = "select null as key, true as whole, WHAT from CASES"
_BY_GROUP = (
    "select key, grouping(key) = 1 as whole, WHAT from CASES group by grouping sets ((), (key))"
)
_CELLS = "select key, FACETS, count(*) as cases from CASES where COUNTED group by key, FACETS"
_CELLS = _CELLS.replace("FACETS", ", ".join(FACETS))
_UNITS = "select distinct unit from case_period where "
_TIMES = (
    "percentile_cont(array[0.5, 0.9]) within group (order by took_STAGE) "
    "filter (where COUNTED) as times_STAGE"
)
_OLDEST = "(array_agg(FIELD order by escalated_at, case_id) filter (where COUNTED))[1] as FIELD"


class TooManyGroups(ValueError):
    """There are more groups than an answer holds."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of all cases of a scope, and of each group of them by its key."""

    total: Group
    groups: tuple[Group, ...]


@asynccontextmanager
async def thinking(pool: Pool, at_most: timedelta) -> AsyncIterator[Connection]:
    """A connection for questions that may each take so long. Raises TooBroad."""
    async with reading(pool, at_most, whole=True) as connection:
        await connection.execute("set local work_mem = '64MB'")
        yield connection


async def units_of(connection: Connection, scope: Scope, at: datetime) -> list[str]:
    """The ids of the units in which a scope had cases at a moment."""
    where = condition(AllOf((scope, as_of(at))))
    return [row["unit"] for row in await connection.fetch(_UNITS + where.text, *where.arguments)]


async def statistics(
    connection: Connection, scope: Scope, at: datetime, grouping: Grouping | None = None
) -> Statistics:
    """All numbers of the cases of a scope as they were at a moment. Raises TooManyGroups."""
    grouping = grouping or Grouping()
    tallies = Tallies()
    for column, measures in _by_column(grouping).items():
        question = _Question(scope, at, grouping, column)
        for row in await question.numbers(connection, measures):
            tallies.add_numbers(row, measures)
        if len(tallies.keys) > MOST_GROUPS:
            raise TooManyGroups(f"There are more than {MOST_GROUPS} groups.")
    for row in await _Question(scope, at, grouping, "accountable").cells(connection):
        tallies.add_cell(row)
    return Statistics(tallies.total(), tallies.groups())


def _by_column(grouping: Grouping) -> dict[str, list[Measure]]:
    """Which measures are counted together: by body each goes by whose it is."""
    found: dict[str, list[Measure]] = {}
    for one in MEASURES:
        column = one.body if grouping.by == "body" else "accountable"
        found.setdefault(column, []).append(one)
    return found


class _Question:
    """One statement about the cases of a scope, grouped by a column or what stands for it."""

    def __init__(self, scope: Scope, at: datetime, grouping: Grouping, column: str) -> None:
        where = condition(AllOf((scope, as_of(at))))
        key = grouping.key(column, where.arguments)
        self._at = at
        self._grouped = grouping.by is not None
        self._arguments: Sequence[object] = key.arguments
        self._cases = _CASES.replace("KEY", key.text).replace("JOIN", key.join)
        self._cases = self._cases.replace("SCOPE", where.text)

    async def numbers(self, connection: Connection, measures: Sequence[Measure]) -> list[Record]:
        """A row for each group, and one for all cases."""
        what = ", ".join(part for one in measures for part in self._columns(one))
        text = _BY_GROUP if self._grouped else _OF_ALL
        return await self._asked(connection, text.replace("WHAT", what))

    async def cells(self, connection: Connection) -> list[Record]:
        """How many cases that count are alike in all facets and of one group."""
        counted = self._holds(TALLIED["received"])
        return await self._asked(connection, _CELLS.replace("COUNTED", counted))

    async def _asked(self, connection: Connection, text: str) -> list[Record]:
        return await connection.fetch(text.replace("CASES", self._cases), *self._arguments)

    def _columns(self, one: Measure) -> Iterable[str]:
        counted = self._holds(one)
        yield f"count(*) filter (where {counted}) as {one.name}"
        if one.name == "unacted":
            for field in WAITING:
                yield _OLDEST.replace("FIELD", field).replace("COUNTED", counted)
        if one.name == f"{one.of}_done":
            yield _TIMES.replace("STAGE", one.of).replace("COUNTED", counted)

    def _holds(self, one: Measure) -> str:
        where = condition(one.scope(self._at), self._arguments)
        self._arguments = where.arguments
        return where.text
