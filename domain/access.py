"""Who may do what to a case: one pure function, and nothing is allowed that is not written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actor import Actor
from domain.case import Case
from domain.rejection import Rejection

__all__ = ["GRANTS", "READERS", "Grant", "permits", "permits_role", "relations"]

#: How a body can stand to a case.
_ACCOUNTABLE, _LOWER, _LEAD, _COORDINATING, _ASKED, _ABOVE = (
    "accountable",
    "lower",
    "lead",
    "coordinating",
    "asked",
    "above",
)
_ALL = frozenset({_ACCOUNTABLE, _LOWER, _LEAD, _COORDINATING, _ASKED, _ABOVE})
_OWNER = frozenset({_ACCOUNTABLE})
_HOLDERS = frozenset({_ACCOUNTABLE, _LOWER})
_WORKERS = frozenset({_ACCOUNTABLE, _LOWER, _LEAD, _COORDINATING})
_LEADING = frozenset({_ACCOUNTABLE, _LOWER, _LEAD})

_OFFICERS = frozenset({"intake_officer", "case_officer", "leader"})
#: They may read what people wrote in the cases that they see, and search in it: whoever may ask
#: for words learns the text. Auditors and admins look at what was done and when, without words.
READERS = _OFFICERS
_INTAKE = frozenset({"intake_officer", "leader"})
_CASEWORK = frozenset({"case_officer", "leader"})
_LEADER = frozenset({"leader"})
_VOICE = frozenset({"reporter", "intake_officer"})
#: They act in no body's name: the clock, and the reporter, whose the case is.
_BODILESS = frozenset({"system", "reporter"})


@dataclass(frozen=True, slots=True)
class Grant:
    """The roles that may give a command, and how their body must stand to the case.

    Those of ``own`` may give it only on a case that they have taken up themselves.
    """

    roles: frozenset[str]
    relations: frozenset[str]
    own: frozenset[str] = frozenset()


#: The whole of who may command a case. A reporter needs no body: the case is theirs.
GRANTS: Mapping[str, Grant] = {
    "accept": Grant(_INTAKE, _HOLDERS),
    "decline": Grant(_INTAKE, _OWNER),
    "redirect": Grant(_INTAKE, _OWNER),
    "classify": Grant(_OFFICERS, _OWNER),
    "set_severity": Grant(_OFFICERS, _OWNER),
    "merge": Grant(_INTAKE, _OWNER),
    "unmerge": Grant(_INTAKE, _OWNER),
    "link": Grant(_OFFICERS, _OWNER),
    "assign": Grant(_INTAKE, _OWNER),
    "take": Grant(_CASEWORK, _LEADING),
    "return": Grant(_CASEWORK, _LEADING),
    "hand_over": Grant(_CASEWORK, _LEADING, own=frozenset({"case_officer"})),
    "request_input": Grant(_OFFICERS, _OWNER | {_LEAD}),
    "give_input": Grant(_OFFICERS | {"collaborator"}, _WORKERS | {_ASKED}),
    "instruct": Grant(_LEADER, _OWNER | {_ABOVE}),
    "note": Grant(_OFFICERS | {"collaborator"}, _ALL),
    "attach_evidence": Grant(_OFFICERS | {"collaborator"}, _WORKERS | {_ASKED}),
    "supplement": Grant(_VOICE | {"collaborator"}, _OWNER),
    "extend": Grant(_LEADER, _OWNER),
    "pause": Grant(_OFFICERS, _OWNER),
    "resume": Grant(_OFFICERS, _OWNER),
    "escalate": Grant(_OFFICERS, _OWNER),
    "draft_response": Grant(_OFFICERS, _WORKERS),
    "approve_response": Grant(_LEADER, _OWNER),
    "return_response": Grant(_LEADER, _OWNER),
    "inform": Grant(_OFFICERS, _OWNER),
    "feedback": Grant(_VOICE, _OWNER),
    "reopen": Grant(_VOICE | _LEADER, _OWNER),
    "withdraw": Grant(_VOICE, _OWNER),
    "close": Grant(_OFFICERS, _OWNER),
}


def relations(case: Case, body: str | None, above: frozenset[str]) -> frozenset[str]:
    """How a body stands to a case; ``above`` are the bodies on the rungs above it.

    A body the case has climbed past is ``lower`` and nothing else, whatever it still leads.
    """
    if body in case.held_by and body != case.accountable:
        return frozenset({_LOWER})
    stands = {
        _ACCOUNTABLE: body == case.accountable,
        _LEAD: body == case.lead,
        _COORDINATING: body in case.coordinating,
        _ASKED: body in case.asked(),
        _ABOVE: body in above,
    }
    return frozenset(name for name, holds in stands.items() if holds and body)


def permits_role(actor: Actor, action: str) -> Rejection | None:
    """Whether the actor's role may give this command on any case; None means yes."""
    grant = GRANTS.get(action)
    if actor.role == "system" or (grant is not None and actor.role in grant.roles):
        return None
    return Rejection("not_permitted", f"The role {actor.role} may not {action}.")


def permits(
    actor: Actor, action: str, case: Case, above: frozenset[str], about: frozenset[str]
) -> Rejection | None:
    """Whether the actor may give this command on this case now; None means yes.

    The first check that fails names the refusal: ``not_permitted`` (role), ``out_of_scope``
    (body), ``not_accountable``. Nobody handles a case that complains about their own body:
    ``about`` are the bodies that it is about (``domain.ladder``).
    """
    refusal = permits_role(actor, action)
    if refusal is not None or actor.role in _BODILESS:
        return refusal
    has_it = actor.subject is not None and actor.subject == case.assignee
    if actor.role in GRANTS[action].own and not has_it:
        return Rejection("not_permitted", f"Only a leader, or who has the case, may {action}.")
    stands = relations(case, actor.body, above)
    if not stands or actor.body in about:
        return Rejection("out_of_scope", f"{actor.body} has no part in this case.")
    wanted = GRANTS[action].relations
    if not stands & wanted:
        return Rejection(
            "not_accountable",
            f"Only {', '.join(sorted(wanted))} may {action}; "
            f"the case is with {case.accountable} now.",
        )
    return None
