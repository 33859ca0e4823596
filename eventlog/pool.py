"""Connections of the application: always under the role that cannot change the past."""

from __future__ import annotations

import asyncpg

from eventlog.migrate import check
from eventlog.pg import OwnConnection, Pool

__all__ = ["ROLE", "SESSION", "connect", "open_pool"]

ROLE = "hoiam_app"
#: A lock is waited for, and a forgotten transaction kept, only so long: both stall the sealer.
SESSION = {
    "role": ROLE,
    "application_name": "hoiam",
    "timezone": "UTC",
    "jit": "off",  # short statements only: compiling them costs more than it gains
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}


async def open_pool(dsn: str, *, min_size: int = 1, max_size: int = 10) -> Pool:
    """A pool under the application's role, over a database in this code's form.

    Raises:
        DatabaseTooOld, DatabaseTooNew, MigrationChanged: the form is another one.
    """
    pool = await asyncpg.create_pool(
        dsn, min_size=min_size, max_size=max_size, server_settings=SESSION, reset=_as_it_is
    )
    try:
        async with pool.acquire() as connection:
            await check(connection)
    except BaseException:
        await pool.close()
        raise
    return pool


async def _as_it_is(_: object) -> None:
    """Nobody changes a session of the pool beyond their transaction, so there is nothing to undo.

    The driver rolls back what was left open; its own undoing would cost each query a round trip.
    """


async def connect(dsn: str) -> OwnConnection:
    """One connection under the application's role, for work that holds it long (the sealer)."""
    connection: OwnConnection = await asyncpg.connect(dsn, server_settings=SESSION)
    return connection
