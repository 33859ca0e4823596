"""Waiting for cases to follow when time is moved, and noticing when one does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from eventlog.store import EventStore
from workflows.case import CaseWorkflow

__all__ = ["StandsStill", "forward", "until_none"]

#: For how long (seconds) nothing at all may happen.
_PATIENCE = 30.0
_ENDED = frozenset({RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION})


class StandsStill(RuntimeError):
    """Time was moved, but a case does not follow; the message says which, and what to look at."""

    def __init__(self, case_id: str, what: str) -> None:
        super().__init__(f"Case {case_id} {what}; is a worker running? If so, see its log.")


async def forward(
    skipper: TimeSkipper,
    handle: WorkflowHandle[CaseWorkflow, None],
    duration: timedelta,
    store: EventStore,
    case_id: str,
) -> None:
    """Move one workflow's time; all timers on the way have fired then. Raises StandsStill.

    A case that has ended meanwhile has nothing left to move.
    """
    moving = asyncio.ensure_future(skipper.fast_forward(handle, duration))
    try:
        await _while_it_moves(moving, store, case_id)
    except RPCError as error:
        if error.status not in _ENDED:
            raise
    finally:
        moving.cancel()


async def until_none(waiting: Callable[[], Awaitable[str | None]], what: str) -> None:
    """Wait until no case is named any more. Raises StandsStill when one is named for too long."""
    named, end = None, 0.0
    while (case_id := await waiting()) is not None:
        now = asyncio.get_running_loop().time()
        if case_id != named:
            named, end = case_id, now + _PATIENCE
        if now > end:
            raise StandsStill(case_id, what)
        await asyncio.sleep(0.02)


async def _while_it_moves(moving: asyncio.Future[bool], store: EventStore, case_id: str) -> None:
    """A server that retries what can never succeed would let us wait for ever."""
    seen: int | None = None
    while not (await asyncio.wait({moving}, timeout=_PATIENCE))[0]:
        row = await store.row(case_id)
        version = row.version if row else 0
        if version == seen:
            raise StandsStill(case_id, "does not go on")
        seen = version
    moving.result()
