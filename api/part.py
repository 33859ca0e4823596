"""On which cases a caller may try a command: those they see, and those they have a part in."""

from __future__ import annotations

from starlette.requests import Request

from api.accounts import Grant
from api.acting import in_force
from api.desk import desk_of
from api.guard import Caller, caller_of
from api.problems import Problem
from api.sight import bodies_of, visible
from domain.context import Context
from domain.row import CaseRow
from domain.scope import area, matches

__all__ = ["case_to_act_on", "reaches"]

_WITHOUT_LIST = "collaborator"


async def case_to_act_on(request: Request, case_id: str, act_as: str | None) -> CaseRow:
    """The case. Collaborators see no list, but may name a case that their body has a part in.

    Raises Problem("unknown_case") for one that is not there and for one that is not theirs.
    """
    desk = desk_of(request)
    context = desk.law().at(await desk.now())
    row = await desk.store.row(case_id)
    if row is None or not reaches(row, caller_of(request), context, act_as):
        raise Problem("unknown_case", code="unknown_case")
    return row


def reaches(row: CaseRow, caller: Caller, context: Context, chosen: str | None) -> bool:
    """Whether a caller may try a command on a case, in any role or in the one that is chosen.

    Raises Problem: Act-As names no role of the caller.
    """
    seen = matches(visible(caller, context, chosen), row)
    return seen or _has_part(row, caller, context, chosen)


def _has_part(row: CaseRow, caller: Caller, context: Context, chosen: str | None) -> bool:
    if row.about_body in bodies_of(caller, context):
        return False
    fitting = (grant for grant in caller.grants if chosen in (None, str(grant)))
    return any(_helps(row, grant, caller, context) for grant in fitting)


def _helps(row: CaseRow, grant: Grant, caller: Caller, context: Context) -> bool:
    """Whether a grant lets its holder help on a case: of its body, inside the unit it names."""
    one = in_force(grant, caller, context) if grant.role == _WITHOUT_LIST else None
    if one is None or one.actor.body not in {row.accountable, *row.involved}:
        return False
    return grant.unit is None or row.unit in area(context.directory, one.root, context.today)
