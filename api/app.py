"""The application: its routes, the door before them, and one place from errors to problems."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from activities.files import FileDamaged
from api.answers import answer_to
from api.crossing import Crossing
from api.desk import Desk, desk_of
from api.faults import fault_place, fault_words
from api.frame import Frame
from api.guard import guard
from api.heads import Heads
from api.openapi import OPENAPI_URL, describe
from api.outages import LOST
from api.places import unclear
from api.problems import Problem, refusal, unavailable
from api.routes import (
    accounts,
    allowed,
    attachments,
    bulk,
    case,
    cases,
    commands,
    deliveries,
    duplicates,
    events,
    health,
    identity,
    locating,
    officers,
    open311,
    places,
    receipts,
    reports,
    stats,
    subscriptions,
    track,
    uploads,
)
from domain.places import Unlocated
from domain.rejection import Rejected
from eventlog.errors import KeyDestroyed, ObjectsUnavailable
from eventlog.inbox import TooBroad
from workflows.gateway import Unavailable

__all__ = ["build", "described"]

#: The modules of routes, in the order in which they are described.
ROOMS = (
    *(health, reports, locating, track, identity, cases, case, places, duplicates),
    *(commands, allowed, bulk, officers, stats, uploads, attachments),
    *(receipts, accounts),
    *(events, subscriptions, deliveries),
    open311,
)
Handler = Callable[[Request, Any], Awaitable[Response]]
_BY_STATUS = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def build(desk: Desk) -> FastAPI:
    """The application over a desk."""
    app = _routed()
    app.state.desk = desk
    if desk.origins:
        app.add_middleware(Crossing, origins=desk.origins)
    app.add_middleware(Heads)
    app.add_middleware(Frame, largest_file=desk.files.largest)
    for kind, handler in _handlers():
        app.add_exception_handler(kind, handler)
    return app


def described() -> dict[str, Any]:
    """The description of the interface (OpenAPI 3.1), which needs no desk."""
    return _routed().openapi()


def _routed() -> FastAPI:
    app = FastAPI(
        title="Hồi Âm",
        version="1",
        openapi_url=OPENAPI_URL,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(guard)],
        redirect_slashes=False,
    )
    for room in ROOMS:
        app.include_router(room.router)
    describe(app)
    return app


def _handlers() -> Iterable[tuple[type[Exception], Handler]]:
    yield Problem, _as(lambda problem: problem)
    yield Unlocated, _unclear
    yield Rejected, _as(lambda error: refusal(error.rejection))
    yield Unavailable, _as(lambda _: unavailable("The engine of cases"))
    yield ObjectsUnavailable, _as(lambda _: unavailable("The store of files"))
    yield FileDamaged, _as(lambda _: Problem("file_damaged"))
    yield KeyDestroyed, _as(lambda _: Problem("erased"))
    yield RequestValidationError, _as(_invalid)
    yield HTTPException, _as(_plain)
    yield ClientDisconnect, _as(lambda _: Problem("malformed"))
    yield TooBroad, _as(lambda _: Problem("too_broad", headers={"Retry-After": "60"}))
    for kind in LOST:
        yield kind, _as(lambda _: unavailable("The database"))


async def _unclear(request: Request, error: Any) -> Response:
    return answer_to(unclear(error, desk_of(request).law().directory), request)


def _as(translate: Callable[[Any], Problem]) -> Handler:
    async def handler(request: Request, error: Any) -> Response:
        return answer_to(translate(error), request)

    return handler


def _invalid(error: RequestValidationError) -> Problem:
    """Which members are wrong and why, never what stood in them."""
    if isinstance(error.body, bytes):  # it was not called JSON, and so was not read
        return Problem("unsupported_media_type")
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem("malformed")
    told = ({**fault_place(fault["loc"]), "detail": fault_words(fault)} for fault in faults)
    return Problem("invalid", errors=list(told))


def _plain(error: HTTPException) -> Problem:
    name = _BY_STATUS.get(error.status_code, "fault")
    limit = error.detail if name == "too_large" else None
    return Problem(name, limit, headers=_with_head(error.headers or {}))


def _with_head(headers: Mapping[str, str]) -> dict[str, str]:
    """``Heads`` answers HEAD wherever GET is, and the routes do not know of it."""
    allowed = headers.get("Allow", "").split(", ")
    if "GET" not in allowed or "HEAD" in allowed:
        return dict(headers)
    return {**headers, "Allow": ", ".join([*allowed, "HEAD"])}
