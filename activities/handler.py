"""Load, decide, append: the one way in which a case changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from activities.cache import CaseCache, Loaded, StaleCacheError
from activities.group import GroupCommit
from activities.messages import Answer, CaseFacts, SignedCommand
from activities.outcomes import as_answer, as_outcome, refused
from activities.signing import request_hash, signature_holds
from domain.actor import Actor
from domain.agenda import next_look
from domain.case import Case
from domain.commands import Command
from domain.context import Context, Law
from domain.decide import Decision, decide, decide_wake_up
from domain.events import Event, ReporterInformed
from domain.evolve import fold
from domain.files import MOST, Upload
from domain.project import row_of
from domain.rejection import Rejection
from eventlog.attachments import Attachments
from eventlog.errors import AttachmentGone, DuplicateCommand, DuplicateFiring, VersionConflict
from eventlog.officers import Officers
from eventlog.records import Append, CaseAppend, Claim, Head, OutboxMessage, StoredCommand
from eventlog.store import EventStore
from eventlog.virtual_clock import advanced

__all__ = ["ON_TWO", "BadSignature", "CaseHandler"]

#: Commands on two cases, and the parameter that names the other one.
ON_TWO: Mapping[str, str] = {"merge": "into", "link": "to"}
#: Commands by which a merged case leaves its survivor, which is then the other one.
_LEAVING = frozenset({"unmerge", "reopen"})
#: Somebody else was quicker: read again and decide anew, at most this often.
_ATTEMPTS = 20


_RACES = (VersionConflict, DuplicateCommand, DuplicateFiring, AttachmentGone, StaleCacheError)


class BadSignature(Exception):
    """The gateway did not vouch for this command; it is not even looked at."""


@dataclass(slots=True)
class CaseHandler:
    """Handles commands and wake-ups on the log. ``law`` gives what is in force."""

    store: EventStore
    group: GroupCommit
    law: Callable[[], Law]
    signing_key: bytes
    cache: CaseCache = field(default_factory=CaseCache)

    async def handle(self, command: SignedCommand, now: datetime) -> Answer:
        """Apply a command once; a repeat gets the stored answer. Raises BadSignature."""
        if not signature_holds(command, self.signing_key):
            raise BadSignature(command.command_id)
        return await self._until_settled(command.case_id, lambda: self._try_command(command, now))

    async def wake(self, case_id: str, now: datetime) -> Answer:
        """Fire everything that is due on a case."""
        return await self._until_settled(case_id, lambda: self._try_wake_up(case_id, now))

    async def look(self, case_id: str) -> CaseFacts:
        """What the log says of a case."""
        loaded, _ = await self.load(case_id)
        if loaded is None:
            return CaseFacts(exists=False)
        case = loaded.case
        ahead = await advanced(self.store.pool) + timedelta(seconds=case.clock_base)
        return CaseFacts(
            exists=True,
            version=case.version,
            open=case.open,
            next_wakeup=next_look(case, self.law()),
            clock_offset_us=ahead // timedelta(microseconds=1),
        )

    async def _until_settled(
        self, case_id: str, attempt: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        for tried in range(_ATTEMPTS):
            try:
                return await attempt()
            except _RACES:
                self.cache.forget(case_id)
                await asyncio.sleep(0.002 * tried)
        raise TimeoutError(f"The case changed {_ATTEMPTS} times while this was decided.")

    async def load(
        self, case_id: str, command_id: str | None = None
    ) -> tuple[Loaded | None, StoredCommand | None]:
        """A case as it is now, and what became of a command. Raises as ``CaseCache.merge``."""
        known = self.cache.version(case_id)
        snapshot = await self.store.snapshot(case_id, command_id, known)
        return self.cache.merge(snapshot), snapshot.command

    async def _try_command(self, command: SignedCommand, now: datetime) -> Answer:
        loaded, stored = await self.load(command.case_id, command.command_id)
        if stored is not None:
            return _repeated(command, stored, loaded, self.law())
        if loaded is None:
            return refused(command.case_id, "unknown_case", f"No case {command.case_id}.")
        law = self.law()
        if command.expected_version not in (None, loaded.case.version):
            return await self._refuse_stale(command, loaded, law)
        wanted = Command(command.name, command.params)
        context, other = await self.context(wanted, loaded.case, law, now)
        decision = decide(loaded.case, wanted, Actor.parse(command.actor), context)
        answer = as_answer(decision, law)
        await self._append(decision, loaded, other, _stored(command, answer), None)
        return answer

    async def _refuse_stale(self, command: SignedCommand, loaded: Loaded, law: Law) -> Answer:
        """What is due is left to the timer: somebody who has not seen the case moves nothing."""
        detail = f"The case is at version {loaded.case.version}; look at it again."
        refusal = Rejection("version_mismatch", detail)
        answer = as_answer(Decision(loaded.case, rejection=refusal), law)
        await self.group.append(Append(_stored(command, answer)))
        return answer

    async def _try_wake_up(self, case_id: str, now: datetime) -> Answer:
        loaded, _ = await self.load(case_id)
        if loaded is None:
            return refused(case_id, "unknown_case", f"No case {case_id}.")
        law = self.law()
        decision = decide_wake_up(loaded.case, law.of(loaded.case, now))
        if decision.events:
            await self._append(decision, loaded, None, None, "clock")
        return as_answer(decision, law)

    async def context(
        self, command: Command, case: Case, law: Law, now: datetime
    ) -> tuple[Context, Loaded | None]:
        """What a command is decided by; with the second case, if it is one on two."""
        other = await self._other(command, case)
        to = command.params.get("to") if command.name == "hand_over" else None
        receiver = await Officers(self.store.pool).roles(to) if isinstance(to, str) else ()
        second, uploads = other.case if other else None, await self._uploads(command)
        context = law.of(case, now)
        return replace(context, other=second, receiver=receiver, uploads=uploads), other

    async def _other(self, command: Command, case: Case) -> Loaded | None:
        named = command.params.get(ON_TWO.get(command.name, ""))
        case_id = case.merged_into if command.name in _LEAVING else named
        if not isinstance(case_id, str) or case_id == case.case_id:
            return None
        return (await self.load(case_id))[0]

    async def _uploads(self, command: Command) -> Mapping[str, Upload]:
        """The uploads that a command names, as far as they are there."""
        named = command.params.get("attachments")
        ids = [named] if isinstance(named, str) else named
        if not isinstance(ids, list | tuple):
            return {}
        texts = [one for one in ids if isinstance(one, str)]
        rows = Attachments(self.store.pool, self.store.keys)
        return {name: kept.upload for name, kept in (await rows.named(texts[:MOST])).items()}

    async def _claims(self, events: Sequence[Event]) -> tuple[Claim, ...]:
        told = [file for event in events for file in getattr(event.body, "files", ())]
        return await Attachments(self.store.pool, self.store.keys).claims(told)

    async def _append(
        self,
        decision: Decision,
        loaded: Loaded,
        other: Loaded | None,
        command: StoredCommand | None,
        cause: str | None,
    ) -> None:
        changes = [(loaded, decision.events)]
        if other is not None:
            changes.append((other, decision.other_events))
        appends = [_case_append(*change) for change in changes if change[1]]
        if claims := await self._claims(decision.events):
            appends[0] = replace(appends[0], files=claims)
        outbox = [*_followers(decision), *_neighbours(other, decision)]
        heads = await self.group.append(Append(command, appends, outbox, cause))
        after = {head.case_id: head for head in heads}
        for loaded_case, events in changes:
            self._remember(loaded_case, events, after)

    def _remember(self, loaded: Loaded, events: Sequence[Event], heads: Mapping[str, Head]) -> None:
        head = heads.get(loaded.case.case_id)
        case = fold(loaded.case.case_id, events, loaded.case)
        if head is not None and case is not None:
            self.cache.keep(Loaded(case, head.hash, loaded.key))


def _repeated(
    command: SignedCommand, stored: StoredCommand, loaded: Loaded | None, law: Law
) -> Answer:
    if stored.request_hash != request_hash(command):
        detail = "This key was used for another request; use a new key."
        answer = refused(command.case_id, "key_reused", detail)
    else:
        answer = Answer.model_validate(dict(stored.outcome))
    return _with_timer(answer, loaded, law)


def _with_timer(answer: Answer, loaded: Loaded | None, law: Law) -> Answer:
    """The stored answer is of then; the workflow's timer goes by now."""
    if loaded is None:
        return answer
    case = loaded.case
    return answer.model_copy(update={"open": case.open, "next_wakeup": next_look(case, law)})


