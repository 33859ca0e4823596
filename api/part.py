"""On which cases a caller may try a command: those they see, and those they have a part in."""

from __future__ import annotations

from starlette.requests import Request

from api.acting import in_force
from api.desk import desk_of
from api.guard import Caller, caller_of
from api.problems import Problem
from api.sight import bodies_of, visible_case
from domain.context import Context
from domain.row import CaseRow

__all__ = ["case_to_act_on"]

_WITHOUT_LIST = "collaborator"


async def case_to_act_on(request: Request, case_id: str, act_as: str | None) -> CaseRow:
    """The case. Collaborators see no list, but may name a case that their body has a part in.

    Raises Problem("unknown_case") for one that is not there and for one that is not theirs.
    """
    desk, caller = desk_of(request), caller_of(request)
    try:
        return await visible_case(request, case_id, act_as)
    except Problem as problem:
        row = await desk.store.row(case_id) if problem.kind.name == "unknown_case" else None
        if row is None or not _has_part(row, caller, desk.law().at(await desk.now()), act_as):
            raise
        return row


def _has_part(row: CaseRow, caller: Caller, context: Context, chosen: str | None) -> bool:
    helping = {
        one.actor.body
        for role in caller.grants
        if role.role == _WITHOUT_LIST
        and chosen in (None, str(role))
        and (one := in_force(role, caller, context))
    }
    if row.about_body in bodies_of(caller, context):
        return False
    return not helping.isdisjoint({row.accountable, *row.involved})
