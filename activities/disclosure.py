"""Opening an identity: first the event that tells it, then the vault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from activities.group import GroupCommit
from domain.actor import Actor
from domain.context import Law
from domain.disclosure import Disclose, decide_disclosure
from domain.evolve import evolve, fold
from domain.project import row_of
from domain.rejection import Rejected
from eventlog.canonical import encode, plain
from eventlog.errors import DuplicateCommand, VersionConflict
from eventlog.records import Append, CaseAppend, Snapshot, StoredCommand
from eventlog.store import EventStore
from eventlog.vault import Identity, Vault

__all__ = ["Disclosed", "Disclosures"]

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An identity, and the version of the case at which the event says that it was opened."""

    identity: Identity
    version: int


@dataclass(frozen=True, slots=True)
class Disclosures:
    """It moves no clock, so it needs no workflow: a case's timer stays as it is."""

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
        for _ in range(_ATTEMPTS):
            snapshot = await self.store.snapshot(case_id, command_id)
            try:
                return await self._once(snapshot, asked, actor, command_id, now)
            except (VersionConflict, DuplicateCommand):
                continue
        raise TimeoutError(f"The case changed {_ATTEMPTS} times while this was decided.")

    async def _once(
        self, snapshot: Snapshot, asked: Disclose, actor: Actor, command_id: str, now: datetime
    ) -> Disclosed:
        case = fold(snapshot.case_id, (recorded.event for recorded in snapshot.events))
        if case is None:
            raise Rejected("unknown_case", f"No case {snapshot.case_id}.")
        wanted = _request(snapshot.case_id, asked, actor)
        if snapshot.command is not None:
            return Disclosed(
                await self._identity(case.reporter_ref), _repeated(snapshot.command, wanted)
            )
        event = decide_disclosure(case, asked, actor, self.law().of(case, now))
        identity = await self._identity(case.reporter_ref)
        after = evolve(case, event)
        command = StoredCommand(command_id, case.case_id, wanted, {"version": after.version})
        append = CaseAppend(
            case_id=case.case_id,
            base_version=case.version,
            prev_hash=snapshot.hash,
            events=(event,),
            row=row_of(after),
            key=snapshot.key,
        )
        await self.group.append(Append(command, [append]))
        return Disclosed(identity, after.version)

    async def _identity(self, ref: str | None) -> Identity:
        identity = await self.vault.open(ref) if ref else None
        if identity is None:
            raise Rejected("no_identity", "The identity was erased.")
        return identity


def _request(case_id: str, asked: Disclose, actor: Actor) -> bytes:
    facts = {"case_id": case_id, "disclose": asked.model_dump(), "actor": str(actor)}
    return hashlib.sha256(encode(plain(facts))).digest()


def _repeated(stored: StoredCommand, wanted: bytes) -> int:
    if stored.request_hash != wanted:
        raise Rejected("key_reused", "This key was used for another request; use a new key.")
    return int(stored.outcome["version"])
