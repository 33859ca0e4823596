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
# Who takes several files locks them in the order of their ids, and looks at each as it is then.
_CLAIM = (
    "update attachment a set case_id = c.case_id, wrapped = c.wrapped "
    "from unnest(${number}::attachment_value[]) c join ("
    "select attachment_id from attachment where attachment_id in "
    "(select attachment_id from unnest(${number}::attachment_value[])) "
    "order by attachment_id for update) locked using (attachment_id) "
    "where a.attachment_id = locked.attachment_id and a.case_id is null and a.stored "
    "returning a.attachment_id"
)
_GUARD_CLAIMS = (
    "select refuse_claims() where (select count(*) from claims) "
    "< cardinality(${number}::attachment_value[])"
)


def statement(batch: Batch) -> tuple[str, list[Any]]:
    """The text and the arguments that write a batch in one implicit transaction.

    Only the parts that have rows are in it; each of the few combinations is prepared once per
    connection. One statement costs one round trip and half of what a transaction block costs.
    """
    parts = tuple(part for part in (*TABLES, "claims") if getattr(batch, part))
    arguments: list[Any] = [getattr(batch, part) for part in parts]
    if batch.rows:
        arguments += [batch.bases, [head.case_id for head in batch.heads]]
    return _text(parts), arguments


@lru_cache(maxsize=64)
def _text(parts: tuple[str, ...]) -> str:
    writes = {part: _write(part, n) for n, part in enumerate(parts, start=1)}
    guards = []
    if "rows" in writes:
        bases, cases = len(parts) + 1, len(parts) + 2
        writes["rows"] = _upsert(writes["rows"], TABLES["rows"], bases, cases)
        guards.append(_GUARD.format(cases=cases))
    if "claims" in writes:
        guards.append(_GUARD_CLAIMS.format(number=parts.index("claims") + 1))
    named = ", ".join(f"{part} as ({text})" for part, text in writes.items())
    return f"with {named} {_all_of(guards)}"


def _all_of(guards: list[str]) -> str:
    if len(guards) > 1:
        return "select " + ", ".join(f"({guard})" for guard in guards)
    return guards[0] if guards else "select 1"


def _write(part: str, number: int) -> str:
    return _CLAIM.format(number=number) if part == "claims" else _insert(TABLES[part], number)


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
