"""Replacing a lost receipt against the identity in the vault, which nobody gets to see."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from activities.aside import Aside
from activities.group import GroupCommit
from activities.intake import Receipt
from activities.receipts import secret_of
from domain.actor import Actor
from domain.case import Case
from domain.context import Law
from domain.events import Event, ReceiptReplaced
from domain.rejection import Rejected
from domain.replacement import CONTACTS, FACTS, Replace, comparable, decide_replacement
from eventlog.canonical import encode, plain
from eventlog.store import EventStore
from eventlog.vault import Vault

__all__ = ["Replaced", "Replacements", "matches"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The new receipt, its number, and the version of the case with the event that tells it."""

    receipt: Receipt
    number: int
    version: int


@dataclass(frozen=True, slots=True)
class Replacements:
    """Gives reporters another receipt; ``receipt_key`` makes the secrets."""

    store: EventStore
    group: GroupCommit
    vault: Vault
    law: Callable[[], Law]
    receipt_key: bytes

    async def replace(
        self, case_id: str, asked: Replace, actor: Actor, command_id: str, now: datetime
    ) -> Replaced:
        """Give another receipt if what the person said is who reported; a repeat gets it again.

        Raises Rejected: ``identity_not_matched``, or why the actor may not.
        """

        async def decide(case: Case) -> Event:
            event = decide_replacement(case, asked, actor, self.law().of(case, now))
            await self._compare(case, asked)
            return event

        wanted = self._request(case_id, asked, actor)
        written = await Aside(self.store, self.group).write(case_id, command_id, wanted, decide)
        number = await self._number(case_id, written.version)
        secret = secret_of(case_id, self.receipt_key, number)
        return Replaced(Receipt(case_id, written.case.code, secret), number, written.version)

    async def _compare(self, case: Case, asked: Replace) -> None:
        identity = await self.vault.open(case.reporter_ref) if case.reporter_ref else None
        if identity is None:
            raise Rejected("no_identity", "The identity was erased.")
        if not matches(asked.said, identity.given, self.receipt_key):
            raise Rejected("identity_not_matched", "That is not who reported.")

    async def _number(self, case_id: str, version: int) -> int:
        """Of the receipt that the event at a version gave."""
        body = (await self.store.load(case_id))[version - 1].event.body
        if not isinstance(body, ReceiptReplaced):
            raise TypeError(f"Version {version} of {case_id} replaced no receipt.")
        return body.number

    def _request(self, case_id: str, asked: Replace, actor: Actor) -> bytes:
        """Under our key, for what a person says of themselves could be guessed from a hash."""
        facts = {"case_id": case_id, "replace": asked.model_dump(), "actor": str(actor)}
        return hmac.digest(self.receipt_key, b"replace/" + encode(plain(facts)), "sha256")


def matches(said: Mapping[str, str], kept: Mapping[str, str], key: bytes) -> bool:
    """Whether a contact is right and nothing that was said is wrong.

    Takes as long whatever is kept and whatever is wrong.
    """
    told, known = comparable(said), comparable(kept)
    right, wrong = False, False
    for fact in FACTS:
        same = hmac.compare_digest(_digest(fact, told, key), _digest(fact, known, key))
        both = (fact in told) & (fact in known)
        right |= both & same & (fact in CONTACTS)
        wrong |= both & (not same)
    return right & (not wrong)


def _digest(fact: str, facts: Mapping[str, str], key: bytes) -> bytes:
    return hmac.digest(key, f"{fact}/{facts.get(fact, '')}".encode(), "sha256")
