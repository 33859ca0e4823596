"""A lost receipt: what the person says of themselves, who may replace it, and the event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from domain import events as e
from domain.actor import Actor
from domain.case import Case
from domain.context import Context
from domain.directory.names import name_key
from domain.handling import handler_of
from domain.params import Reason, Word
from domain.policy import UnknownCategory
from domain.rejection import Rejected

__all__ = ["CONTACTS", "FACTS", "Replace", "comparable", "decide_replacement"]

#: What a person can be told by. A name alone is known to neighbours: a contact must be right.
FACTS = ("name", "phone", "email")
CONTACTS = frozenset({"phone", "email"})
_NO_DIGIT = re.compile(r"\D")
#: The digits of a telephone number that are the same with and without the country's.
_NATIONAL = 9


class Replace(Reason):
    """What the person said of themselves, and ``basis``: how the officer knows who it is."""

    basis: Word
    name: Word | None = None
    phone: Word | None = None
    email: Word | None = None

    @model_validator(mode="after")
    def _with_a_contact(self) -> Self:
        if not CONTACTS & comparable(self.said).keys():
            raise ValueError("give the telephone number or the e-mail address that was left")
        return self

    @property
    def said(self) -> dict[str, str]:
        """The facts that were said, by their names."""
        return self.model_dump(include=set(FACTS), exclude_none=True)


def comparable(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts without what people write now so, now so; what nothing is left of is left out."""
    plain = {
        "name": name_key(facts.get("name", "")),
        "phone": _NO_DIGIT.sub("", facts.get("phone", ""))[-_NATIONAL:],
        "email": facts.get("email", "").strip().casefold(),
    }
    return {fact: value for fact, value in plain.items() if value}


def decide_replacement(case: Case, asked: Replace, actor: Actor, context: Context) -> e.Event:
    """The event that gives the reporter another receipt and makes the one before void.

    Raises Rejected as ``handler_of``, and ``no_identity`` when nobody can show that it is theirs.
    """
    who = handler_of(case, actor, context, "replace the receipt")
    if case.reporter_ref is None:
        raise Rejected("no_identity", _nothing_kept(case, context))
    number = case.receipt + 1
    told = e.ReceiptReplaced(number=number, basis=asked.basis, reason=asked.reason)
    return e.Event(max(context.now, case.last_at), who, told)


def _nothing_kept(case: Case, context: Context) -> str:
    if _confidential(case, context):
        return "No identity is ever kept for this category, so a lost receipt stays lost."
    return "No identity is kept with this report, so nobody can show that it is theirs."


def _confidential(case: Case, context: Context) -> bool:
    try:
        return context.pack.category(case.category).confidential
    except UnknownCategory:
        return False
