"""HEAD on every route that has GET: the same access, status and headers, and no body."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Heads"]


class Heads:
    """Asks for the headers alone by GET, and ends what would be streamed as soon as it begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked, ending = {**scope, "method": "GET"}, asyncio.timeout(None)
        try:
            async with ending:
                await self._app(asked, receive, _Bare(send, ending))
        except TimeoutError:
            if not ending.expired():
                raise
        finally:
            scope["route"] = asked.get("route")


@dataclass(frozen=True, slots=True)
class _Bare:
    """Lets the headers out. ``ending`` ends what goes on beyond them."""

    send: Callable[[Message], Awaitable[None]]
    ending: asyncio.Timeout

    async def __call__(self, message: Message) -> None:
        """Send what there is to send of a message."""
        if message["type"] == "http.response.start":
            await self.send(message)
            await self.send({"type": "http.response.body"})
            if "content-length" not in Headers(raw=message["headers"]):
                self._end()
        elif message.get("more_body"):
            self._end()

    def _end(self) -> None:
        if not self.ending.expired():
            self.ending.reschedule(asyncio.get_running_loop().time())
