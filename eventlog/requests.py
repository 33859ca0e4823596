"""Cases in the order in which they were received, the newest first, and what their reports say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.events import CaseReported
from domain.row import CaseRow
from domain.scope import Scope
from eventlog.inbox import reading
from eventlog.keys import Keys
from eventlog.pg import Pool
from eventlog.queries import FIRST
from eventlog.rows import COLUMNS, case_row
from eventlog.scope_sql import condition
from eventlog.unwrap import recorded

__all__ = ["received", "reports"]

# The time of receipt never changes: a case keeps its place while others come and change.
_PAGE = "select COLUMNS from case_row where CONDITION order by received_at desc, case_id desc "


async def received(pool: Pool, scope: Scope, limit: int, offset: int = 0) -> list[CaseRow]:
    """Some of the cases of a scope, the newest first."""
    where = condition(scope)
    text = _PAGE.replace("COLUMNS", COLUMNS).replace("CONDITION", where.text)
    count = len(where.arguments)
    async with reading(pool) as connection:
        found = await connection.fetch(
            f"{text} limit ${count + 1} offset ${count + 2}", *where.arguments, limit, offset
        )
    return [case_row(record) for record in found]


async def reports(pool: Pool, keys: Keys, case_ids: Iterable[str]) -> Mapping[str, CaseReported]:
    """What was reported, opened, by case; without its text where the key was destroyed."""
    found = {}
    for row in await pool.fetch(FIRST, list(case_ids)):
        case_id, wrapped = row["case_id"], row["wrapped"]
        body = recorded(row, keys.unwrap(case_id, wrapped) if wrapped else None).event.body
        if isinstance(body, CaseReported):
            found[case_id] = body
    return found
