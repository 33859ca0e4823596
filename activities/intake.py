"""Taking reports in: one transaction, then a receipt; Temporal need not be there."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from uuid_utils.compat import uuid7

from activities.group import GroupCommit
from activities.receipts import new_code, secret_of
from domain.actor import Actor
from domain.context import Law
from domain.decide import resolve_actor
from domain.events import LocatedBy
from domain.files import Upload
from domain.policy import NoPolicyInForce, UnknownCategory, UnknownPack
from domain.project import row_of
from domain.rejection import Rejected
from domain.report import Report, decide_report
from domain.wake import Course
from eventlog.attachments import Attachments
from eventlog.canonical import encode, plain
from eventlog.errors import AttachmentGone, DuplicateCode, DuplicateCommand, VersionConflict
from eventlog.records import (
    Append,
    CaseAppend,
    OutboxMessage,
    SealedIdentity,
    StoredCommand,
)
from eventlog.store import EventStore
from eventlog.vault import Identity, seal_identity

__all__ = ["Intake", "Receipt"]


#: Members of a report that the first versions did not know.
_LATER = frozenset({"latitude_e6", "longitude_e6", "address", "attachments"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter keeps: the public code and the secret that proves the report is theirs.

    ``unit`` is the id of the unit it was given to, and ``located_by`` says from what that was
    known; None for a repeat of a report from before this was kept.
    """

    case_id: str
    code: str
    secret: str
    unit: str | None = None
    located_by: LocatedBy | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes reports in; ``receipt_key`` makes the secrets."""

    store: EventStore
    group: GroupCommit
    law: Callable[[], Law]
    receipt_key: bytes

    async def take(
        self,
        report: Report,
        actor: Actor,
        command_id: str,
        now: datetime,
        case_id: str | None = None,
        identity: Identity | None = None,
    ) -> Receipt:
        """Write a report and give its receipt; a repeat under the same key gets the same one.

        ``case_id`` is given by a program that started the workflow itself. ``identity`` goes into
        the vault, and nowhere for a confidential category. Raises Rejected: the report is wrong,
        or the key was used for another one.
        """
        kept = None if identity is None or self._confidential(report, now) else identity
        wanted = request_of(report, actor, self._digest(kept))
        if kept is not None:
            report = report.model_copy(update={"reporter_ref": str(uuid4())})
        while True:
            try:
                chosen, uploads = case_id or str(uuid7()), await self._uploads(report)
                course = self._decide(chosen, report, actor, now, uploads)
                outcome = _outcome(course)
                command = StoredCommand(command_id, chosen, wanted, outcome)
                append = _append(course, command, self._sealed(course, kept))
                await self.group.append(await self._claiming(append, course))
                return self._receipt(outcome)
            except DuplicateCode:
                continue
            except (AttachmentGone, DuplicateCommand, Rejected, VersionConflict) as error:
                # The first attempt may have been taken in; what has become wrong since then
                # must not hide its receipt.
                stored = await self.store.find_command(command_id)
                if stored is not None:
                    return self._again(stored, wanted)
                if not isinstance(error, AttachmentGone):
                    raise

    async def _uploads(self, report: Report) -> Mapping[str, Upload]:
        kept = await self._attachments.named(report.attachments)
        return {name: one.upload for name, one in kept.items()}

    @property
    def _attachments(self) -> Attachments:
        return Attachments(self.store.pool, self.store.keys)

    async def _claiming(self, append: Append, course: Course) -> Append:
        told = [file for event in course.events for file in getattr(event.body, "files", ())]
        if not told:
            return append
        [case], claims = append.cases, await self._attachments.claims(told)
        return replace(append, cases=[replace(case, files=claims)])

    def _decide(
        self,
        case_id: str,
        report: Report,
        actor: Actor,
        now: datetime,
        uploads: Mapping[str, Upload],
    ) -> Course:
        try:
            context, code = self.law().at(now, report.pack), new_code()
        except (UnknownPack, NoPolicyInForce) as error:
            raise Rejected("invalid", str(error), "pack") from None
        context = replace(context, uploads=uploads)
        return decide_report(case_id, code, report, resolve_actor(actor, context), context)

    def _confidential(self, report: Report, now: datetime) -> bool:
        """Whether nobody may know who reported, not even we (QĐ 774/QĐ-TTg)."""
        try:
            return self.law().at(now, report.pack).pack.category(report.category).confidential
        except (NoPolicyInForce, UnknownCategory, UnknownPack):
            return False  # such a report is refused when it is decided

    def _digest(self, identity: Identity | None) -> str | None:
        """Tells another identity under the same key; without our key it cannot be guessed from."""
        if identity is None:
            return None
        said = b"identity/" + encode(plain(identity.given))
        return hmac.digest(self.receipt_key, said, "sha256").hex()

    def _sealed(self, course: Course, identity: Identity | None) -> tuple[SealedIdentity, ...]:
        ref = course.case.reporter_ref
        if identity is None or ref is None:
            return ()
        return (seal_identity(self.store.keys, ref, course.case.case_id, identity),)

    def _again(self, stored: StoredCommand, wanted: bytes) -> Receipt:
        if stored.request_hash != wanted:
            raise Rejected("key_reused", "This key was used for another request; use a new one.")
        return self._receipt(stored.outcome)

    def _receipt(self, outcome: Mapping[str, Any]) -> Receipt:
        case_id = str(outcome["case_id"])
        return Receipt(
            case_id=case_id,
            code=str(outcome["code"]),
            secret=secret_of(case_id, self.receipt_key),
            unit=outcome.get("unit"),
            located_by=outcome.get("located_by"),
        )


def _outcome(course: Course) -> dict[str, str]:
    case = course.case
    return {
        "case_id": case.case_id,
        "code": case.code,
        "unit": case.unit,
        "located_by": case.located_by,
    }


def request_of(report: Report, actor: Actor, identity: str | None = None) -> bytes:
    """What tells a repeat under the same key from another report."""
    said = report.model_dump(mode="json")
    # What came later and was left out is not in it: keys that were used before it go on counting.
    asked = {
        name: value for name, value in said.items() if name not in _LATER or value not in (None, [])
    }
    facts: dict[str, Any] = {"report": asked, "actor": str(actor)}
    if identity is not None:
        facts["identity"] = identity
    return hashlib.sha256(encode(plain(facts))).digest()


def _append(
    course: Course, command: StoredCommand, identities: tuple[SealedIdentity, ...]
) -> Append:
    case = course.case
    taken = CaseAppend(
        case_id=case.case_id,
        base_version=0,
        prev_hash=None,
        events=tuple(course.events),
        row=row_of(case),
    )
    start = OutboxMessage("start", case.case_id, {"unit": case.unit})
    return Append(command, [taken], [start], identities=identities)
