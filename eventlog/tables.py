"""The tables that an append inserts into: their columns and types, in the order of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args, get_type_hints
from uuid import UUID

from domain.row import CaseRow
from eventlog.envelope import Envelope

__all__ = ["TABLES", "Table"]

_TYPES: dict[Any, str] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    bytes: "bytea",
    datetime: "timestamptz",
    UUID: "uuid",
    tuple[str, ...]: "text[]",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, and its columns with their types."""

    name: str
    types: dict[str, str]

    @property
    def value(self) -> str:
        """The composite type of one row."""
        return f"{self.name}_value"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(self.types)


def _of(record: type) -> dict[str, str]:
    """Column types from a record's annotations; an optional field has the type of its value."""
    return {
        name: _TYPES[hint] if hint in _TYPES else _TYPES[get_args(hint)[0]]
        for name, hint in get_type_hints(record).items()
    }


#: By the field of ``Batch`` that holds the rows, in the order in which they are written.
TABLES = {
    "rows": Table("case_row", _of(CaseRow)),
    "events": Table("event", _of(Envelope)),
    "firings": Table("firing", {"case_id": "text", "clock_id": "text", "firing": "text"}),
    "keys": Table("case_key", {"case_id": "text", "wrapped": "bytea"}),
    "commands": Table(
        "command",
        {"command_id": "text", "case_id": "text", "request_hash": "bytea", "outcome": "jsonb"},
    ),
    "outbox": Table("outbox", {"kind": "text", "case_id": "text", "payload": "jsonb"}),
    "identities": Table(
        "identity", {"ref": "text", "case_id": "text", "wrapped": "bytea", "sealed": "bytea"}
    ),
}
