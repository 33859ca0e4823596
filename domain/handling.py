"""What whoever handles a case may do with its reporter, beside the commands of the case."""

from __future__ import annotations

from domain.access import relations
from domain.actor import Actor
from domain.case import Case
from domain.context import Context
from domain.decide import resolve_actor
from domain.ladder import complained_about
from domain.rejection import Rejected

__all__ = ["handler_of"]

_ROLES = frozenset({"intake_officer", "case_officer", "leader"})


def handler_of(case: Case, actor: Actor, context: Context, what: str) -> Actor:
    """The actor, if the case is with them. ``what`` is what they want, for the refusal.

    Raises Rejected: ``not_permitted`` (role), ``out_of_scope`` (body), ``not_accountable``. Nobody
    gets near who complained about their own body.
    """
    if actor.role not in _ROLES:
        raise Rejected("not_permitted", f"The role {actor.role} may not {what}.")
    who = resolve_actor(actor, context)
    if not relations(case, who.body, frozenset()) or who.body in complained_about(case, context):
        raise Rejected("out_of_scope", f"{who.body} has no part in this case.")
    if who.body != case.accountable:
        raise Rejected("not_accountable", f"Only {case.accountable} may {what} now.")
    return who
