"""Which cases a caller may see: all their roles together, and never one about a body of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Path
from starlette.requests import Request

from api.accounts import Grant
from api.acting import in_force
from api.desk import desk_of
from api.guard import Caller, caller_of
from api.problems import Problem
from domain.access import READERS
from domain.actor import ROLES, Actor
from domain.context import Context
from domain.directory import BodyNotInForce, Directory, UnknownBody
from domain.row import CaseRow
from domain.scope import (
    AllOf,
    AnyOf,
    Not,
    Nothing,
    OneOf,
    Scope,
    area,
    matches,
    one_with,
    scope_of,
    told_of,
)

__all__ = [
    "CaseId",
    "Seen",
    "bodies_of",
    "readable",
    "seen_case",
    "told",
    "visible",
    "visible_case",
]

CaseId = Annotated[
    str,
    Path(
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="The id of the case.",
        examples=["019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11"],
    ),
]

#: From a role in a body to the cases that it is about.
Reach = Callable[[Actor, Directory, date], Scope]


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that the caller may see; ``reads`` tells whether its free text is theirs to read."""

    row: CaseRow
    reads: bool


def visible(caller: Caller, context: Context, chosen: str | None = None) -> Scope:
    """The cases that a caller may see today; ``chosen`` is what the header Act-As says.

    The union over the caller's grants that fit the route, or the chosen one alone. Whoever has
    none in force sees nothing. A case that complains about any body of the account is in no part
    of it, whichever role acts. Raises Problem: Act-As names no role of the caller.
    """
    return _united(caller, context, chosen, ROLES)


def told(caller: Caller, context: Context, chosen: str | None = None) -> Scope:
    """The cases of whose events a caller is told: as ``visible``, integrations too."""
    return _united(caller, context, chosen, ROLES, told_of)


def readable(caller: Caller, context: Context, chosen: str | None = None) -> Scope:
    """Of the visible cases those whose free text the caller may read. Raises as ``visible``."""
    return _united(caller, context, chosen, READERS)


async def visible_case(request: Request, case_id: str, act_as: str | None = None) -> CaseRow:
    """The row of a case that the caller may see.

    Raises Problem("unknown_case") for one that is not there and for one that is not visible: the
    two answers are the same.
    """
    return (await seen_case(request, case_id, act_as)).row


async def seen_case(request: Request, case_id: str, act_as: str | None = None) -> Seen:
    """The same, and whether the caller may read what people wrote. Raises as ``visible_case``."""
    desk, caller = desk_of(request), caller_of(request)
    context = desk.law().at(await desk.now())
    scope = visible(caller, context, act_as)
    row = await desk.store.row(case_id)
    if row is None or not matches(scope, row):
        raise Problem("unknown_case", code="unknown_case")
    # Who reads wherever they see need not be looked at again.
    reads = all(grant.role in READERS for grant in caller.grants)
    return Seen(row, reads or matches(readable(caller, context, act_as), row))


def _united(
    caller: Caller,
    context: Context,
    chosen: str | None,
    roles: Collection[str],
    reach: Reach = scope_of,
) -> Scope:
    grants = tuple(grant for grant in caller.grants if chosen in (None, str(grant)))
    if chosen is not None and not grants:
        raise Problem("not_permitted", "Act-As names no role of this account that may do this.")
    mine = (grant for grant in grants if grant.role in roles)
    found = (_reach(grant, caller, context, reach) for grant in mine)
    parts = tuple(part for part in found if part is not None)
    if not parts:
        return Nothing()
    own = bodies_of(caller, context)
    return AllOf((AnyOf(parts), Not(OneOf("about_body", own))))


def _reach(grant: Grant, caller: Caller, context: Context, reach: Reach) -> Scope | None:
    """What one grant shows: that of its role and body, inside the unit that it names."""
    acting = in_force(grant, caller, context)
    if acting is None:
        return None
    scope = reach(acting.actor, context.directory, context.today)
    if grant.unit is None:
        return scope
    return AllOf((scope, OneOf("unit", area(context.directory, acting.root, context.today))))


def bodies_of(caller: Caller, context: Context) -> frozenset[str]:
    """The bodies of an account, about which it is told nothing, whichever role acts.

    Those that ceased and left anything to one of them are among them.
    """
    directory, today = context.directory, context.today
    every = (one_with(body, directory, today) for body in _bodies(caller, context))
    return frozenset().union(*every)


def _bodies(caller: Caller, context: Context) -> Iterator[str]:
    """The bodies the account belongs to in any role, also in one that does not fit the route."""
    for grant in caller.account.grants if caller.account else ():
        try:
            yield context.directory.resolve(grant.body, context.today).body_id
        except (BodyNotInForce, UnknownBody):
            continue
