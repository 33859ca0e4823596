"""Bring a server back when it ends by itself, at the same address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

import structlog

from workers.embedded.errors import EmbeddedError

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0

log = structlog.get_logger(__name__)


class Server(Protocol):
    """What is supervised."""

    @property
    def name(self) -> str:
        """What it is called in the log."""

    @property
    def crashed(self) -> bool:
        """Whether it ended without being stopped."""

    async def clear(self) -> None:
        """End what is left of it."""

    async def start(self) -> str:
        """Start it, at the address it had."""


@contextlib.asynccontextmanager
async def kept_running(*servers: Server) -> AsyncIterator[None]:
    """Restart each server that crashes, while the context lasts."""
    tasks = [asyncio.create_task(_keep(server)) for server in servers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(server: Server) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if server.crashed:
            await _bring_back(server)


async def _bring_back(server: Server) -> None:
    log.warning("server_ended", server=server.name)
    pause = LOOK_SECONDS
    while not await _restarted(server):
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    log.info("server_restarted", server=server.name)


async def _restarted(server: Server) -> bool:
    try:
        await server.clear()
        await server.start()
    except (EmbeddedError, OSError) as error:
        log.exception("server_not_restarted", server=server.name, reason=str(error))
        return False
    return True
