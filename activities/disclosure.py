"""Opening an identity: first the event that tells it, then the vault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from activities.aside import Aside
from activities.group import GroupCommit
from domain.actor import Actor
from domain.case import Case
from domain.context import Law
from domain.disclosure import Disclose, decide_disclosure
from domain.events import Event
from domain.rejection import Rejected
from eventlog.canonical import encode, plain
from eventlog.store import EventStore
from eventlog.vault import Identity, Vault

__all__ = ["Disclosed", "Disclosures"]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An identity, and the version of the case at which the event says that it was opened."""

    identity: Identity
    version: int


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Opens identities for those whom their cases are with."""

    store: EventStore
    group: GroupCommit
    vault: Vault
    law: Callable[[], Law]

    async def open(
        self, case_id: str, asked: Disclose, actor: Actor, command_id: str, now: datetime
    ) -> Disclosed:
        """Open the identity behind a case once it is written down who did, and why.

        A repeat under the same key tells it again without another event. Raises Rejected.
        """

        async def decide(case: Case) -> Event:
            event = decide_disclosure(case, asked, actor, self.law().of(case, now))
            await self._identity(case)  # of an erased one no event says that it was seen
            return event

        wanted = _request(case_id, asked, actor)
        written = await Aside(self.store, self.group).write(case_id, command_id, wanted, decide)
        return Disclosed(await self._identity(written.case), written.version)

    async def _identity(self, case: Case) -> Identity:
        identity = await self.vault.open(case.reporter_ref) if case.reporter_ref else None
        if identity is None:
            raise Rejected("no_identity", "The identity was erased.")
        return identity


def _request(case_id: str, asked: Disclose, actor: Actor) -> bytes:
    facts = {"case_id": case_id, "disclose": asked.model_dump(), "actor": str(actor)}
    return hashlib.sha256(encode(plain(facts))).digest()
