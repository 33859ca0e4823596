"""Whether what stands behind us answers: asked once for all who ask at about the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Answers", "Readiness"]

#: Whether PostgreSQL answers, and whether Temporal does.
Answers = tuple[bool, bool]


@dataclass(slots=True)
class Readiness:
    """What was found counts for ``lasts`` seconds: anybody may ask, and no rate bounds that."""

    lasts: float = 1.0
    clock: Callable[[], float] = time.monotonic
    _found_at: float = 0.0
    _look: asyncio.Task[Answers] | None = field(default=None, repr=False)

    async def answers(self, ask: Callable[[], Coroutine[Any, Any, Answers]]) -> Answers:
        """What was found a moment ago, what others wait for, or what ``ask`` finds now.

        Whoever gives up waiting leaves the look to the others.
        """
        if self._look is None or self._is_old(self._look):
            self._look = asyncio.create_task(self._found(ask))
        return await asyncio.shield(self._look)

    def _is_old(self, look: asyncio.Task[Answers]) -> bool:
        if not look.done():
            return False
        failed = look.cancelled() or look.exception() is not None
        return failed or self.clock() - self._found_at >= self.lasts

    async def _found(self, ask: Callable[[], Coroutine[Any, Any, Answers]]) -> Answers:
        try:
            return await ask()
        finally:
            self._found_at = self.clock()
