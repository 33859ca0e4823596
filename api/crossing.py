"""Calls from pages of other sites: of none, but for the origins that an installation names."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Crossing"]

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_ASKED = (
    *("Authorization", "Content-Type", "Accept-Language", "Idempotency-Key", "Receipt-Secret"),
    *("Act-As", "If-Match", "If-None-Match", "Last-Event-ID"),
)
_TOLD = ("ETag", "Location", "Retry-After", "Content-Disposition", "Content-Language", "Link")
#: How long (seconds) a browser may remember what it may ask.
_REMEMBERED = 600


class Crossing(CORSMiddleware):
    """Lets pages of exactly these origins call, without cookies; to all others nothing is said."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=_METHODS,
            allow_headers=_ASKED,
            expose_headers=_TOLD,
            max_age=_REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; one of a strange origin is served as if it had none."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None or not self.is_allowed_origin(origin):
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)
