"""Opening the reporter's identity: for whom the case is with, and never in silence."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.acting import acting
from api.desk import desk_of
from api.guard import caller_of
from api.headers import ActAs, Key, command_id
from api.models import Identity
from api.sight import CaseId, visible_case
from domain.disclosure import Disclose

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["officers"])


@router.post("/{case_id}/identity", operation_id="disclose_identity")
async def disclose_identity(
    case_id: CaseId, form: Disclose, request: Request, key: Key = None, act_as: ActAs = None
) -> Identity:
    """Open who reported. An event tells who did and why, and the reporter sees it."""
    desk, caller = desk_of(request), caller_of(request)
    row = await visible_case(request, case_id, act_as)
    now = await desk.now()
    who = acting(caller, act_as, desk.law().at(now))
    what = command_id(caller, f"{row.case_id}/disclose", key)
    opened = await desk.disclosures.open(row.case_id, form, who.actor, what, now)
    return Identity(**opened.identity.given, version=opened.version)
