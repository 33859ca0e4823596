"""Who may start a bulk: the account that planned it, if its role still reaches that far."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from activities.bulk_plan import LIMIT
from api.accounts import Grant
from api.acting import Acting, in_force
from api.desk import desk_of
from api.guard import Caller, caller_of
from api.problems import Problem
from domain.actor import Actor
from domain.context import Context
from domain.scope import OneOf, area
from eventlog.bulks import Bulk
from eventlog.selection import select_of

__all__ = ["refuse_lost_role"]


async def refuse_lost_role(request: Request, bulk: Bulk) -> None:
    """Raise Problem unless the caller has the role of a plan, over all cases that wait in it."""
    desk, caller = desk_of(request), caller_of(request)
    context, planned = desk.law().at(await desk.now()), Actor.parse(bulk.actor)
    mine = _giving(planned, caller, context)
    if not mine:
        role = f"{planned.role}@{planned.body}"
        raise _lost(f"It was planned as {role}, a role that this account does not have any more.")
    if all(grant.unit for grant in mine) and await _beyond(request, bulk, mine, context):
        raise _lost("It has cases outside the unit that the role of this account is over now.")


def _giving(planned: Actor, caller: Caller, context: Context) -> Mapping[Grant, Acting]:
    """The grants of a caller that give a role today."""
    found = ((grant, in_force(grant, caller, context)) for grant in caller.grants)
    return {grant: one for grant, one in found if one is not None and one.actor == planned}


async def _beyond(
    request: Request, bulk: Bulk, mine: Mapping[Grant, Acting], context: Context
) -> bool:
    """Whether a case that waits lies outside all units that some grants are over."""
    desk = desk_of(request)
    areas = (area(context.directory, one.root, context.today) for one in mine.values())
    inside = OneOf("unit", frozenset[str]().union(*areas))
    items = await desk.planner.bulks.open_items(bulk.bulk_id, LIMIT)
    waiting = {item.planned.case_id for item in items}
    return await select_of(desk.store.pool, inside, sorted(waiting)) != waiting


def _lost(detail: str) -> Problem:
    return Problem("not_permitted", detail, code="role_not_in_force")
