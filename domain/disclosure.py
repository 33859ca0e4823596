"""Opening a reporter's identity: who may, and the event that the reporter will see."""

from __future__ import annotations

from domain import events as e
from domain.access import relations
from domain.actor import Actor
from domain.case import Case
from domain.context import Context
from domain.decide import resolve_actor
from domain.ladder import complained_about
from domain.params import Reason, Word
from domain.rejection import Rejected

__all__ = ["Disclose", "decide_disclosure"]

_ROLES = frozenset({"intake_officer", "case_officer", "leader"})


class Disclose(Reason):
    """``basis`` is the legal basis on which the identity is opened."""

    basis: Word


def decide_disclosure(case: Case, asked: Disclose, actor: Actor, context: Context) -> e.Event:
    """The event, which must be written before anybody sees the identity.

    Raises Rejected: ``not_permitted`` (role), ``out_of_scope`` (body), ``not_accountable``, and
    ``no_identity`` when none is kept. Nobody opens who complained about their own body.
    """
    if actor.role not in _ROLES:
        raise Rejected("not_permitted", f"The role {actor.role} may not open an identity.")
    who = resolve_actor(actor, context)
    stands = relations(case, who.body, frozenset())
    if not stands or who.body in complained_about(case, context):
        raise Rejected("out_of_scope", f"{who.body} has no part in this case.")
    if who.body != case.accountable:
        raise Rejected("not_accountable", f"Only {case.accountable} may open the identity now.")
    if case.reporter_ref is None:
        raise Rejected("no_identity", "No identity is kept with this report.")
    told = e.IdentityDisclosed(to=f"{who.role}@{who.body}", basis=asked.basis, reason=asked.reason)
    return e.Event(max(context.now, case.last_at), who, told)
