"""What happens to cases, for programs that follow: nothing is missed and nothing comes twice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse

from api.desk import Desk, desk_of
from api.feed import Asked, EventPage, Reader, page, stream
from api.guard import caller_of, readmitted
from api.headers import ActAs
from api.language import Words
from api.problems import Problem
from api.sight import told
from domain.events import EVENTS
from domain.scope import Nothing, Scope
from domain.shapes import like
from eventlog.feed import last_position

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["integrations"])
#: Positions are bigger than this on no machine, and every reader of JSON keeps it exactly.
_FAR = 2**53 - 1
_STREAM = "text/event-stream"
#: Whoever waited there would miss what is written until then, as after a backup was restored.
_BEYOND = Words(
    "Chưa có sự kiện nào ở vị trí này: kiểm tra vị trí có phải của hệ thống này không, hoặc đọc "
    "lại từ đầu (-1).",
    "No event has this position yet: see whether it is one of this installation, or read from the "
    "beginning (-1).",
)

After = Annotated[
    int, Query(ge=-1, le=_FAR, description="The position up to which everything was read.")
]
Types = Annotated[
    Annotated[
        str,
        like(
            r"^[A-Za-z]+(,[A-Za-z]+)*$",
            "Viết tên các sự kiện, cách nhau bằng dấu phẩy: CaseEscalated,CaseClosed.",
            "Write the names of events, by commas: CaseEscalated,CaseClosed.",
        ),
    ]
    | None,
    Query(
        max_length=1000,
        description="Names of events, by commas: CaseEscalated,CaseClosed. All if left out.",
        examples=["CaseEscalated,CaseClosed"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=500)]
Wait = Annotated[
    int, Query(ge=0, le=15, description="Wait so many seconds for something to happen.")
]
LastId = Annotated[
    int | None,
    Header(
        alias="Last-Event-ID", ge=-1, le=_FAR, description="Where a stream goes on, like after."
    ),
]


@router.get(
    "/events",
    operation_id="read_events",
    response_model=EventPage,
    responses={200: {"content": {_STREAM: {"schema": {"type": "string"}}}}},
)
async def read_events(
    request: Request,
    after: After = -1,
    types: Types = None,
    limit: Limit = 100,
    wait: Wait = 0,
    last_id: LastId = None,
    act_as: ActAs = None,
) -> EventPage | Response:
    """The sealed events of the cases one may see, in order, as CloudEvents.

    With Accept: text/event-stream they come as a stream: its ids are positions, and Last-Event-ID
    goes on after one. Otherwise a page comes, at once or after waiting.
    """
    desk, caller = desk_of(request), caller_of(request)
    asked = Asked(after if last_id is None else last_id, _names(types), limit)
    if asked.after > await last_position(desk.store.pool):
        place = {"query": "after"} if last_id is None else {"header": "Last-Event-ID"}
        raise Problem("invalid", errors=[{**place, "detail": _BEYOND}])
    reader = _reader(desk, request, act_as)
    if _STREAM not in request.headers.get("accept", ""):
        return await page(desk.store.pool, desk.telling, reader, asked, wait)
    await reader()
    desk.telling.streams.check(caller.scope)
    events = stream(desk.store.pool, desk.telling, reader, asked, caller.scope)
    return EventSourceResponse(events, headers={"X-Accel-Buffering": "no"})


def _names(types: str | None) -> frozenset[str]:
    names = frozenset(types.split(",") if types else ())
    if unknown := sorted(names - EVENTS.keys()):
        detail = Words(
            f"Không có sự kiện nào tên {unknown[0]}; xem docs/glossary.md.",
            f"No event is called {unknown[0]}; see docs/glossary.md.",
        )
        raise Problem("invalid", errors=[{"query": "types", "detail": detail}])
    return names


def _reader(desk: Desk, request: Request, act_as: str | None) -> Reader:
    """Asked for each look: a role ends with its body, a token when it expires or is revoked."""

    async def reader() -> Scope:
        caller = await readmitted(request)
        context = desk.law().at(await desk.now())
        scope = told(caller, context, act_as)
        if scope == Nothing():
            raise Problem("not_permitted", "No role of this account is in force here today.")
        return scope

    return reader
