"""Rows of the table of cases as the domain knows them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from domain.row import CaseRow
from eventlog.pg import Record
from eventlog.tables import TABLES

__all__ = ["COLUMNS", "Table", "case_row"]

#: Rows as they are now, or what they were between two moments; the scope then says at which.
Table: TypeAlias = Literal["case_row", "case_period"]

COLUMNS = ", ".join(TABLES["rows"].columns)


def case_row(record: Record) -> CaseRow:
    """The row; PostgreSQL's arrays become tuples, which can be compared and never change."""
    facts = {name: record[name] for name in TABLES["rows"].columns}
    return CaseRow(**{**facts, "involved": tuple(facts["involved"])})
