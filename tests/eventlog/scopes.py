"""Any rows of cases and any scopes over them: few values, so that they meet and tie often."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from hypothesis import strategies as st

from domain.case import STATES
from domain.row import CaseRow
from domain.scope import (
    AllOf,
    AnyOf,
    Before,
    Everything,
    Is,
    Meets,
    Mentions,
    Not,
    Nothing,
    OneOf,
    Overdue,
    Scope,
    Since,
    Wanted,
)
from domain.words import words_of
from eventlog.pg import Connection, OwnConnection
from eventlog.tables import TABLES
from tests.eventlog.sample import project, reported

__all__ = ["ROWS", "SCOPES", "SPOKEN", "TEXTS", "WANTED", "holding", "put"]

_TABLE = TABLES["rows"]
_values = attrgetter(*_TABLE.columns)

# The texts are there to break what is not quoted.
WORDS = ["26734", "79", "a'b", '"', "{x}", "$1", "", "Đa Kao", "null"]
SEVERITIES = ["normal", "attention", "complex", "hot_spot"]
_words, _sets = st.sampled_from(WORDS), st.frozensets(st.sampled_from(WORDS), max_size=3)
_perhaps = st.none() | _words
MOMENTS = st.integers(-2, 3).map(lambda n: datetime(2026, 3, 1, tzinfo=UTC) + n * timedelta(1, 1))
_FAR = st.sampled_from([datetime(1901, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)])
_TEXTS = ["rung", "accountable", "unit", "category", "channel"]
_OPTIONAL = ["outcome", "lead", "assignee", "about_body", "merged_into"]
_TIMES = ["received_at", "changed_at", "due_at", "next_wakeup", "closed_at"]


def _row(number: int, **values: object) -> CaseRow:
    row = project(f"case-{number:03}", [reported(f"C-{number}")])
    return replace(row, **values)  # type: ignore[arg-type]  # any field of a row


_FIELDS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(STATES),
        "severity": st.sampled_from(SEVERITIES),
        "open": st.booleans(),
        "late": st.booleans(),
        "received_at": MOMENTS | _FAR,
        "changed_at": MOMENTS | _FAR,
        "due_at": st.none() | MOMENTS | _FAR,
        "closed_at": st.none() | MOMENTS,
        "involved": _sets.map(lambda words: tuple(sorted(words))),
        **dict.fromkeys(_TEXTS, _words),
        **dict.fromkeys(_OPTIONAL, _perhaps),
    }
)
ROWS = st.lists(_FIELDS, max_size=12).map(
    lambda drawn: [_row(number, **values) for number, values in enumerate(drawn)]
)

_LEAVES = st.one_of(
    st.sampled_from([Everything(), Nothing(), AllOf(()), AnyOf(())]),
    st.builds(Is, st.sampled_from(_TEXTS), _words),
    st.builds(Is, st.sampled_from(_OPTIONAL), _perhaps),
    st.builds(Is, st.sampled_from(["due_at", "closed_at"]), st.none()),
    st.builds(Is, st.sampled_from(["open", "late", "paused"]), st.booleans()),
    st.builds(OneOf, st.sampled_from(_TEXTS + _OPTIONAL), _sets),
    st.builds(OneOf, st.just("state"), st.frozensets(st.sampled_from(STATES), max_size=4)),
    st.builds(Meets, st.just("involved"), _sets),
    st.builds(Before, st.sampled_from(_TIMES), MOMENTS | _FAR),
    st.builds(Since, st.sampled_from(_TIMES), MOMENTS | _FAR),
    st.builds(Overdue, MOMENTS | _FAR),
)


def _deeper(scopes: st.SearchStrategy[Scope]) -> st.SearchStrategy[Scope]:
    some = st.lists(scopes, max_size=3).map(tuple)
    return st.one_of(st.builds(AllOf, some), st.builds(AnyOf, some), st.builds(Not, scopes))


SCOPES: st.SearchStrategy[Scope] = st.recursive(_LEAVES, _deeper, max_leaves=8)

#: Texts whose words meet often, and scopes that ask for such words too.
_SAID = st.frozensets(st.sampled_from(["o", "ga", "lon", "12e5", "3d", "1", "and", "đ", "đo"]))
TEXTS = st.lists(st.none() | _SAID.map(lambda words: words_of(*words)), min_size=12, max_size=12)
_mentions = st.builds(Mentions, _SAID.filter(bool).map(lambda words: words_of(*words)))
SPOKEN: st.SearchStrategy[Scope] = _mentions | st.recursive(
    _LEAVES | _mentions, _deeper, max_leaves=8
)

_asked = st.none() | _sets
_when = st.none() | MOMENTS
WANTED = st.builds(
    Wanted,
    states=st.none() | st.frozensets(st.sampled_from(STATES), max_size=4),
    severities=st.none() | st.frozensets(st.sampled_from(SEVERITIES), min_size=1),
    accountable=_asked,
    assignees=_asked,
    open=st.none() | st.booleans(),
    late=st.none() | st.booleans(),
    overdue_at=_when,
    overdue=st.booleans(),
    received_since=_when,
)


_TEXT = """
insert into case_text (case_id, words) values ($1, array_to_tsvector($2::text[]))
"""


async def put(connection: Connection, rows: Sequence[CaseRow]) -> None:
    """Write rows into the table of cases."""
    await connection.copy_records_to_table(
        _TABLE.name, columns=_TABLE.columns, records=[_values(row) for row in rows]
    )


@asynccontextmanager
async def holding(
    connection: OwnConnection,
    rows: Sequence[CaseRow],
    texts: Mapping[str, frozenset[str]] | None = None,
) -> AsyncIterator[None]:
    """The table holds these rows and no others, until the end of the block; ``texts`` by case."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("delete from case_row")
        await put(connection, rows)
        for case_id, words in (texts or {}).items():
            await connection.execute(_TEXT, case_id, sorted(words))
        yield
    finally:
        await transaction.rollback()
