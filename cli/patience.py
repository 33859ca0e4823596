"""How a command waits for its turn: it keeps to a rate limit, and repeats nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hoiam_client import TooManyRequests

__all__ = ["in_turn"]

T = TypeVar("T")
#: Seconds that a command waits for its turn in all, and between two tries if none are named.
_LONGEST = 120.0
_USUAL = 1.0


async def in_turn(call: Callable[[], Awaitable[T]]) -> T:
    """What a call gives, once the limit lets it through. Raises TooManyRequests after minutes."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _LONGEST
    while True:
        try:
            return await call()
        except TooManyRequests as error:
            wait = error.retry_after or _USUAL
            if loop.time() + wait > until:
                raise
            await asyncio.sleep(wait)
