"""Which cases a caller may see: all their roles together, and never one about a body of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated

from fastapi import Path
from starlette.requests import Request

from api.accounts import Grant
from api.acting import place_of
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
from domain.shapes import ID

__all__ = [
    "CaseId",
    "Seen",
    "bodies_of",
    "readable",
    "seen_case",
    "seen_row",
    "told",
    "visible",
    "visible_case",
]

CaseId = Annotated[
    str,
    ID,
    Path(
        max_length=100,
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
    desk = desk_of(request)
    context = desk.law().at(await desk.now())
    return seen_row(await desk.store.row(case_id), caller_of(request), context, act_as)


def seen_row(
    row: CaseRow | None, caller: Caller, context: Context, act_as: str | None = None
) -> Seen:
    """The same of a row that was read, if there is one. Raises as ``visible_case``."""
    scope = visible(caller, context, act_as)
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
    mine = tuple(grant for grant in grants if grant.role in roles)
    return _shown(mine, _every(caller), context.directory, context.today, reach)


# Asked for at every request, it changes with the grants and the day.
@lru_cache(maxsize=1024)
def _shown(
    grants: Sequence[Grant],
    every: Sequence[Grant],
    directory: Directory,
    today: date,
    reach: Reach,
) -> Scope:
    """What some grants show to an account that has all of ``every``."""
    found = (_reach(grant, directory, today, reach) for grant in grants)
    parts = tuple(part for part in found if part is not None)
    if not parts:
        return Nothing()
    return AllOf((AnyOf(parts), Not(OneOf("about_body", _own(every, directory, today)))))


def _reach(grant: Grant, directory: Directory, today: date, reach: Reach) -> Scope | None:
    """What one grant shows: that of its role and body, inside the unit that it names."""
    place = place_of(grant, directory, today)
    if place is None:
        return None
    scope = reach(Actor(grant.role, place.body.body_id), directory, today)
    if grant.unit is None:
        return scope
    return AllOf((scope, OneOf("unit", area(directory, place.root, today))))


def bodies_of(caller: Caller, context: Context) -> frozenset[str]:
    """The bodies of an account, about which it is told nothing, whichever role acts.

    Those that ceased and left anything to one of them are among them.
    """
    return _own(_every(caller), context.directory, context.today)


def _every(caller: Caller) -> Sequence[Grant]:
    """All grants of the account, also those that do not fit the route."""
    return caller.account.grants if caller.account else ()


@lru_cache(maxsize=1024)
def _own(grants: Sequence[Grant], directory: Directory, today: date) -> frozenset[str]:
    bodies = _bodies(grants, directory, today)
    return frozenset().union(*(one_with(body, directory, today) for body in bodies))


def _bodies(grants: Sequence[Grant], directory: Directory, today: date) -> Iterator[str]:
    for grant in grants:
        try:
            yield directory.resolve(grant.body, today).body_id
        except (BodyNotInForce, UnknownBody):
            continue
