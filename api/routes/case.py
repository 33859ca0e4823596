"""One case for officers: where it stands or stood, what happened to it, and why its clocks end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.casefile import CaseFile, Clocks, Story, case_file, clocks_of
from api.desk import Desk, desk_of
from api.guard import caller_of
from api.headers import ActAs
from api.history import History, history_of
from api.language import Words, spoken
from api.moments import Moment
from api.problems import Problem
from api.sight import CaseId, Seen, seen_case, seen_row

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["officers"])
_TAG = {"ETag": {"description": "The version of the case.", "schema": {"type": "string"}}}
_READ: dict[int | str, dict[str, Any]] = {
    200: {"headers": _TAG},
    304: {"description": "The caller has it already.", "headers": _TAG},
}
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=1000, description="ETags that the caller has."),
]


class At(BaseModel):
    """A past moment, by when things happened or by when they were written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: Annotated[
        Moment | None, Field(description="As it stood then, by what happened until then.")
    ] = None
    known_at: Annotated[
        Moment | None, Field(description="By what was written down until then: what was known.")
    ] = None

    @property
    def past(self) -> bool:
        """Whether a past moment is asked for."""
        return self.as_of is not None or self.known_at is not None


class Paging(BaseModel):
    """Which part of a history."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: Annotated[
        int, Field(ge=0, le=2**31 - 1, description="The version after which the page begins.")
    ] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.get("/{case_id}", operation_id="read_case", response_model=CaseFile, responses=_READ)
async def read_case(
    case_id: CaseId,
    at: Annotated[At, Query()],
    request: Request,
    response: Response,
    known: IfNoneMatch = None,
    act_as: ActAs = None,
) -> CaseFile | Response:
    """A case, now or at any past moment. What the reporter wrote is for who works on cases.

    The ETag is the version, which If-Match of a command names. 304 when the caller has this
    version, and time alone has not made the case overdue since.
    """
    desk, seen = desk_of(request), await seen_case(request, case_id, act_as)
    now, version = await desk.now(), seen.row.version
    if not at.past and _names(known, version) and not _ran_out(seen, now):
        return Response(status_code=304, headers={"ETag": _tag(version)})
    story = await _story(desk, seen, at, now)
    response.headers["ETag"] = _tag(story.case.version)
    return case_file(story, desk.law())


@router.get("/{case_id}/history", operation_id="read_history")
async def read_history(
    case_id: CaseId, part: Annotated[Paging, Query()], request: Request, act_as: ActAs = None
) -> History:
    """What happened to a case, page by page; auditors and admins see all of it but no words."""
    desk = desk_of(request)
    context = desk.law().at(await desk.now())
    found = await desk.store.stretch(case_id, part.after, part.limit + 1)
    seen = seen_row(found.row, caller_of(request), context, act_as)
    page = desk.store.opened(found, unseal=seen.reads)
    return history_of(seen.row, page, part.limit, desk.law(), reads=seen.reads)


@router.get("/{case_id}/clocks", operation_id="explain_clocks")
async def explain_clocks(
    case_id: CaseId,
    at: Annotated[At, Query()],
    request: Request,
    response: Response,
    act_as: ActAs = None,
) -> Clocks:
    """Why each clock of a case ends when it does, day by day; also as of a past moment."""
    desk, seen = desk_of(request), await seen_case(request, case_id, act_as)
    story = await _story(desk, seen, at, await desk.now())
    return clocks_of(story, desk.law(), spoken(request, response))


async def _story(desk: Desk, seen: Seen, at: At, now: datetime) -> Story:
    """The case at the moment asked for. Raises Problem."""
    for name, moment in (("as_of", at.as_of), ("known_at", at.known_at)):
        if moment is not None and moment > now:
            until = now.isoformat()
            detail = Words(
                f"Chưa biết gì về sau thời điểm {until}: hãy hỏi một thời điểm đã qua.",
                f"Nothing is known yet of what comes after {until}.",
            )
            raise Problem("invalid", errors=[{"query": name, "detail": detail}])
    history = await desk.store.load(seen.row.case_id, unseal=seen.reads)
    story = Story.past(history, at.as_of, at.known_at) if at.past else Story.of(history, now)
    if story is None:
        raise Problem("unknown_case", "It was not there yet at that moment.", code="unknown_case")
    return story


def _tag(version: int) -> str:
    return f'"{version}"'


def _names(known: str | None, version: int) -> bool:
    tags = (tag.strip().removeprefix("W/") for tag in (known or "").split(","))
    return any(tag in ("*", _tag(version)) for tag in tags)


def _ran_out(seen: Seen, now: datetime) -> bool:
    """Whether time has made it overdue while nothing happened that the version would tell."""
    due = seen.row.due_at
    return due is not None and seen.row.overdue(now) and seen.row.changed_at < due
