"""How far the clock of a virtual stack was moved ahead: zero wherever time is real."""

from __future__ import annotations

from datetime import timedelta

from eventlog.pg import Pool

__all__ = ["advance", "advanced"]


async def advanced(pool: Pool) -> timedelta:
    """How far the stack's time is ahead of the wall clock."""
    moved: int = await pool.fetchval("select advanced_us from virtual_clock")
    return timedelta(microseconds=moved)


async def advance(pool: Pool, by: timedelta) -> None:
    """Move the stack's time ahead. Raises ValueError: time does not run backwards."""
    if by < timedelta():
        raise ValueError("Time does not run backwards.")
    moved = by // timedelta(microseconds=1)
    await pool.execute("update virtual_clock set advanced_us = advanced_us + $1", moved)
