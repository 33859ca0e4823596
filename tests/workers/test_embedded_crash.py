"""What was acknowledged is there after a stop and after a kill of the owner or of a server."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import asyncpg
import psutil
import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from workers.embedded.processes import end_all
from workers.embedded.stack import EmbeddedStack, find

pytestmark = pytest.mark.xdist_group("embedded")

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
OWNER = """
import asyncio, pathlib, sys
from workers.embedded.processes import end_all
from workers.embedded.stack import EmbeddedStack

async def own():
    async with EmbeddedStack(pathlib.Path(sys.argv[1])):
        print("ready", flush=True)
        await asyncio.sleep(600)

asyncio.run(own())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    end_all(_servers(tmp_path / "data"), signal.SIGKILL)  # of a test that failed half-way


async def test_a_row_is_there_after_a_stop_that_leaves_nothing_running(folder: Path) -> None:
    async with EmbeddedStack(folder) as stack:
        await _execute(stack.postgres.dsn, "create table note as select 'đã nhận' as text")
        assert len(_servers(folder)) >= 2
    assert _servers(folder) == []
    assert not (folder / "stack.json").exists()
    assert find(folder) is None
    async with EmbeddedStack(folder) as stack:
        rows = await _execute(stack.postgres.dsn, "select text from note")
    assert [row["text"] for row in rows] == ["đã nhận"]


async def test_a_killed_owner_is_succeeded_and_its_servers_are_ended(folder: Path) -> None:
    owner = _own_elsewhere(folder)
    assert owner.stdout
    assert await asyncio.to_thread(owner.stdout.readline) == b"ready\n"
    before = find(folder)
    assert before is not None
    assert before.pid == owner.pid
    await _execute(before.postgres_dsn.get_secret_value(), "create table note as select 1 as n")
    orphans = _servers(folder)
    _kill(owner)
    assert {process.name() for process in orphans} == {"postgres", "temporal"}
    assert find(folder) is None, "the address of a dead stack is none"
    async with EmbeddedStack(folder) as stack:
        rows = await _execute(stack.postgres.dsn, "select n from note")
        assert [row["n"] for row in rows] == [1]
        assert not any(process.is_running() for process in orphans)


@pytest.mark.parametrize("seconds", [0.7, 1.5])
async def test_an_owner_killed_while_it_starts_is_succeeded(folder: Path, seconds: float) -> None:
    owner = _own_elsewhere(folder)
    await asyncio.sleep(seconds)
    _kill(owner)
    async with EmbeddedStack(folder) as stack:
        assert await _execute(stack.postgres.dsn, "select 1")
        strangers = {process.ppid() for process in _servers(folder)}
        assert strangers == {os.getpid(), stack.postgres.pid}


async def test_killed_servers_come_back_with_everything_at_the_same_addresses(
    folder: Path,
) -> None:
    async with EmbeddedStack(folder) as stack:
        dsn, address = stack.postgres.dsn, stack.temporal.address
        await _execute(dsn, "create table note as select 1 as n")
        client = await Client.connect(address)
        handle = await client.start_workflow("Nap", id="nap", task_queue="naps")
        killed = {_kill_server(stack.postgres.pid), _kill_server(stack.temporal.pid)}
        rows = await _eventually(lambda: _execute(dsn, "select n from note"))
        description = await _eventually(handle.describe)
        assert [row["n"] for row in rows] == [1]
        assert description.status is WorkflowExecutionStatus.RUNNING
        assert (stack.postgres.dsn, stack.temporal.address) == (dsn, address)
        assert killed.isdisjoint({stack.postgres.pid, stack.temporal.pid})


async def _execute(dsn: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def _eventually(action: Callable[[], Awaitable[T]]) -> T:
    """Repeat the action while the server is on its way back."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await action()
            except (OSError, asyncpg.PostgresError, RPCError):
                await asyncio.sleep(0.1)


def _own_elsewhere(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _kill(owner: subprocess.Popen[bytes]) -> None:
    owner.kill()
    owner.communicate()


def _kill_server(pid: int | None) -> int:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def _servers(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] in ("postgres", "temporal") and _is_in(process, folder)
    ]


def _is_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.NoSuchProcess, OSError):
        return False  # it has ended, though its parent has not asked how yet
