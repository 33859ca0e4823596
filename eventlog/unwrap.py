"""A row of the log as an event of today's form: upcast if it is old, opened if there is a key."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json

from domain.actor import Actor
from domain.events import EVENTS, SEALED, Event, EventBody
from eventlog.canonical import plain
from eventlog.crypto import CaseKey, open_sealed
from eventlog.envelope import bound_to
from eventlog.errors import UnknownEvent
from eventlog.records import Entry, Recorded

__all__ = ["UPCASTS", "Upcast", "entry", "recorded", "unwrap"]

#: Lifts the data of one schema version to the next.
Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """Only optional fields were added."""
    return data


#: By event type and the schema version that is lifted. Rows are never rewritten.
UPCASTS: Mapping[tuple[str, int], Upcast] = {
    (name, 1): _as_it_was
    for name in ("CaseReported", "ReportSupplemented", "EvidenceAttached", "ResponseDrafted")
}


class Row(Protocol):
    """The columns that are needed, as the driver gives them."""

    def __getitem__(self, column: str) -> Any:
        """The value of a column."""


def unwrap(
    row: Row,
    key: CaseKey | None = None,
    upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS,
) -> Event:
    """The event in a row; without a key its free text is absent.

    Raises:
        UnknownEvent: a type or a schema version that this code does not know.
        SealBroken: the key does not open what is sealed.
    """
    opened = _open(row["sealed"], row["event_id"], key)
    return Event(
        occurred_at=row["occurred_at"],
        actor=Actor.parse(row["actor"]),
        body=_body(_kind(row), row["schema_version"], row["body"], opened, upcasts),
    )


def recorded(row: Row, key: CaseKey | None = None) -> Recorded:
    """A row of the log with all that stands beside its event. Raises as ``unwrap``."""
    return Recorded(
        case_id=row["case_id"],
        version=row["version"],
        event_id=row["event_id"],
        command_id=row["command_id"],
        ordinal=row["ordinal"],
        event=unwrap(row, key),
        recorded_at=row["recorded_at"],
        cause=row["cause"],
        hash=row["hash"],
    )


def entry(row: Row, key: CaseKey | None = None) -> Entry:
    """A row of the log as data, for whoever only shows it. Raises as ``unwrap``."""
    kind, version = _kind(row), row["schema_version"]
    if version == kind.SCHEMA:
        facts = from_json(row["body"])
    else:
        lifted = plain(_body(kind, version, row["body"], {}, UPCASTS))
        facts = {name: value for name, value in lifted.items() if name not in SEALED}
    return Entry(
        version=row["version"],
        event_id=row["event_id"],
        type=row["type"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        actor=Actor.parse(row["actor"]),
        facts=facts,
        words=_open(row["sealed"], row["event_id"], key),
    )


def _kind(row: Row) -> type[EventBody]:
    kind = EVENTS.get(row["type"])
    if kind is None:
        raise UnknownEvent(f"Event type {row['type']!r} is unknown: use the version that wrote it.")
    return kind


def _open(sealed: bytes | None, event_id: UUID, key: CaseKey | None) -> dict[str, Any]:
    if sealed is None or key is None:
        return {}
    return {
        name: from_json(open_sealed(key.cipher, base64.b64decode(text), bound_to(event_id, name)))
        for name, text in from_json(sealed).items()
    }


def _body(
    kind: type[EventBody],
    version: int,
    body: bytes,
    opened: dict[str, Any],
    upcasts: Mapping[tuple[str, int], Upcast],
) -> EventBody:
    try:
        if version == kind.SCHEMA and not opened:
            return kind.model_validate_json(body)
        return kind.model_validate(_lift(kind, version, from_json(body) | opened, upcasts))
    except ValidationError as error:
        raise UnknownEvent(f"A stored {kind.__name__} has not the form {version}.") from error


def _lift(
    kind: type[EventBody],
    version: int,
    data: dict[str, Any],
    upcasts: Mapping[tuple[str, int], Upcast],
) -> dict[str, Any]:
    if version > kind.SCHEMA:
        raise UnknownEvent(f"{kind.__name__} has form {version}: use the version that wrote it.")
    for step in range(version, kind.SCHEMA):
        if (kind.__name__, step) not in upcasts:
            raise UnknownEvent(f"No upcast lifts {kind.__name__} from form {step}.")
        data = upcasts[kind.__name__, step](data)
    return data
