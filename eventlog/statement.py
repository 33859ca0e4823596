"""The one statement of an append: every table it touches, written whole or not at all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from eventlog.batch import Batch
from eventlog.tables import TABLES, Table

__all__ = ["statement"]

# A list of rows as one argument costs half of what a list per column costs, on both sides.
_INSERT = "insert into {table} ({columns}) select {columns} from unnest(${number}::{value}[])"
# Only the row that the append was decided on may be replaced. The bases are looked up by case
# because an upsert sees no other column than the table's own.
_UPSERT = (
    "{insert} on conflict (case_id) do update set ({columns}) = row ({excluded}) "
    "where case_row.version = (${bases}::integer[])"
    "[array_position(${cases}::text[], excluded.case_id)] returning case_row.case_id"
)
# Whoever lost the race finds its row missing here, and ends the whole statement.
_GUARD = (
    "select refuse_append(array(select unnest(${cases}::text[]) except select case_id from rows)) "
    "where (select count(*) from rows) < cardinality(${cases}::text[])"
)


def statement(batch: Batch) -> tuple[str, list[Any]]:
    """The text and the arguments that write a batch in one implicit transaction.

    Only the parts that have rows are in it; each of the few combinations is prepared once per
    connection. One statement costs one round trip and half of what a transaction block costs.
    """
    parts = tuple(part for part in TABLES if getattr(batch, part))
    arguments: list[Any] = [getattr(batch, part) for part in parts]
    if batch.rows:
        arguments += [batch.bases, [head.case_id for head in batch.heads]]
    return _text(parts), arguments


@lru_cache(maxsize=64)
def _text(parts: tuple[str, ...]) -> str:
    inserts = {part: _insert(TABLES[part], n) for n, part in enumerate(parts, start=1)}
    end = "select 1"
    if "rows" in inserts:
        bases, cases = len(parts) + 1, len(parts) + 2
        inserts["rows"] = _upsert(inserts["rows"], TABLES["rows"], bases, cases)
        end = _GUARD.format(cases=cases)
    named = ", ".join(f"{part} as ({text})" for part, text in inserts.items())
    return f"with {named} {end}"


def _insert(table: Table, number: int) -> str:
    columns = ", ".join(table.columns)
    return _INSERT.format(table=table.name, columns=columns, number=number, value=table.value)


def _upsert(insert: str, table: Table, bases: int, cases: int) -> str:
    return _UPSERT.format(
        insert=insert,
        bases=bases,
        cases=cases,
        columns=", ".join(table.columns),
        excluded=", ".join(f"excluded.{name}" for name in table.columns),
    )
