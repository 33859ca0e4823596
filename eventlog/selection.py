"""The cases of a scope by their ids: what a bulk freezes."""

from __future__ import annotations

from collections.abc import Sequence

from domain.scope import Scope
from eventlog.pg import Pool
from eventlog.scope_sql import condition

__all__ = ["select_all", "select_of"]


_ALL = "select case_id from case_row where CONDITION order by case_id limit "
_NAMED = "select case_id from case_row where CONDITION and case_id = any"


async def select_all(pool: Pool, scope: Scope, limit: int) -> list[str]:
    """The ids of the cases in a scope, in their order, at most ``limit`` of them."""
    where = condition(scope)
    text = f"{_ALL.replace('CONDITION', where.text)}${len(where.arguments) + 1}"
    return [row["case_id"] for row in await pool.fetch(text, *where.arguments, limit)]


async def select_of(pool: Pool, scope: Scope, ids: Sequence[str]) -> set[str]:
    """Those of some ids that are cases in a scope."""
    where = condition(scope)
    text = f"{_NAMED.replace('CONDITION', where.text)}(${len(where.arguments) + 1}::text[])"
    return {row["case_id"] for row in await pool.fetch(text, *where.arguments, list(ids))}
