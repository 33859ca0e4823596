"""What goes into the log and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.actor import Actor
from domain.events import Event
from domain.row import CaseRow
from eventlog.crypto import CaseKey

__all__ = [
    "NO_HASH",
    "Append",
    "CaseAppend",
    "Claim",
    "Entry",
    "Head",
    "OutboxMessage",
    "Recorded",
    "SealedIdentity",
    "Snapshot",
    "StoredCommand",
]

#: What the first event of a case points back to.
NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as it stands in the log. ``recorded_at`` is the database's word, not hashed."""

    case_id: str
    version: int
    event_id: UUID
    command_id: str | None
    ordinal: int
    event: Event
    recorded_at: datetime
    cause: str | None
    hash: bytes


class Entry(NamedTuple):
    """One event as data in today's form: ``facts`` as they were hashed, and the opened ``words``.

    Free text is by the names of its fields, and empty where it was not opened.
    """

    version: int
    event_id: UUID
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    facts: Mapping[str, Any]
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command that has its outcome; ``request_hash`` tells a repeat from another request."""

    command_id: str
    case_id: str
    request_hash: bytes
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a case stands after an append: what the next one is based on."""

    case_id: str
    version: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything needed to decide one command on one case, read at one moment.

    ``version`` and ``hash`` are of the case's last event (0 and ``NO_HASH`` if it has none);
    ``command`` is the stored outcome of the command asked for, if it was handled before;
    ``key`` is None for an unknown case and after the key was destroyed.
    """

    case_id: str
    version: int
    hash: bytes
    events: tuple[Recorded, ...]
    command: StoredCommand | None
    key: CaseKey | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A stored file that an append takes; its key is then wrapped by that of the case."""

    attachment_id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseAppend:
    """What happened to one case, on top of ``base_version``, and the row that results.

    ``prev_hash`` and ``key`` come from the snapshot; for a new case (base 0) leave both out.
    ``files`` are those that the events tell of.
    """

    case_id: str
    base_version: int
    prev_hash: bytes | None
    events: Sequence[Event]
    row: CaseRow
    key: CaseKey | None = None
    files: Sequence[Claim] = ()


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """Something the outside must be told once the append is there. No free text in it."""

    kind: str
    case_id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SealedIdentity:
    """A row of the vault. ``ref`` is all that events know of it."""

    ref: str
    case_id: str
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Append:
    """What one command (or, without one, the clock) did: all of it or nothing is written.

    A refusal and a command that changed nothing have no cases, only their outcome.
    """

    command: StoredCommand | None
    cases: Sequence[CaseAppend] = ()
    outbox: Sequence[OutboxMessage] = ()
    cause: str | None = None
    identities: Sequence[SealedIdentity] = ()
