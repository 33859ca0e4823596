"""Turn appends into the rows of every table they touch, in an order that cannot deadlock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any

import pydantic_core

from eventlog.canonical import plain
from eventlog.crypto import CaseKey
from eventlog.envelope import Envelope, wrap
from eventlog.errors import KeyDestroyed
from eventlog.file_keys import wrap_for_case
from eventlog.firing import firing_of
from eventlog.keys import Keys
from eventlog.records import NO_HASH, Append, CaseAppend, Head, StoredCommand
from eventlog.tables import TABLES

__all__ = ["Batch", "collect"]

_values = attrgetter(*TABLES["rows"].columns)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to write together. ``bases`` is the version each case must have, row by row."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    events: list[Envelope] = field(default_factory=list)
    firings: list[tuple[str, str, str]] = field(default_factory=list)
    keys: list[tuple[str, bytes]] = field(default_factory=list)
    commands: list[tuple[str, str, bytes, str]] = field(default_factory=list)
    outbox: list[tuple[str, str, str]] = field(default_factory=list)
    identities: list[tuple[str, str, bytes, bytes]] = field(default_factory=list)
    claims: list[tuple[str, str, bytes]] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)


def collect(appends: Iterable[Append], keys: Keys) -> Batch:
    """Seal, hash and chain the events of all appends.

    Cases and commands are written in the order of their ids, so that two batches that share
    some wait for each other in one direction only.

    Raises:
        NotCanonical: an event has no canonical form.
        KeyDestroyed: free text or a file for a case that has no key any more.
        ValueError: one case is in two appends, or its row has another version.
    """
    batch = Batch()
    work: list[tuple[str, int, Append, CaseAppend]] = []
    for append in appends:
        _other(batch, append)
        ordinal = 0
        for case in append.cases:
            work.append((case.case_id, ordinal, append, case))
            ordinal += len(case.events)
    work.sort(key=itemgetter(0))
    for _, ordinal, append, case in work:
        _case(batch, ordinal, append, case, keys)
    batch.commands.sort()
    _refuse_twice(batch)
    return batch


def _other(batch: Batch, append: Append) -> None:
    if append.command is not None:
        batch.commands.append(_command(append.command))
    for message in append.outbox:
        batch.outbox.append((message.kind, message.case_id, to_json(message.payload)))
    batch.identities.extend(
        (one.ref, one.case_id, one.wrapped, one.sealed) for one in append.identities
    )


def _command(command: StoredCommand) -> tuple[str, str, bytes, str]:
    outcome = to_json(command.outcome)
    return command.command_id, command.case_id, command.request_hash, outcome


def to_json(value: Mapping[str, Any]) -> str:
    """JSON for people and queries; unlike event bodies it is not hashed."""
    return pydantic_core.to_json(plain(dict(value))).decode()


def _case(batch: Batch, ordinal: int, append: Append, case: CaseAppend, keys: Keys) -> None:
    key = case.key if case.base_version else _first_key(batch, case, keys)
    version, hash_ = case.base_version, _previous(case)
    command_id = append.command.command_id if append.command else None
    for step, event in enumerate(case.events):
        version += 1
        row = wrap(
            event,
            case_id=case.case_id,
            version=version,
            command_id=command_id,
            ordinal=ordinal + step,
            cause=append.cause,
            prev_hash=hash_,
            key=key,
        )
        hash_ = row.hash
        batch.events.append(row)
        fired = firing_of(event.body)
        if fired is not None:
            batch.firings.append((case.case_id, *fired))
    _claims(batch, case, key)
    _row(batch, case, Head(case.case_id, version, hash_))


def _previous(case: CaseAppend) -> bytes:
    if (case.prev_hash is None) != (case.base_version == 0):
        raise ValueError(f"Case {case.case_id}: give the last event's hash, unless it is new.")
    return case.prev_hash or NO_HASH


def _first_key(batch: Batch, case: CaseAppend, keys: Keys) -> CaseKey:
    key = keys.new_case_key(case.case_id)
    batch.keys.append((case.case_id, key.wrapped))
    return key


def _claims(batch: Batch, case: CaseAppend, key: CaseKey | None) -> None:
    for file in case.files:
        if key is None:
            raise KeyDestroyed(case.case_id)
        batch.claims.append((file.attachment_id, case.case_id, wrap_for_case(file, key)))


def _row(batch: Batch, case: CaseAppend, head: Head) -> None:
    if (case.row.case_id, case.row.version) != (head.case_id, head.version):
        raise ValueError(
            f"The row is {case.row.case_id} version {case.row.version}, the events end at "
            f"{head.case_id} version {head.version}."
        )
    batch.rows.append(_values(case.row))
    batch.bases.append(case.base_version)
    batch.heads.append(head)


def _refuse_twice(batch: Batch) -> None:
    ids = [head.case_id for head in batch.heads]
    if len(set(ids)) != len(ids):
        raise ValueError("One case is in two appends of one batch: write them one after another.")
