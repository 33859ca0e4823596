"""The reporter's door: a code and a secret, wrong ones answered alike and in equal time."""

from __future__ import annotations

import asyncio
import hmac
from typing import Annotated

from fastapi import Header, Path, Request

from activities.receipts import check_code, secret_of
from api.desk import Desk, desk_of
from api.guard import caller_of
from api.problems import Problem
from domain.row import CaseRow
from eventlog.lists import case_of_code

__all__ = ["Code", "Secret", "opened"]

#: A wrong receipt is answered this long after it came (seconds), whatever was wrong with it.
_FLOOR = 0.1
_NO_CODE = "HA-00000-00000-?"
_NO_CASE = "00000000-0000-0000-0000-000000000000"

Code = Annotated[
    str, Path(max_length=40, description="The code on the receipt.", examples=["HA-7K3M9-QX2CD-4"])
]
Secret = Annotated[
    str,
    Header(alias="Receipt-Secret", max_length=100, description="The secret on the receipt."),
]


async def opened(request: Request, code: str, secret: str) -> CaseRow:
    """The case of a receipt. Raises Problem("unknown_receipt") or ("too_many_requests").

    A right one is answered however many wrong ones came from its address: its secret is no guess.
    """
    desk, client = desk_of(request), caller_of(request).client
    answer_at = asyncio.get_running_loop().time() + _FLOOR
    row = await _matching(desk, code, secret)
    if row is None:
        try:
            desk.limits.take("wrong_receipt", client)
        finally:
            await asyncio.sleep(answer_at - asyncio.get_running_loop().time())
        raise Problem("unknown_receipt")
    return row


async def _matching(desk: Desk, code: str, secret: str) -> CaseRow | None:
    """The same two questions and one comparison, whether the code is known or not."""
    case_id = await case_of_code(desk.store.pool, _as_printed(code))
    row = await desk.store.row(case_id or _NO_CASE)
    number = row.receipt if row else 0
    expected = secret_of(case_id or _NO_CASE, desk.intake.receipt_key, number)
    holds = hmac.compare_digest(expected.encode(), secret.strip().lower().encode())
    return row if holds else None


def _as_printed(code: str) -> str:
    try:
        return check_code(code)
    except ValueError:
        return _NO_CODE
