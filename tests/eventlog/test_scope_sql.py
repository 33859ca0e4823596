"""A scope in SQL means what it means in Python, whatever the rows and whatever the values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from domain.row import CaseRow
from domain.scope import AllOf, AnyOf, Is, Meets, Not, Nothing, OneOf, Scope, matches
from eventlog.pg import OwnConnection
from eventlog.scope_sql import condition
from tests.eventlog.sample import TEXT, project, reported
from tests.eventlog.scopes import ROWS, SCOPES, SPOKEN, TEXTS, holding

# One database for all examples: each leaves it as it found it.
SHARED = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def found(owner: OwnConnection, scope: Scope) -> list[str]:
    where = condition(scope)
    query = "select case_id from case_row where CONDITION order by case_id"
    rows = await owner.fetch(query.replace("CONDITION", where.text), *where.arguments)
    return [row["case_id"] for row in rows]


@SHARED
@given(rows=ROWS, scope=SCOPES)
async def test_the_database_finds_what_python_finds(
    owner: OwnConnection, rows: list[CaseRow], scope: Scope
) -> None:
    async with holding(owner, rows):
        for asked in (scope, Not(scope)):
            expected = [row.case_id for row in rows if matches(asked, row)]
            assert await found(owner, asked) == expected


@SHARED
@given(rows=ROWS, texts=TEXTS, scope=SPOKEN)
async def test_the_database_finds_the_texts_that_python_finds(
    owner: OwnConnection, rows: list[CaseRow], texts: list[frozenset[str] | None], scope: Scope
) -> None:
    said = {row.case_id: text for row, text in zip(rows, texts, strict=False) if text is not None}
    async with holding(owner, rows, said):
        for asked in (scope, Not(scope)):
            expected = [
                row.case_id
                for row in rows
                if matches(asked, row, said.get(row.case_id, frozenset()))
            ]
            assert await found(owner, asked) == expected


@SHARED
@given(rows=ROWS, scope=SCOPES)
async def test_a_condition_is_never_null(
    owner: OwnConnection, rows: list[CaseRow], scope: Scope
) -> None:
    where = condition(scope)
    query = "select count(*) from case_row where (CONDITION) is null"
    async with holding(owner, rows):
        assert await owner.fetchval(query.replace("CONDITION", where.text), *where.arguments) == 0


@given(TEXT)
def test_no_value_is_in_the_text(value: str) -> None:
    def text(one: str) -> str:
        values = frozenset({one})
        return condition(
            AllOf((Is("unit", one), OneOf("lead", values), Meets("involved", values)))
        ).text

    assert text(value) == text("another")


async def test_an_empty_scope_finds_nothing(owner: OwnConnection) -> None:
    async with holding(owner, [project("a", [reported("C-a")])]):
        for scope in (Nothing(), AnyOf(()), OneOf("unit", frozenset()), Not(AllOf(()))):
            assert await found(owner, scope) == []
            assert await found(owner, Not(scope)) == ["a"]


@pytest.mark.parametrize("missing", [None, "", (), True])
def test_no_scope_at_all_is_an_error_and_not_everything(missing: Any) -> None:
    with pytest.raises(AssertionError):
        condition(missing)
