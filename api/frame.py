"""Around every request: size, time, headers and one log line that tells nobody's words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import answer_to
from api.bounds import UPLOADING, USUAL, Bounds, is_upload
from api.problems import Problem, unavailable

__all__ = ["Frame"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam.api")
_TRACER = trace.get_tracer("hoiam.api")
#: What has begun to be answered may take this long to be sent (seconds).
_LONGEST_SENDING = 600.0
_TOO_LARGE = 413
_STREAM = "text/event-stream"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(slots=True)
class _Sent:
    """What has gone out so far, and when the request ends at the latest."""

    status: int | None = None
    deadline: asyncio.Timeout | None = None

    def begin(self, status: int, kind: str) -> None:
        """Note that an answer begins: a long one has time of its own, a stream ends by itself."""
        self.status = status
        if self.deadline is not None and not self.deadline.expired():
            latest = asyncio.get_running_loop().time() + _LONGEST_SENDING
            self.deadline.reschedule(None if kind.startswith(_STREAM) else latest)


class Frame:
    """The outermost layer of ours.

    ``longest`` bounds a request (seconds), ``largest_file`` an upload (bytes).
    """

    def __init__(
        self,
        app: ASGIApp,
        longest: float = USUAL.longest,
        largest_file: int = USUAL.largest,
    ) -> None:
        self._app = app
        self._usual = replace(USUAL, longest=longest)
        self._upload = Bounds(largest_file, UPLOADING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent, began = _Sent(), time.monotonic()
        with _TRACER.start_as_current_span(
            str(scope["method"]), kind=trace.SpanKind.SERVER
        ) as span:
            try:
                await self._served(scope, receive, _marking(send, sent), sent)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                span.update_name(f"{scope['method']} {route}")
                _tell(scope, route, sent, time.monotonic() - began)

    async def _served(self, scope: Scope, receive: Receive, send: Send, sent: _Sent) -> None:
        try:
            await self._in_time(scope, self._bounded(scope, receive), send, sent)
        except TimeoutError:
            await _instead(unavailable("The system", 10), scope, receive, send, sent)
        except Exception as error:  # noqa: BLE001 - the last place where it can be answered
            _LOG.exception("fault", error=type(error).__name__)
            await _instead(Problem("fault"), scope, receive, send, sent)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send, sent: _Sent) -> None:
        longest = self._bounds(scope).longest
        try:
            async with asyncio.timeout(longest) as sent.deadline:
                await self._app(scope, receive, send)
        finally:
            sent.deadline = None

    def _bounds(self, scope: Scope) -> Bounds:
        """By method and path alone: before anything of it is read."""
        return self._upload if is_upload(scope) else self._usual

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """Stop reading a body that is too large, whatever its length was said to be."""
        largest = self._bounds(scope).largest
        declared = Headers(scope=scope).get("content-length", "")
        refused = declared.isdecimal() and int(declared) > largest
        read = 0

        async def bounded() -> Message:
            nonlocal read
            if refused:
                raise _too_large(largest)
            message = await receive()
            read += len(message.get("body", b""))
            if read > largest:
                raise _too_large(largest)
            return message

        return bounded


def _too_large(largest: int) -> HTTPException:
    return HTTPException(_TOO_LARGE, f"A request may have {largest} bytes.")


def _marking(send: Send, sent: _Sent) -> Callable[[Message], Awaitable[None]]:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            sent.begin(message["status"], headers.get("content-type", ""))
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return marked


async def _instead(
    problem: Problem, scope: Scope, receive: Receive, send: Send, sent: _Sent
) -> None:
    """A problem in the place of an answer, unless that has begun."""
    if sent.status is None:
        await answer_to(problem, Request(scope))(scope, receive, send)


def _tell(scope: Scope, route: str, sent: _Sent, seconds: float) -> None:
    """The template of the route, never its path: a code stands in that."""
    _LOG.info(
        "request",
        method=scope["method"],
        route=route,
        status=sent.status,
        milliseconds=round(seconds * 1000),
    )
