"""An event as a row of the log: sealed, hashed and chained; and back."""

from __future__ import annotations

import base64
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import uuid_utils.compat

from domain.events import SEALED, Event, EventBody
from eventlog.canonical import encode, instant, plain, quoted
from eventlog.crypto import CaseKey, seal
from eventlog.errors import KeyDestroyed

__all__ = ["Envelope", "envelope_hash", "payload_hash", "wrap"]


class Envelope(NamedTuple):
    """The columns of ``event`` that the application writes, in the table's order."""

    case_id: str
    version: int
    event_id: UUID
    command_id: str | None
    ordinal: int
    type: str
    schema_version: int
    occurred_at: datetime
    actor: str
    cause: str | None
    body: bytes
    sealed: bytes | None
    payload_hash: bytes
    prev_hash: bytes
    hash: bytes


def wrap(
    event: Event,
    *,
    case_id: str,
    version: int,
    command_id: str | None,
    ordinal: int,
    cause: str | None,
    prev_hash: bytes,
    key: CaseKey | None,
) -> Envelope:
    """The row of an event.

    Raises:
        NotCanonical: the event holds something that has no canonical form.
        KeyDestroyed: it has free text, and there is no key to seal it under.
    """
    event_id = uuid_utils.compat.uuid7()
    facts, said = _split(event.body)
    if said and key is None:
        raise KeyDestroyed(case_id)
    body, sealed = encode(facts), _seal(said, event_id, key) if said and key else None
    payload = payload_hash(body, sealed)
    draft = Envelope(
        case_id,
        version,
        event_id,
        command_id,
        ordinal,
        event.type,
        event.body.SCHEMA,
        event.occurred_at,
        str(event.actor),
        cause,
        body,
        sealed,
        payload,
        prev_hash,
        b"",
    )
    return draft._replace(hash=envelope_hash(draft))


def payload_hash(body: bytes, sealed: bytes | None) -> bytes:
    """SHA-256 over the stored bytes; what is sealed counts as ciphertext, so it may be lost."""
    secret = sealed or b""
    lengths = len(body).to_bytes(8, "big"), len(secret).to_bytes(8, "big")
    return sha256(b"".join((lengths[0], body, lengths[1], secret))).digest()


def envelope_hash(row: Envelope) -> bytes:
    """SHA-256 over the RFC 8785 form of the envelope, which points back to the one before.

    ``recorded_at`` and ``xid`` are the database's own and are not in it: they are set while the
    row is written, after this was computed, and a restore may change the latter.
    """
    # The keys are in order here: sorting the same twelve for every event would be waste.
    text = (
        f'{{"actor":{quoted(row.actor)},"case_id":{quoted(row.case_id)},'
        f'"cause":{_or_null(row.cause)},"command_id":{_or_null(row.command_id)},"envelope":1,'
        f'"event_id":"{row.event_id}","occurred_at":"{instant(row.occurred_at)}",'
        f'"ordinal":{row.ordinal},"payload_hash":"{row.payload_hash.hex()}",'
        f'"prev_hash":"{row.prev_hash.hex()}","schema_version":{row.schema_version},'
        f'"type":{quoted(row.type)},"version":{row.version}}}'
    )
    return sha256(text.encode()).digest()


def _or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


@cache
def _sealed_fields(kind: type[EventBody]) -> tuple[str, ...]:
    return tuple(sorted(SEALED & set(kind.model_fields)))


def _split(body: EventBody) -> tuple[dict[str, Any], dict[str, Any]]:
    facts: dict[str, Any] = plain(body)
    secrets = {name: facts.pop(name) for name in _sealed_fields(type(body))}
    # An empty text is a text; None and an empty list are what is read when nothing is sealed.
    return facts, {name: value for name, value in secrets.items() if value not in (None, [])}


def _seal(said: dict[str, Any], event_id: UUID, key: CaseKey) -> bytes:
    sealed = {
        name: seal(key.cipher, encode(value), bound_to(event_id, name))
        for name, value in said.items()
    }
    return encode({name: base64.b64encode(value).decode() for name, value in sealed.items()})


def bound_to(event_id: UUID, field: str) -> bytes:
    """What a sealed field is tied to: it opens in its own place only."""
    return event_id.bytes + field.encode()
