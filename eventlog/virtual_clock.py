"""How far a stack in virtual time was moved: zero in production, and it never goes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventlog.pg import Pool

__all__ = ["advance", "advanced", "behind"]

_MICROSECOND = timedelta(microseconds=1)
#: A case's own time is the installation's, shifted by what its first event says.
_BEHIND = """
select r.case_id from case_row r join event e on e.case_id = r.case_id and e.version = 1
where r.open and r.next_wakeup <= $1::timestamptz + make_interval(
    secs => coalesce(convert_from(e.body, 'UTF8')::jsonb ->> 'clock_base', '0')::float8
)
order by r.case_id limit 1
"""


async def advanced(pool: Pool) -> timedelta:
    """The total time that was skipped."""
    return int(await pool.fetchval("select advanced_us from virtual_clock")) * _MICROSECOND


async def advance(pool: Pool, by: timedelta) -> timedelta:
    """Add to it; returns the new total. Raises ValueError for a step back."""
    if by < timedelta(0):
        raise ValueError("Time does not run backwards.")
    query = "update virtual_clock set advanced_us = advanced_us + $1 returning advanced_us"
    return int(await pool.fetchval(query, by // _MICROSECOND)) * _MICROSECOND


async def behind(pool: Pool, now: datetime) -> str | None:
    """An open case on which something due at ``now``, the installation's time, has not fired."""
    case_id: str | None = await pool.fetchval(_BEHIND, now)
    return case_id
