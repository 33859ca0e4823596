"""The text index: which words each case's texts hold, and what tells reports of the same thing.

The words are a table of their own and go with the text (D10): whoever destroys the key of a case's
text calls ``forget_text`` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from domain.events import (
    CaseClassified,
    CaseReported,
    EventBody,
    ReportSupplemented,
    SubjectErased,
)
from domain.words import words_of
from eventlog.feed import Sealed
from eventlog.pg import Connection

__all__ = ["CaseText", "forget_text"]

_NAME = "case_text"
_PLACES = """
insert into case_place (case_id, unit, category, received_at, latitude_e6, longitude_e6)
select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[], $6::integer[]
)
"""
_TEXTS = """
insert into case_text (case_id, words)
select case_id, array_to_tsvector(string_to_array(words, ' '))
from unnest($1::text[], $2::text[]) as told (case_id, words)
"""
# A value of this type holds a megabyte: whoever adds without end must not stop the index for all.
_ADDED = """
insert into case_text (case_id, words) values ($1, array_to_tsvector($2::text[]))
on conflict (case_id) do update set words = case_text.words || excluded.words
where length(case_text.words) < 5000
"""
_CLASSIFIED = "update case_place set category = $2 where case_id = $1"
_ERASED = "delete from case_text where case_id = any($1::text[])"
_KNOWN = "insert into projection (name) values ($1) on conflict do nothing"
_HELD = "select from projection where name = $1 for update"

Body = TypeVar("Body", bound=EventBody)


class CaseText:
    """The projection that fills it. Text whose key is gone is not in it."""

    name = _NAME
    tables = (_NAME, "case_place")
    opens_text = True

    async def apply(self, connection: Connection, events: Sequence[Sealed]) -> None:
        """Write what these events change; kind by kind, since no kind comes before an earlier one.

        A case begins with its report, and after its text was erased none is added.
        """
        reports = list(_of(CaseReported, events))
        await _insert(connection, _PLACES, (_place(*report) for report in reports))
        await _insert(
            connection, _TEXTS, (_text(*report) for report in reports if _says(report[1]))
        )
        await connection.executemany(_ADDED, list(_additions(events)))
        await connection.executemany(
            _CLASSIFIED,
            [(one.recorded.case_id, body.category) for one, body in _of(CaseClassified, events)],
        )
        await connection.execute(_ERASED, list(_erasures(events)))


async def forget_text(connection: Connection, case_id: str) -> None:
    """Delete the words of a case, in the transaction that destroys the key of its text.

    While this transaction holds the projection, none can write what it read with that key.
    """
    await connection.execute(_KNOWN, _NAME)
    await connection.execute(_HELD, _NAME)
    await connection.execute(_ERASED, [case_id])


async def _insert(
    connection: Connection, statement: str, rows: Iterable[tuple[object, ...]]
) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        await connection.execute(statement, *columns)


def _place(one: Sealed, body: CaseReported) -> tuple[object, ...]:
    case_id, at = one.recorded.case_id, one.recorded.event.occurred_at
    return case_id, body.unit, body.category, at, body.latitude_e6, body.longitude_e6


def _says(body: CaseReported) -> bool:
    return bool(body.text or body.address)


def _text(one: Sealed, body: CaseReported) -> tuple[object, ...]:
    return one.recorded.case_id, " ".join(sorted(words_of(body.text, body.address)))


def _additions(events: Sequence[Sealed]) -> Iterator[tuple[str, list[str]]]:
    for one, body in _of(ReportSupplemented, events):
        if body.text:
            yield one.recorded.case_id, sorted(words_of(body.text))


def _erasures(events: Sequence[Sealed]) -> Iterator[str]:
    for one, body in _of(SubjectErased, events):
        if body.what == "free_text":
            yield one.recorded.case_id


def _of(kind: type[Body], events: Sequence[Sealed]) -> Iterator[tuple[Sealed, Body]]:
    for one in events:
        body = one.recorded.event.body
        if isinstance(body, kind):
            yield one, body
