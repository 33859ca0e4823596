"""An installation whose parts are processes of their own, so that each can be killed."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from tests.stacks import CLASSIC, INTAKE, Site, opened, settings_of
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import EmbeddedTemporal

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Wreck:
    """The installation; its worker and the stream of commands run elsewhere."""

    site: Site
    _exits: AsyncExitStack
    worker: Process | None = None
    said: list[str] = field(default_factory=list)

    async def start_worker(self) -> None:
        """Start the worker as it is started in production, and wait until it says it is ready."""
        self.worker = await self._spawn("cli", "worker", stdin=DEVNULL, stdout=PIPE)
        if self.worker.stdout is None:
            raise RuntimeError("the worker has no stdout")
        async with asyncio.timeout(120):
            await self.worker.stdout.readline()

    async def start_api(self, **settings: str) -> tuple[Process, str]:
        """Start the interface as it is started in production; returns it and its address."""
        process = await self._spawn("cli", "api", stdin=DEVNULL, stdout=PIPE, **settings)
        if process.stdout is None:
            raise RuntimeError("the interface has no stdout")
        async with asyncio.timeout(120):
            ready = (await process.stdout.readline()).decode()
        return process, ready.split()[2].rstrip(".")

    async def _spawn(self, *words: str, stdin: int, stdout: int, **changes: str) -> Process:
        settings = settings_of(self.site.stack)
        log = self.site.stack.info.data_dir / f"{words[0]}.log"
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOIAM_DATABASE_URL": settings.database_url.get_secret_value(),
            "HOIAM_TEMPORAL_ADDRESS": settings.temporal_address,
            "HOIAM_KEYS_DIR": str(settings.keys_dir),
            "HOIAM_WEBHOOK_PRIVATE_NETWORKS": "true",  # the receivers of tests are on this machine
            **changes,
        }
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *words),
                stdin=stdin,
                stdout=stdout,
                stderr=errors,
                cwd=ROOT,
                env=env,
            )
        self._exits.push_async_callback(_end, process)
        return process

    @asynccontextmanager
    async def commands(self, cases: list[str]) -> AsyncIterator[None]:
        """A stream of commands while the context lasts; leaving it waits for the last answers."""
        process = await self._spawn("tests.crash.stream", *cases, stdin=PIPE, stdout=PIPE)
        reading = asyncio.create_task(self._read(process))
        async with asyncio.timeout(30):
            while not self.said:
                await asyncio.sleep(0.05)
        yield
        if process.stdin is None:
            raise RuntimeError("the stream has no stdin")
        process.stdin.close()
        async with asyncio.timeout(60):
            await process.wait()
        await reading

    async def _read(self, process: Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the stream has no stdout")
        async for line in process.stdout:
            said = line.decode().strip()
            if said.startswith(("ready", "acknowledged ")):  # the rest are logs
                self.said.append(said)

    async def goes_on(self, count: int = 10) -> None:
        """Wait until more commands are acknowledged."""
        before = len(self.said)
        async with asyncio.timeout(60):
            while len(self.said) < before + count:
                await asyncio.sleep(0.05)

    async def kill_worker(self) -> None:
        """kill -9, and another worker."""
        if self.worker is None:
            raise RuntimeError("no worker was started")
        self.worker.kill()
        await self.worker.wait()
        await self.start_worker()

    async def kill_temporal(self) -> None:
        """kill -9, and wait until the supervisor has brought it back."""
        await _replaced(self.site.stack.temporal)

    async def kill_postgres(self) -> None:
        """kill -9 of the postmaster and of everything it started; the same wait."""
        await _replaced(self.site.stack.postgres)


def kill(server: EmbeddedPostgres | EmbeddedTemporal) -> int:
    """kill -9 of a server and of everything it started; returns its process id."""
    killed = server.pid
    if killed is None:
        raise RuntimeError(f"{server.name} does not run")
    head = psutil.Process(killed)
    for process in [head, *head.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return killed


async def _replaced(server: EmbeddedPostgres | EmbeddedTemporal) -> None:
    killed = kill(server)
    async with asyncio.timeout(60):
        while server.pid in {killed, None}:
            await asyncio.sleep(0.05)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


@asynccontextmanager
async def wrecked(folder: Path, *, supervised: bool) -> AsyncIterator[Wreck]:
    """Such an installation in a folder; without a supervisor what was killed stays away."""
    real = opened(folder, virtual_time=False, supervised=supervised)
    async with real as site, AsyncExitStack() as exits:
        made = Wreck(site, exits)
        await made.start_worker()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wreck(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wreck]:
    async with wrecked(tmp_path_factory.mktemp("crash"), supervised=True) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def cases(wreck: Wreck) -> list[str]:
    """Cases that take notes for as long as the test runs."""
    wreck.said.clear()
    found = [await wreck.site.report(CLASSIC) for _ in range(6)]
    for case_id in found:
        await wreck.site.done(case_id, "accept", INTAKE)
    return found
