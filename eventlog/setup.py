"""Make a database ready for this version of the code; what `hoiam migrate` runs."""

from __future__ import annotations

import asyncpg

from domain.project import row_from
from eventlog.migrate import migrate
from eventlog.pg import OwnConnection
from eventlog.rebuild import rebuild
from eventlog.sealing import Extend, adopt

__all__ = ["prepare"]


async def prepare(dsn: str, extend: Extend | None = None) -> tuple[str, ...]:
    """Migrate under the role that owns the database, and take over after a restore.

    Where a migration was applied over a log with cases, their rows are made anew: it may have
    given them a new form.

    Returns the names of the migrations that were applied; may be run again at any time.

    Raises:
        DatabaseTooNew, MigrationChanged: see ``migrate``.
    """
    connection: OwnConnection = await asyncpg.connect(dsn)
    try:
        applied = await migrate(connection)
        await adopt(connection, extend)
        if applied and await connection.fetchval("select exists (select from case_row)"):
            await rebuild(connection, row_from)
    finally:
        await connection.close()
    return applied
