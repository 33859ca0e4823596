"""A fresh embedded installation for one measurement, with a worker in this process."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from workers.bootstrap import Office, open_office
from workers.embedded.stack import EmbeddedStack
from workers.settings import Settings

__all__ = ["at_a_time", "fresh_office", "quiet", "rate"]


def quiet() -> None:
    """Log errors only: lines for each request would fill whatever pipe they go into."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@asynccontextmanager
async def fresh_office() -> AsyncIterator[Office]:
    """An empty installation in a temporary folder, gone afterwards."""
    quiet()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with EmbeddedStack(folder) as stack:
            settings = Settings(
                database_url=stack.info.postgres_dsn,
                temporal_address=stack.info.temporal,
                keys_dir=folder / "keys",
            )
            async with open_office(settings) as office:
                yield office
        # The bridge of the Temporal client may still be letting go.
        await asyncio.sleep(1)


async def at_a_time(width: int, total: int, work: Callable[[int], Awaitable[object]]) -> None:
    """Run ``work(0..total)``, ``width`` of them at any moment."""
    numbers = iter(range(total))

    async def one_by_one() -> None:
        for number in numbers:
            await work(number)

    await asyncio.gather(*(one_by_one() for _ in range(width)))


async def rate(width: int, total: int, work: Callable[[int], Awaitable[object]]) -> float:
    """How many per second."""
    begin = time.perf_counter()
    await at_a_time(width, total, work)
    return total / (time.perf_counter() - begin)
