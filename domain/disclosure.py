"""Opening a reporter's identity: who may, and the event that the reporter will see."""

from __future__ import annotations

from domain import events as e
from domain.actor import Actor
from domain.case import Case
from domain.context import Context
from domain.handling import handler_of
from domain.params import Reason, Word
from domain.rejection import Rejected

__all__ = ["Disclose", "decide_disclosure"]


class Disclose(Reason):
    """``basis`` is the legal basis on which the identity is opened."""

    basis: Word


def decide_disclosure(case: Case, asked: Disclose, actor: Actor, context: Context) -> e.Event:
    """The event, which must be written before anybody sees the identity.

    Raises Rejected as ``handler_of``, and ``no_identity`` when none is kept.
    """
    who = handler_of(case, actor, context, "open the identity")
    if case.reporter_ref is None:
        raise Rejected("no_identity", "No identity is kept with this report.")
    told = e.IdentityDisclosed(to=f"{who.role}@{who.body}", basis=asked.basis, reason=asked.reason)
    return e.Event(max(context.now, case.last_at), who, told)
