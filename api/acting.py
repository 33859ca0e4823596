"""In whose name a caller acts: one of their roles, in a body in force, over its territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.accounts import Grant
from api.guard import Caller
from api.problems import Problem
from domain.actor import Actor
from domain.context import Context
from domain.directory import (
    Body,
    BodyNotInForce,
    Directory,
    UnitNotInForce,
    UnknownBody,
    UnknownUnit,
)

__all__ = ["Acting", "Granted", "acting", "in_force", "place_of"]


@dataclass(frozen=True, slots=True)
class Acting:
    """A role that a caller has today; ``root`` is the unit whose subtree is its territory."""

    actor: Actor
    root: str

    def covers(self, unit_id: str, context: Context) -> bool:
        """Whether a unit lies in the territory."""
        return self.root in context.directory.path(unit_id, context.today)


@dataclass(frozen=True, slots=True)
class Granted:
    """Where a grant holds: in a body, over the subtree of a unit."""

    body: Body
    root: str


def acting(caller: Caller, chosen: str | None, context: Context) -> Acting:
    """The one role in which the caller acts; ``chosen`` is what the header Act-As says.

    Raises Problem: no role in force, not the role chosen, or several and none was chosen.
    """
    grants = [grant for grant in caller.grants if chosen in (None, str(grant))]
    every = (in_force(grant, caller, context) for grant in grants)
    # The issuer's claim and the installation may both give the same role.
    found = list(dict.fromkeys(one for one in every if one is not None))
    if not found:
        said = "No role of this account is in force here today."
        raise Problem("not_permitted", said, code="role_not_in_force")
    if len(found) > 1:
        names = sorted(str(grant) for grant in grants)
        raise Problem("ambiguous_role", f"Send Act-As with one of: {', '.join(names)}.")
    return found[0]


def in_force(grant: Grant, caller: Caller, context: Context) -> Acting | None:
    """What a grant gives its holder today.

    A body that is not there gives nothing, nor does a unit that is not the body's.
    """
    place, account = place_of(grant, context.directory, context.today), caller.account
    if place is None or account is None:
        return None
    return Acting(Actor(grant.role, place.body.body_id, account.account_id), place.root)


def place_of(grant: Grant, directory: Directory, today: date) -> Granted | None:
    """The body of a grant today, and the unit whose subtree it is over; None: it gives nothing."""
    try:
        body = directory.resolve(grant.body, today)
        root = directory.unit_at(grant.unit, today).unit_id if grant.unit else body.unit_id
    except (BodyNotInForce, UnknownBody, UnitNotInForce, UnknownUnit):
        return None
    fits = body.unit_id in directory.path(root, today) and grant.means(body.body_id, root)
    return Granted(body, root) if fits else None
