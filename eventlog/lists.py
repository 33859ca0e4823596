"""Lists of cases for people: by rung, state, body and time, with counts over all that match."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.row import CaseRow
from eventlog.pg import Pool
from eventlog.rows import COLUMNS, case_row

__all__ = ["Filter", "Listing", "case_of_code", "list_cases"]

_MATCHES = """
from case_row
where ($1::text is null or state = $1) and (not $2::boolean or open)
and (not $3::boolean or open and due_at <= greatest($4::timestamptz, changed_at))
and ($5::text is null or rung = $5) and ($6::text is null or accountable = $6)
"""
# What is due first comes first; what has no due time any more comes last.
_PAGE = f"select {COLUMNS} {_MATCHES} order by due_at nulls last, received_at, case_id limit $7"
_COUNTS = f"select rung, state, count(*) as cases {_MATCHES} group by rung, state"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are meant; ``accountable`` is a body's id, ``now`` says what is overdue."""

    now: datetime
    state: str | None = None
    only_open: bool = False
    only_overdue: bool = False
    rung: str | None = None
    accountable: str | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """In the order of the query."""
        return (
            *(self.state, self.only_open, self.only_overdue),
            *(self.now, self.rung, self.accountable),
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """The first cases that match, and how many match on each rung and in each state."""

    rows: tuple[CaseRow, ...]
    counts: dict[tuple[str, str], int]

    @property
    def total(self) -> int:
        """How many match in all, shown or not."""
        return sum(self.counts.values())


async def list_cases(pool: Pool, wanted: Filter, limit: int) -> Listing:
    """The cases that match, and their counts, as of one moment."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        rows = await connection.fetch(_PAGE, *wanted.arguments, limit)
        counts = await connection.fetch(_COUNTS, *wanted.arguments)
    return Listing(
        rows=tuple(case_row(row) for row in rows),
        counts={(row["rung"], row["state"]): row["cases"] for row in counts},
    )


async def case_of_code(pool: Pool, code: str) -> str | None:
    """The id of the case with this public code."""
    found: str | None = await pool.fetchval("select case_id from case_row where code = $1", code)
    return found
