"""An installation for one drill: servers that run already, a database and a queue of its own.

So a drill has its own time, leaves nothing behind in the stack it ran on, and several may run
side by side.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from pydantic import SecretStr
from temporalio.service import RPCError, RPCStatusCode

from domain.context import Law
from workers.bootstrap import Office, open_office
from workers.open_cases import open_cases
from workers.settings import Settings
from workers.virtual import NotVirtual
from workers.worker import running

__all__ = ["drop_database", "scratch_office"]

#: How often, and how far apart (seconds), a database is tried to be dropped.
_LOOKS, _PAUSE = 100, 0.1


@asynccontextmanager
async def scratch_office(settings: Settings, law: Law) -> AsyncIterator[Office]:
    """Open an office with a worker on the servers of a virtual stack; all of it goes at the end.

    Raises NotVirtual.
    """
    if not settings.virtual_time:
        raise NotVirtual("This stack runs in real time; start it with --virtual-time.")
    name = f"drill_{uuid4().hex}"
    async with _database(settings.database_url.get_secret_value(), name) as dsn:
        with TemporaryDirectory(prefix="hoiam-drill-") as folder:
            changes = {
                "database_url": SecretStr(dsn),
                "keys_dir": Path(folder) / "keys",
                "task_queue": name,
            }
            own = settings.model_copy(update=changes)
            async with open_office(own, lambda: law) as office:
                async with running(office):
                    yield office
                await _end_workflows(office)


@asynccontextmanager
async def _database(dsn: str, name: str) -> AsyncIterator[str]:
    await _execute(dsn, f"create database {name}")
    try:
        yield urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
    finally:
        await drop_database(dsn, name)


async def drop_database(dsn: str, name: str) -> None:
    """Drop a database whoever is connected to it; the server's own housekeeping ends by itself.

    Raises TimeoutError when it does not.
    """
    for _ in range(_LOOKS):
        try:
            return await _execute(dsn, f"drop database {name} with (force)")
        except asyncpg.InsufficientPrivilegeError:  # autovacuum is at it, and is not ours to end
            await asyncio.sleep(_PAUSE)
    raise TimeoutError(f"The database {name} stays in use.")


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _end_workflows(office: Office) -> None:
    """Nobody works on this queue any more; the server must not keep waiting for somebody."""
    async for row in open_cases(office.log.store):
        try:
            await office.gateway.handle(row.case_id).terminate("the drill is over")
        except RPCError as error:
            # The relay was stopped before it had started this one.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
