"""Make a database ready for this version of the code; what `hoiam migrate` runs."""

from __future__ import annotations

import asyncpg

from eventlog.migrate import migrate
from eventlog.pg import OwnConnection
from eventlog.sealing import Extend, adopt

__all__ = ["prepare"]


async def prepare(dsn: str, extend: Extend | None = None) -> tuple[str, ...]:
    """Migrate under the role that owns the database, and take over after a restore.

    Returns the names of the migrations that were applied; may be run again at any time.

    Raises:
        DatabaseTooNew, MigrationChanged: see ``migrate``.
    """
    connection: OwnConnection = await asyncpg.connect(dsn)
    try:
        applied = await migrate(connection)
        await adopt(connection, extend)
    finally:
        await connection.close()
    return applied
