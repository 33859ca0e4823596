"""The interface over a database: a fresh one, or one that the tests of a module share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from eventlog.keys import open_keys
from eventlog.pool import open_pool
from eventlog.store import EventStore
from tests.api.counter import Counter, counter_over
from tests.conftest import TEMPLATE, database_of


@pytest.fixture
def counter(store: EventStore) -> Counter:
    """The interface over the test's own database."""
    return counter_over(store)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_dsn(postgres: str, migrated: str) -> str:
    """The owner's address of a database that the tests of a module share."""
    name = f"shared_{uuid4().hex}"
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"create database {name} template {TEMPLATE}")
    await connection.close()
    return database_of(postgres, name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_store(
    shared_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[EventStore]:
    """A log for tests that do not mind what others wrote: making one takes longer than a test."""
    pool = await open_pool(shared_dsn, max_size=8)
    async with pool.acquire() as own:
        keys = await open_keys(tmp_path_factory.mktemp("keys"), own)
    yield EventStore(pool, keys)
    await pool.close()
