"""A real PostgreSQL for the tests that need one: one server per session, a database per test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from eventlog.keys import Keys, open_keys
from eventlog.pg import Pool
from eventlog.pool import open_pool
from eventlog.setup import prepare
from eventlog.store import EventStore
from workers.drill.scratch import drop_database
from workers.embedded.postgres import EmbeddedPostgres

# How long an example takes says something about the machine, not about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TEMPLATE = "migrated"
MEASURED = "measured"
#: Hundreds of databases come and go, and none has to outlive the machine: what survives a kill,
#: and what PostgreSQL's own settings are, is tested on the embedded stack.
SHORT_LIVED = {"fsync": "off", "shared_buffers": "128MB"}
#: Folders whose files take long: they begin first, so that none is left over at the end.
SLOW = ("crash", "cli", "workflows", "workers", "api")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow folders first; within them, and after them, the order stays."""
    items.sort(key=lambda item: _rank(item.path.relative_to(Path(__file__).parent).parts[0]))


def _rank(folder: str) -> int:
    return SLOW.index(folder) if folder in SLOW else len(SLOW)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured and recorded, wherever they ran."""
    reports = (one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind))
    for report in reports:
        for name, line in report.user_properties:
            if name == MEASURED and report.when == "call":
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {line}")


def database_of(dsn: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def _run(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a running server's first database, under the role that may make more."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), settings=SHORT_LIVED)
    try:
        yield await server.start()
    finally:
        await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres: str) -> str:
    """The address of a migrated database that is only copied, never used."""
    await _run(postgres, f"create database {TEMPLATE}")
    dsn = database_of(postgres, TEMPLATE)
    await prepare(dsn)
    return dsn


@pytest_asyncio.fixture
async def empty_database(postgres: str) -> AsyncIterator[str]:
    """The owner's address of a database without any table, dropped after the test."""
    name = f"test_{uuid4().hex}"
    await _run(postgres, f"create database {name}")
    yield database_of(postgres, name)
    await drop_database(postgres, name)


@pytest_asyncio.fixture
async def database(postgres: str, migrated: str) -> AsyncIterator[str]:
    """The owner's address of a fresh, migrated database, dropped after the test."""
    name = f"test_{uuid4().hex}"
    await _run(postgres, f"create database {name} template {TEMPLATE}")
    yield database_of(postgres, name)
    await drop_database(postgres, name)


@pytest_asyncio.fixture
async def owner(database: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection that may do what the application may not."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """The application's connections to the test's database."""
    opened = await open_pool(database, max_size=8)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def keys(pool: Pool, tmp_path: Path) -> Keys:
    """The keys of the test's database."""
    async with pool.acquire() as connection:
        return await open_keys(tmp_path / "keys", connection)


@pytest.fixture
def store(pool: Pool, keys: Keys) -> EventStore:
    """The log in the test's database."""
    return EventStore(pool, keys)
