"""Whether we live, whether we can work, what a problem means, and who calls."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.catalogue import PROBLEMS, type_of
from api.desk import Desk, desk_of
from api.guard import caller_of
from api.language import language_of
from api.outages import LOST
from api.problems import Problem
from api.readiness import Answers

__all__ = ["router"]

router = APIRouter(tags=["service"])
_PATIENCE = 2.0
_ANSWERS = Literal["answers", "down"]


class Alive(BaseModel):
    """The process answers."""

    alive: bool = True


class Ready(BaseModel):
    """Reports are taken in while PostgreSQL answers; everything else needs Temporal too."""

    ready: bool
    postgresql: _ANSWERS
    temporal: _ANSWERS


class Explained(BaseModel):
    """What a kind of problem means, and what can be done about it."""

    type: str
    title: str
    status: int
    detail: str


class Me(BaseModel):
    """The account of the token and its roles, as they are written in Act-As."""

    account: str
    roles: tuple[str, ...]


@router.get("/healthz", operation_id="is_alive")
async def is_alive() -> Alive:
    """Whether the process answers; it asks nobody else."""
    return Alive()


@router.get("/readyz", operation_id="is_ready", responses={503: {"model": Ready}})
async def is_ready(request: Request, response: Response) -> Ready:
    """Whether reports can be taken in (503 if not), and whether Temporal answers too.

    What was found counts for a second.
    """
    desk = desk_of(request)
    database, temporal = await desk.readiness.answers(lambda: _looked(desk))
    response.status_code = 200 if database else 503
    said: dict[bool, _ANSWERS] = {True: "answers", False: "down"}
    return Ready(ready=database, postgresql=said[database], temporal=said[temporal])


@router.get("/problems/{name}", operation_id="explain_problem")
async def explain_problem(name: str, request: Request) -> Explained:
    """What the ``type`` of a problem means."""
    kind = PROBLEMS.get(name.replace("-", "_"))
    if kind is None:
        raise Problem("not_found")
    language = language_of(request.headers.get("accept-language"))
    return Explained(
        type=type_of(kind.name),
        title=kind.title.said_in(language),
        status=kind.status,
        detail=kind.advice.said_in(language),
    )


@router.get("/v1/me", operation_id="who_am_i")
async def who_am_i(request: Request) -> Me:
    """Who the token speaks for, and which roles it gives."""
    caller = caller_of(request)
    return Me(account=caller.scope, roles=tuple(str(grant) for grant in caller.grants))


async def _looked(desk: Desk) -> Answers:
    database, temporal = await asyncio.gather(_database(desk), _temporal(desk))
    return database, temporal


async def _database(desk: Desk) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await desk.store.pool.fetchval("select true") is True
    except LOST:
        return False


async def _temporal(desk: Desk) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await desk.temporal()
    except TimeoutError:
        return False
