"""In whose name a caller acts: one of their roles, in a body in force, over its territory."""

from __future__ import annotations

from dataclasses import dataclass

from api.accounts import Grant
from api.guard import Caller
from api.problems import Problem
from domain.actor import Actor
from domain.context import Context
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit

__all__ = ["Acting", "acting", "in_force"]


@dataclass(frozen=True, slots=True)
class Acting:
    """A role that a caller has today; ``root`` is the unit whose subtree is its territory."""

    actor: Actor
    root: str

    def covers(self, unit_id: str, context: Context) -> bool:
        """Whether a unit lies in the territory."""
        return self.root in context.directory.path(unit_id, context.today)


def acting(caller: Caller, chosen: str | None, context: Context) -> Acting:
    """The one role in which the caller acts; ``chosen`` is what the header Act-As says.

    Raises Problem: no role in force, not the role chosen, or several and none was chosen.
    """
    grants = [grant for grant in caller.grants if chosen in (None, str(grant))]
    found = [one for grant in grants if (one := in_force(grant, caller, context)) is not None]
    if not found:
        raise Problem("not_permitted", "No role of this account is in force here today.")
    if len(found) > 1:
        names = sorted(str(grant) for grant in grants)
        raise Problem("ambiguous_role", f"Send Act-As with one of: {', '.join(names)}.")
    return found[0]


def in_force(grant: Grant, caller: Caller, context: Context) -> Acting | None:
    """What a grant gives its holder today.

    A body that is not there gives nothing, nor does a unit that is not the body's.
    """
    directory, today = context.directory, context.today
    account = caller.account
    try:
        body = directory.resolve(grant.body, today)
        root = directory.unit_at(grant.unit, today).unit_id if grant.unit else body.unit_id
    except (BodyNotInForce, UnknownBody, UnitNotInForce, UnknownUnit):
        return None
    if account is None or body.unit_id not in directory.path(root, today):
        return None
    return Acting(Actor(grant.role, body.body_id, account.account_id), root)
