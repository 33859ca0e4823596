"""The feed: every event once and in order, by asking again and again or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass

import httpx
from httpx_sse import EventSource, SSEError

from hoiam_client.models import CloudEvent, EventPage
from hoiam_client.problems import Lost
from hoiam_client.transport import Transport

__all__ = ["BEGINNING", "Events", "Seen"]

#: The position before the first event.
BEGINNING = -1
_WAIT = 15
_PAGE = 500
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """An event, and the position to go on after once it has been dealt with."""

    event: CloudEvent
    position: int


@dataclass(frozen=True, slots=True)
class Events:
    """``GET /v1/events``. Keep the position of what was dealt with, and go on after it."""

    transport: Transport

    async def page(
        self,
        after: int = BEGINNING,
        types: Collection[str] = (),
        *,
        limit: int = _PAGE,
        wait: int = 0,
    ) -> EventPage:
        """What comes after a position; with ``wait`` (seconds) when something has happened."""
        query = {"after": after, "types": ",".join(types) or None, "limit": limit, "wait": wait}
        return await self.transport.get("/v1/events", EventPage, query)

    async def follow(
        self, after: int = BEGINNING, types: Collection[str] = ()
    ) -> AsyncGenerator[Seen, None]:
        """Events for ever, by long-polling; a lost connection is made anew. Raises Problem."""
        while True:
            try:
                found = await self.page(after, types, wait=_WAIT)
            except Lost:
                await asyncio.sleep(_PAUSE)
                continue
            for event in found.events:
                yield Seen(event, _position(event))
            after = found.next

    async def stream(
        self, after: int = BEGINNING, types: Collection[str] = ()
    ) -> AsyncGenerator[Seen, None]:
        """Events for ever, as a stream; one that breaks goes on after its last event.

        Raises Problem, as when the token has expired.
        """
        while True:
            try:
                async for seen in self._streamed(after, types):
                    after = seen.position
                    yield seen
            except (Lost, httpx.TransportError, SSEError):
                await asyncio.sleep(_PAUSE)

    async def _streamed(self, after: int, types: Collection[str]) -> AsyncGenerator[Seen, None]:
        query = {"types": ",".join(types) or None}
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        async with self.transport.open("/v1/events", query, headers) as answer:
            async for told in EventSource(answer).aiter_sse():
                if told.data and told.id:
                    yield Seen(CloudEvent.model_validate_json(told.data), int(told.id))


def _position(event: CloudEvent) -> int:
    data = event.data
    position = data["position"] if isinstance(data, dict) else data.position
    return int(position)
