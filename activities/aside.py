"""Events beside the course of a case: they move no clock, so they need no workflow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from activities.group import GroupCommit
from domain.case import Case
from domain.events import Event
from domain.evolve import evolve, fold
from domain.project import row_of
from domain.rejection import Rejected
from eventlog.errors import DuplicateCommand, VersionConflict
from eventlog.records import Append, CaseAppend, Snapshot, StoredCommand
from eventlog.store import EventStore

__all__ = ["Aside", "Written"]

#: Somebody else was quicker: read again and decide anew, at most this often.
_ATTEMPTS = 20

Decide = Callable[[Case], Awaitable[Event]]


@dataclass(frozen=True, slots=True)
class Written:
    """The case as it is now, and the version at which the event was written, perhaps long ago."""

    case: Case
    version: int


@dataclass(frozen=True, slots=True)
class Aside:
    """Writes one event on a case, once under each key."""

    store: EventStore
    group: GroupCommit

    async def write(self, case_id: str, command_id: str, wanted: bytes, decide: Decide) -> Written:
        """Write what ``decide`` says; a repeat under the key is told when that was.

        ``wanted`` tells a repeat from another request. Raises Rejected.
        """
        for _ in range(_ATTEMPTS):
            snapshot = await self.store.snapshot(case_id, command_id)
            try:
                return await self._once(snapshot, command_id, wanted, decide)
            except (VersionConflict, DuplicateCommand):
                continue
        raise TimeoutError(f"The case changed {_ATTEMPTS} times while this was decided.")

    async def _once(
        self, snapshot: Snapshot, command_id: str, wanted: bytes, decide: Decide
    ) -> Written:
        case = fold(snapshot.case_id, (recorded.event for recorded in snapshot.events))
        if case is None:
            raise Rejected("unknown_case", f"No case {snapshot.case_id}.")
        if snapshot.command is not None:
            return Written(case, _repeated(snapshot.command, wanted))
        event = await decide(case)
        after = evolve(case, event)
        outcome: Mapping[str, Any] = {"version": after.version}
        command = StoredCommand(command_id, case.case_id, wanted, outcome)
        append = CaseAppend(
            case_id=case.case_id,
            base_version=case.version,
            prev_hash=snapshot.hash,
            events=(event,),
            row=row_of(after),
            key=snapshot.key,
        )
        await self.group.append(Append(command, [append]))
        return Written(after, after.version)


def _repeated(stored: StoredCommand, wanted: bytes) -> int:
    if stored.request_hash != wanted:
        raise Rejected("key_reused", "This key was used for another request; use a new key.")
    return int(stored.outcome["version"])
