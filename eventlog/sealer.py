"""Give every event its place in one dense order that readers can follow without missing any.

The order in which events were numbered is not the order in which they became visible, so a
reader that asks for "more than the last I saw" skips what commits late. The sealer reads only
rows whose transaction id is below the oldest one still running: that set is final. It remembers
the last row it read of it, in the order (transaction id, case, version); nothing can appear below
that mark any more, because all those transactions have ended, so the mark loses nothing and no
pass reads more than what is new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from eventlog.pg import LOST, OwnConnection, Record
from eventlog.pool import connect
from eventlog.sealing import Extend, Mark, read_mark, seal_upto

__all__ = ["DUE", "Sealer"]

#: Held by the one sealer that writes.
LOCK = 0x686F69616D02

#: The rows behind the mark whose transactions have ended.
DUE = """
select xid, case_id, version from event
where (xid, case_id, version) > ($1::xid8, $2::text, $3::integer)
    and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, case_id, version limit $4
"""
_SET_MARK = "update seal_mark set xid = $1::xid8, case_id = $2, version = $3"


class Sealer:
    """One of perhaps several; the one that holds the advisory lock seals, the others wait."""

    def __init__(
        self, dsn: str, *, limit: int = 5000, pause: float = 0.1, extend: Extend | None = None
    ) -> None:
        self._dsn = dsn
        self._limit = limit
        self._pause = pause
        self._extend = extend
        self._connection: OwnConnection | None = None
        self._mark: Mark | None = None

    @property
    def leads(self) -> bool:
        """Whether this one holds the lock, as far as it knows."""
        return self._mark is not None

    async def run(self, stop: asyncio.Event) -> None:
        """Seal until stopped; a lost connection is opened again, and the lock asked for again.

        Raises:
            SealerStopped: the database was restored into another server.
        """
        try:
            while not stop.is_set():
                sealed = await self._attempt()
                if not sealed:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._pause):
                            await stop.wait()
        finally:
            await self.close()

    async def _attempt(self) -> int:
        try:
            return await self.seal_once()
        except LOST as error:
            structlog.get_logger().warning("sealer_interrupted", error=type(error).__name__)
            await self.close()
            return 0

    async def seal_once(self) -> int:
        """Seal what is settled, up to the limit; returns how many, 0 also if another one leads.

        Raises:
            SealerStopped: the database was restored into another server.
        """
        mark = self._mark or await self._lead()
        if mark is None or self._connection is None:
            return 0
        async with self._connection.transaction():
            due = await self._connection.fetch(DUE, *mark, self._limit)
            if not due:
                return 0
            last = Mark(*due[-1])
            sealed = await seal_upto(self._connection, _highest(due), self._extend)
            await self._connection.execute(_SET_MARK, *last)
        self._mark = last
        # Rows that came along earlier are read again here: there may be more behind them.
        return sealed or len(due)

    async def close(self) -> None:
        """Give the lock back."""
        connection, self._connection, self._mark = self._connection, None, None
        if connection is not None:
            with suppress(*LOST):
                await connection.close(timeout=5)

    async def _lead(self) -> Mark | None:
        if self._connection is None:
            self._connection = await connect(self._dsn)
        if not await self._connection.fetchval("select pg_try_advisory_lock($1)", LOCK):
            return None
        self._mark = await read_mark(self._connection)
        return self._mark


def _highest(due: Sequence[Record]) -> dict[str, int]:
    cases: dict[str, int] = {}
    for row in due:
        cases[row["case_id"]] = max(row["version"], cases.get(row["case_id"], 0))
    return cases
