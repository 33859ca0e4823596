"""The projection of what each case's row was between two moments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter

from domain.period import CasePeriod
from domain.periods import Told, follow, periods
from eventlog.feed import Sealed
from eventlog.pg import Connection
from eventlog.queries import EARLIER
from eventlog.records import Recorded
from eventlog.unwrap import recorded

__all__ = ["COLUMNS", "CasePeriods"]

COLUMNS = tuple(field.name for field in fields(CasePeriod))
_values = attrgetter(*COLUMNS)
#: Cases folded between two looks at what else this process has to do.
_BREATH = 20
# What was true until further notice ends when something new happens; what is told anew goes.
_DROP = """
delete from case_period p using unnest($1::text[], $2::timestamptz[]) as cut (case_id, at)
where p.case_id = cut.case_id and p.valid_from >= cut.at
"""
_END = """
update case_period p set valid_to = cut.at
from unnest($1::text[], $2::timestamptz[]) as cut (case_id, at)
where p.case_id = cut.case_id and p.valid_to > cut.at
"""

_Histories = Mapping[str, Sequence[Recorded]]


class CasePeriods:
    """Follows the log with what lists and statistics of past moments look at."""

    name = "case_period"
    tables = ("case_period",)
    opens_text = False

    async def apply(self, connection: Connection, events: Sequence[Sealed]) -> None:
        """Write what these events change. Raises UnknownEvent."""
        fresh = _by_case([one.recorded for one in events])
        earlier = await _earlier(connection, fresh)
        found = list[list[CasePeriod]]()
        for number, (case_id, new) in enumerate(fresh.items()):
            found.append(_periods(case_id, earlier.get(case_id, ()), new))
            if number % _BREATH == 0:
                await asyncio.sleep(0)
        await _cut(connection, [rows[0] for rows in found if rows[0].case_id in earlier])
        await connection.copy_records_to_table(
            "case_period",
            columns=COLUMNS,
            records=[_values(row) for rows in found for row in rows],
        )


def _by_case(events: Sequence[Recorded]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for one in events:
        found.setdefault(one.case_id, []).append(one)
    return found


async def _earlier(connection: Connection, fresh: _Histories) -> dict[str, list[Recorded]]:
    """What happened to these cases before; nothing to those that begin here."""
    begun = {case_id: new[0].version for case_id, new in fresh.items() if new[0].version > 1}
    if not begun:
        return {}
    rows = await connection.fetch(EARLIER, list(begun), list(begun.values()))
    return _by_case([recorded(row) for row in rows])


def _periods(
    case_id: str, earlier: Sequence[Recorded], fresh: Sequence[Recorded]
) -> list[CasePeriod]:
    """The periods that begin with the fresh events."""
    told: Told | None = None
    for one in earlier:
        told = follow(case_id, told, one.event, one.recorded_at)
    stood = list[Told]()
    for one in fresh:
        told = follow(case_id, told, one.event, one.recorded_at)
        stood.append(told)
    return list(periods(stood))


async def _cut(connection: Connection, firsts: Sequence[CasePeriod]) -> None:
    if not firsts:
        return
    cuts = [row.case_id for row in firsts], [row.valid_from for row in firsts]
    await connection.execute(_DROP, *cuts)
    await connection.execute(_END, *cuts)
