"""How far a stack in virtual time was moved: zero in production, and it never goes back."""

from __future__ import annotations

from datetime import timedelta

from eventlog.pg import Pool

__all__ = ["advance", "advanced"]

_MICROSECOND = timedelta(microseconds=1)


async def advanced(pool: Pool) -> timedelta:
    """The total time that was skipped."""
    return int(await pool.fetchval("select advanced_us from virtual_clock")) * _MICROSECOND


async def advance(pool: Pool, by: timedelta) -> timedelta:
    """Add to it; returns the new total. Raises ValueError for a step back."""
    if by < timedelta(0):
        raise ValueError("Time does not run backwards.")
    query = "update virtual_clock set advanced_us = advanced_us + $1 returning advanced_us"
    return int(await pool.fetchval(query, by // _MICROSECOND)) * _MICROSECOND
