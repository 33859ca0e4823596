"""The one statement of an append: every table it touches, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any

from eventlog.batch import Batch
from eventlog.tables import TABLES, Table

__all__ = ["statement"]

_INSERT = "insert into {table} ({columns}) select {values} from unnest({arrays}) as n ({columns})"
# Only the row that the append was decided on may be replaced. The bases are looked up by case
# because an upsert sees no other column than the table's own.
_UPSERT = (
    "{insert} on conflict (case_id) do update set ({columns}) = row ({excluded}) "
    "where case_row.version = (${bases}::integer[])"
    "[array_position($1::text[], excluded.case_id)] returning case_row.case_id"
)
# Whoever lost the race finds its row missing here, and ends the whole statement.
_GUARD = (
    "select refuse_append(array(select unnest($1::text[]) except select case_id from rows)) "
    "where (select count(*) from rows) < cardinality($1::text[])"
)


def statement(batch: Batch) -> tuple[str, list[Any]]:
    """The text and the arguments that write a batch in one implicit transaction.

    Only the parts that have rows are in it; each of the few combinations is prepared once per
    connection. One statement costs one round trip and half of what a transaction block costs.
    """
    parts = tuple(part for part in TABLES if getattr(batch, part))
    arguments = [
        list(column) for part in parts for column in zip(*getattr(batch, part), strict=True)
    ]
    if batch.rows:
        arguments.append(batch.bases)
    return _text(parts), arguments


@lru_cache(maxsize=64)
def _text(parts: tuple[str, ...]) -> str:
    numbers = count(1)
    inserts = {part: _insert(TABLES[part], numbers) for part in parts}
    if "rows" in inserts:
        inserts["rows"] = _upsert(inserts["rows"], TABLES["rows"], next(numbers))
    named = ", ".join(f"{part} as ({text})" for part, text in inserts.items())
    return f"with {named} {_GUARD if 'rows' in inserts else 'select 1'}"


def _insert(table: Table, numbers: Iterator[int]) -> str:
    # The driver has no arrays of jsonb worth using: they travel as text.
    typed = [(name, "text" if kind == "jsonb" else kind) for name, kind in table.types.items()]
    return _INSERT.format(
        table=table.name,
        columns=", ".join(table.columns),
        values=", ".join(f"{name}::{table.types[name]}" for name in table.columns),
        arrays=", ".join(f"${next(numbers)}::{kind}[]" for _, kind in typed),
    )


def _upsert(insert: str, table: Table, bases: int) -> str:
    columns = table.columns
    return _UPSERT.format(
        insert=insert,
        bases=bases,
        columns=", ".join(columns),
        excluded=", ".join(f"excluded.{name}" for name in columns),
    )
