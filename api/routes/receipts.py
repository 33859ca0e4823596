"""Another receipt for a reporter who lost theirs, and who can say who they are."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from activities.replacement import Replaced
from api.acting import acting
from api.desk import Desk, desk_of
from api.guard import caller_of
from api.headers import ActAs, Key, command_id
from api.sight import CaseId, visible_case
from domain.rejection import Rejected
from domain.replacement import Replace

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["officers"])
#: A wrong answer comes this long after the question (seconds), whatever was wrong with it.
_FLOOR = 0.1


class NewReceipt(BaseModel):
    """What the reporter keeps from now on; the receipt before it opens nothing any more."""

    case_id: str
    code: str
    secret: Annotated[str, Field(description="Shown here and nowhere else.")]
    number: Annotated[int, Field(description="How many times the receipt was replaced.")]
    version: Annotated[int, Field(description="Of the case, with the event that tells it.")]


@router.post("/{case_id}/receipt", operation_id="replace_receipt")
async def replace_receipt(
    case_id: CaseId, form: Replace, request: Request, key: Key = None, act_as: ActAs = None
) -> NewReceipt:
    """Replace a lost receipt, if what the person says of themselves is what was left.

    A telephone number or an e-mail address must be right, and nothing that is said may be wrong.
    What is kept is not told. An event tells who replaced it, and the reporter sees it. For a
    category of which no identity is kept, a lost receipt cannot be replaced.
    """
    desk, caller = desk_of(request), caller_of(request)
    await visible_case(request, case_id, act_as)
    now = await desk.now()
    who = acting(caller, act_as, desk.law().at(now)).actor
    what = command_id(caller, f"{case_id}/receipt", key)
    guesses = (caller.scope, f"case/{case_id}")
    _count(desk, guesses, 0)
    answer_at = asyncio.get_running_loop().time() + _FLOOR
    try:
        given = await desk.replacements.replace(case_id, form, who, what, now)
    except Rejected as refused:
        if refused.rejection.code == "identity_not_matched":
            _count(desk, guesses)
            await asyncio.sleep(answer_at - asyncio.get_running_loop().time())
        raise
    return _told(given)


def _count(desk: Desk, guesses: tuple[str, ...], amount: int = 1) -> None:
    """Wrong guesses, by who guesses and by the case: several people may guess at one."""
    for one in guesses:
        desk.limits.take("wrong_identity", one, amount)


def _told(given: Replaced) -> NewReceipt:
    receipt = given.receipt
    return NewReceipt(
        case_id=receipt.case_id,
        code=receipt.code,
        secret=receipt.secret,
        number=given.number,
        version=given.version,
    )
