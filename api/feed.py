"""The feed: one page, one that waits for something to happen, or a stream that goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field

from activities.cloud_events import CloudEvent, cloud_event
from api.outages import LOST
from api.problems import Problem
from api.telling import Telling
from domain.scope import Scope
from eventlog.pg import Pool
from eventlog.told import Told, told_after

__all__ = ["Asked", "EventPage", "Reader", "page", "stream"]

#: A lost notice of a seal, and a token that counts no more, are noticed after so many seconds.
_BEAT = 5.0
#: Under many seals in a row each reader looks no more often than this (seconds).
_GAP = 0.1

#: Whom the events are for, asked anew at each look. Raises Problem when that is nobody any more.
Reader = Callable[[], Awaitable[Scope]]


class EventPage(BaseModel):
    """Events in the order of all of them. Ask for what comes ``after`` the position ``next``.

    ``next`` is how far was looked: what lies before it and is not here is not for this account.
    """

    events: list[CloudEvent]
    next: int
    more: Annotated[bool, Field(description="Whether there is more that can be read at once.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: what comes after a position, of some types or of all (empty)."""

    after: int
    types: frozenset[str]
    limit: int


async def page(
    pool: Pool, telling: Telling, reader: Reader, asked: Asked, seconds: float
) -> EventPage:
    """The next events; if there are none, wait for so many seconds until there are."""
    ends, position = asyncio.get_running_loop().time() + seconds, asked.after
    while True:
        told = await told_after(pool, await reader(), asked.types, position, asked.limit)
        left = ends - asyncio.get_running_loop().time()
        if told.events or left <= 0:
            return _page(told, telling.source)
        position = told.next
        if not told.more:
            await telling.seals.wait(min(left, _BEAT), beyond=told.last)
            await asyncio.sleep(_GAP)


async def stream(
    pool: Pool, telling: Telling, reader: Reader, asked: Asked, account: str
) -> AsyncIterator[bytes]:
    """Events as they are sealed, in the form of server-sent events.

    It ends when the database is away or the reader counts no more; who comes again with the
    header Last-Event-ID misses nothing. A beat moves that id on too.
    """
    position = asked.after
    with suppress(Problem, *LOST), telling.streams.one(account):
        while True:
            told = await told_after(pool, await reader(), asked.types, position, asked.limit)
            for sealed in told.events:
                data = cloud_event(sealed, telling.source).encoded.decode()
                yield format_sse_event(data_str=data, id=str(sealed.position))
            if not told.events:
                yield format_sse_event(comment="beat", id=str(told.next))
            position = told.next
            if not told.more:
                await telling.seals.wait(_BEAT, beyond=told.last)
                await asyncio.sleep(_GAP)


def _page(told: Told, source: str) -> EventPage:
    events = [cloud_event(sealed, source) for sealed in told.events]
    return EventPage(events=events, next=told.next, more=told.more)
