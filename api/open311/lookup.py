"""Requests by their codes; who tries many wrong ones has to wait."""

from __future__ import annotations

from starlette.requests import Request

from api.desk import desk_of
from api.guard import caller_of
from api.open311.wanted import spelt
from api.problems import Problem
from domain.row import CaseRow
from eventlog.lists import case_of_code

__all__ = ["known", "known_of"]


async def known(request: Request, code: str) -> CaseRow:
    """The case with this code. Raises Problem: not_found, or too_many_requests."""
    row = await _row(request, spelt(code))
    if row is None:
        raise Problem("not_found", "There is no request with this id.")
    return row


async def known_of(request: Request, codes: tuple[str, ...]) -> list[CaseRow]:
    """Those of the cases that are there. Raises Problem("too_many_requests")."""
    rows = [await _row(request, code) for code in codes]
    return [row for row in rows if row is not None]


async def _row(request: Request, code: str | None) -> CaseRow | None:
    desk, caller = desk_of(request), caller_of(request)
    # A code stands without a secret: when too many were wrong, right ones are not told either.
    client = caller.account.account_id if caller.account else caller.client
    desk.limits.take("wrong_receipt", client, 0)
    case_id = await case_of_code(desk.store.pool, code) if code else None
    row = await desk.store.row(case_id) if case_id else None
    if row is None:
        desk.limits.take("wrong_receipt", client)
    return row
