"""Finds a case by the code on its receipt."""

from __future__ import annotations

from eventlog.pg import Pool

__all__ = ["case_of_code"]


async def case_of_code(pool: Pool, code: str) -> str | None:
    """The id of the case with this public code."""
    found: str | None = await pool.fetchval("select case_id from case_row where code = $1", code)
    return found