def _stored(command: SignedCommand, answer: Answer) -> StoredCommand:
    return StoredCommand(
        command_id=command.command_id,
        case_id=command.case_id,
        request_hash=request_hash(command),
        outcome=as_outcome(answer),
    )


def _case_append(loaded: Loaded, events: tuple[Event, ...]) -> CaseAppend:
    after = fold(loaded.case.case_id, events, loaded.case)
    if after is None:
        raise ValueError("An append needs events.")
    return CaseAppend(
        case_id=after.case_id,
        base_version=loaded.case.version,
        prev_hash=loaded.hash,
        events=events,
        row=row_of(after),
        key=loaded.key,
    )


def _followers(decision: Decision) -> Iterator[OutboxMessage]:
    """Reporters of merged cases are informed with the survivor's."""
    for event in decision.events:
        if isinstance(event.body, ReporterInformed):
            for merged in event.body.merged:
                # Of each answer once: a survivor that was opened again has another one.
                key = f"follow/{decision.case.case_id}/{decision.case.version}/{merged}"
                yield OutboxMessage("inform", merged, {"key": key})


def _neighbours(other: Loaded | None, decision: Decision) -> Iterator[OutboxMessage]:
    if other is not None and decision.other_events:
        yield OutboxMessage("look", other.case.case_id, {})
