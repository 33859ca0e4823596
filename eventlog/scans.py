"""Which files a scanner must look at yet: leased, looked at, and the verdict written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from eventlog.pg import Pool

__all__ = ["Leased", "Scans", "Verdict"]

Verdict = Literal["clean", "infected"]

_LEASE = """
update attachment a
set scan = 'pending', scans = scans + 1, scan_after = clock_timestamp() + $2::interval
from (
    select attachment_id from attachment
    where case_id is not null and scan in ('unscanned', 'pending')
        and scan_after <= clock_timestamp()
    order by scan_after limit $1 for update skip locked
) due
where a.attachment_id = due.attachment_id
returning a.attachment_id, a.case_id, a.scans
"""
_TELL = "update attachment set scan = $2 where attachment_id = $1"
_LATER = """
update attachment set scan_after = clock_timestamp() + $2::interval where attachment_id = $1
"""
_NEVER = "update attachment set scan_after = 'infinity' where attachment_id = $1"


@dataclass(frozen=True, slots=True)
class Leased:
    """A file that is ours to scan for a while; ``attempts`` counts this one."""

    attachment_id: str
    case_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Scans:
    """The lease is committed at once: no transaction is open while a scanner works."""

    pool: Pool

    async def lease(self, limit: int, seconds: float) -> list[Leased]:
        """Take up to ``limit`` files that nobody scans; whoever dies with one loses its lease."""
        rows = await self.pool.fetch(_LEASE, limit, timedelta(seconds=seconds))
        return [Leased(row["attachment_id"], row["case_id"], row["scans"]) for row in rows]

    async def tell(self, attachment_id: str, verdict: Verdict) -> None:
        """Write down what the scanner said."""
        await self.pool.execute(_TELL, attachment_id, verdict)

    async def later(self, attachment_id: str, backoff: timedelta) -> None:
        """Give a file back: the scanner, or the store, did not answer."""
        await self.pool.execute(_LATER, attachment_id, backoff)

    async def never(self, attachment_id: str) -> None:
        """There is nothing to scan any more: the file was erased with its case's key."""
        await self.pool.execute(_NEVER, attachment_id)
