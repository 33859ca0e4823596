"""A table of the bench's own, written to as simply as PostgreSQL allows."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from workers.bootstrap import Office

__all__ = ["bench_table"]


@asynccontextmanager
async def bench_table(office: Office) -> AsyncIterator[Callable[[bytes], Awaitable[object]]]:
    """Yields a function that inserts one row with these bytes."""
    owner = await asyncpg.connect(office.log.settings.database_url.get_secret_value())
    await owner.execute("create table bench_row (id text primary key, payload bytea not null)")
    await owner.execute("grant select, insert on bench_row to hoiam_app")
    await owner.close()

    async def insert(payload: bytes) -> object:
        return await office.log.pool.execute(
            "insert into bench_row values ($1, $2)", str(uuid.uuid4()), payload
        )

    yield insert
