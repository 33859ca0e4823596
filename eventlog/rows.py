"""Rows of the table of cases as the domain knows them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from domain.row import CaseRow
from eventlog.pg import Record
from eventlog.tables import TABLES

__all__ = ["COLUMNS", "SEEN", "Table", "case_row", "seen_row"]

#: Rows as they are now, or what they were between two moments; the scope then says at which.
Table: TypeAlias = Literal["case_row", "case_period"]

COLUMNS = ", ".join(TABLES["rows"].columns)
#: Beside an event, whose columns have some of the same names.
SEEN = ", ".join(f"r.{name} as seen_{name}" for name in TABLES["rows"].columns)


def case_row(record: Record, prefix: str = "") -> CaseRow:
    """The row; PostgreSQL's arrays become tuples, which can be compared and never change."""
    facts = {name: record[prefix + name] for name in TABLES["rows"].columns}
    return CaseRow(**{**facts, "involved": tuple(facts["involved"])})


def seen_row(record: Record) -> CaseRow | None:
    """The row beside an event, if the case is there."""
    return case_row(record, "seen_") if record["seen_case_id"] else None
