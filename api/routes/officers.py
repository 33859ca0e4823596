"""The officers of a body who have come in: to whom a case can be handed over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from api.acting import Acting, acting
from api.desk import desk_of
from api.guard import caller_of
from api.headers import ActAs
from api.problems import Problem
from domain.context import Context
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from domain.params import Word
from domain.shapes import like
from eventlog.officers import Officer

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["officers"])


class Known(BaseModel):
    """An account that has come in with a role in the body; who it is, its issuer knows."""

    account: str
    roles: tuple[str, ...]
    last_seen: AwareDatetime
    open_cases: Annotated[int, Field(description="Open cases that this account has, anywhere.")]


class KnownOfficers(BaseModel):
    """A page; ``next`` is the ``after`` of the following one."""

    body: str
    officers: tuple[Known, ...]
    next: str | None


@router.get("/officers", operation_id="list_officers")
async def list_officers(
    request: Request,
    act_as: ActAs = None,
    body: Annotated[
        Word | None, Query(description="As unit:26737; one's own if it is left out.")
    ] = None,
    after: Annotated[
        str,
        like(
            r"^[\x21-\x7e]*$",
            "Viết giá trị next của trang trước.",
            "Write the next of the page before.",
        ),
        Query(max_length=100),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> KnownOfficers:
    """Who has come in with a role in a body of one's own territory, and when last."""
    desk, caller = desk_of(request), caller_of(request)
    context = desk.law().at(await desk.now())
    who = acting(caller, act_as, context)
    found = _body(who, body, context)
    page = await desk.register.officers.of_body(found, after, limit + 1)
    shown, more = page[:limit], len(page) > limit
    return KnownOfficers(
        body=context.directory.ref(found),
        officers=tuple(_known(one) for one in shown),
        next=shown[-1].account if more else None,
    )


def _body(who: Acting, ref: str | None, context: Context) -> str:
    """The id of a body in the caller's territory. Raises Problem."""
    if ref is None:
        return who.actor.body or ""
    try:
        body = context.directory.resolve(ref, context.today)
    except (BodyNotInForce, UnknownBody, UnitNotInForce, UnknownUnit) as error:
        raise Problem("invalid", errors=[{"query": "body", "detail": str(error)}]) from None
    if body.body_id != who.actor.body and not who.covers(body.unit_id, context):
        raise Problem("out_of_scope", "This body is not in your territory.", code="out_of_scope")
    return body.body_id


def _known(officer: Officer) -> Known:
    return Known(
        account=officer.account,
        roles=officer.roles,
        last_seen=officer.last_seen,
        open_cases=officer.cases,
    )
