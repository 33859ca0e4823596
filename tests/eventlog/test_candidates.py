"""What may be of the same thing is found by place, time, category and words, with bounded work."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.duplicates import LEAST, NEAR, Place, metres_between
from domain.scope import Everything, Is, Not, OneOf, Scope
from domain.words import words_of
from eventlog import candidates as asked
from eventlog.candidates import WINDOW, Subject, candidates, likenesses
from eventlog.pg import OwnConnection
from eventlog.rarity import rare_together, rarest
from eventlog.similarity import similarity
from eventlog.tables import TABLES
from tests.eventlog.sample import project, reported

SHARED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
HERE = Place(10_776_000, 106_701_000)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ROWS = TABLES["rows"]
_values = attrgetter(*_ROWS.columns)


@dataclass(frozen=True)
class Known:
    """A report that is there already."""

    case_id: str
    place: Place | None = HERE
    unit: str = "26734"
    category: str = "road"
    at: datetime = NOW
    text: str | None = None


SUBJECT = Subject("me", "26734", "road", NOW, HERE, frozenset())


def moved(north: int = 0, east: int = 0) -> Place:
    """A place so many millionths of a degree away."""
    return Place(HERE.latitude_e6 + north, HERE.longitude_e6 + east)


@asynccontextmanager
async def holding(connection: OwnConnection, reports: Iterable[Known]) -> AsyncIterator[None]:
    """The index holds these reports and no others, until the end of the block."""
    transaction, known = connection.transaction(), list(reports)
    await transaction.start()
    try:
        await _fill(connection, known)
        yield
    finally:
        await transaction.rollback()


async def _fill(connection: OwnConnection, known: Sequence[Known]) -> None:
    rows = [replace(project(one.case_id, [reported(one.case_id)]), unit=one.unit) for one in known]
    await connection.copy_records_to_table(
        _ROWS.name, columns=_ROWS.columns, records=[_values(row) for row in rows]
    )
    await connection.copy_records_to_table("case_place", records=[_placed(one) for one in known])
    await connection.executemany(
        "insert into case_text values ($1, array_to_tsvector($2::text[]))",
        [(one.case_id, sorted(words_of(one.text))) for one in known if one.text],
    )


def _placed(one: Known) -> tuple[object, ...]:
    place = one.place
    degrees = (place.latitude_e6, place.longitude_e6) if place else (None, None)
    return one.case_id, one.unit, one.category, one.at, *degrees


async def found(
    connection: OwnConnection,
    *known: Known,
    subject: Subject = SUBJECT,
    scope: Scope | None = None,
    units: Sequence[str] = (),
    limit: int = 10,
) -> list[str]:
    async with holding(connection, known):
        told = await candidates(connection, subject, units, scope or Everything(), limit)
    return [one.row.case_id for one in told]


# -- by place and time -----------------------------------------------------------------------


@pytest.mark.parametrize("north", [-1500, 0, 1500])
@pytest.mark.parametrize("east", [-1500, 0, 1500])
async def test_what_is_near_is_found_in_every_direction(
    owner: OwnConnection, north: int, east: int
) -> None:
    for corner in (moved(), moved(400, 400), moved(3600, 3600)):
        near = replace(corner, latitude_e6=corner.latitude_e6 + north)
        near = replace(near, longitude_e6=near.longitude_e6 + east)
        there = Known("a", near, unit="elsewhere")
        subject = replace(SUBJECT, place=corner)
        assert await found(owner, there, subject=subject) == ["a"], corner


async def test_south_and_west_of_greenwich_and_the_equator_are_places_too(
    owner: OwnConnection,
) -> None:
    for place in (Place(0, 0), Place(-33_900_000, -70_600_000), Place(42_359_400, -71_058_700)):
        near = Place(place.latitude_e6 - 1500, place.longitude_e6 - 1500)
        there = Known("a", near, unit="elsewhere")
        assert await found(owner, there, subject=replace(SUBJECT, place=place)) == ["a"], place


_STEPS = st.integers(-9000, 9000)
_REPORTS = st.lists(
    st.builds(
        lambda north, east, days, category: (moved(north, east), days, category),
        *(_STEPS, _STEPS, st.integers(-70, 70), st.sampled_from(["road", "waste"])),
    ),
    max_size=20,
)


@SHARED
@given(_REPORTS)
async def test_everything_near_and_like_enough_is_found_and_nothing_else(
    owner: OwnConnection, drawn: list[tuple[Place, int, str]]
) -> None:
    known = [
        Known(f"{number:02}", place, "elsewhere", category, NOW + timedelta(days=days))
        for number, (place, days, category) in enumerate(drawn)
    ]
    async with holding(owner, known):
        told = await likenesses(owner, SUBJECT, ())
    wanted = {
        one.case_id
        for one in known
        if abs(one.at - NOW) <= WINDOW and metres_between(HERE, one.place or HERE) < NEAR
    }
    assert set(told) <= wanted
    assert all(likeness.score >= LEAST for likeness in told.values())
    close = {
        one.case_id
        for one in known
        if one.case_id in wanted
        and one.category == "road"
        and metres_between(HERE, one.place or HERE) < NEAR / 2
    }
    assert close <= set(told)


async def test_the_nearest_in_place_comes_first_then_the_nearest_in_time(
    owner: OwnConnection,
) -> None:
    assert await found(
        owner,
        Known("far", moved(1500)),
        Known("old", at=NOW - timedelta(days=20)),
        Known("same"),
        Known("later", at=NOW + timedelta(days=2)),
    ) == ["same", "later", "old", "far"]


async def test_in_a_crowded_place_one_of_the_same_category_is_found_behind_hundreds_of_others(
    owner: OwnConnection,
) -> None:
    crowd = [
        Known(f"x{number:03}", category="waste", at=NOW - timedelta(minutes=number))
        for number in range(300)
    ]
    told = await found(owner, *crowd, Known("a", at=NOW - timedelta(days=3)))
    assert told[0] == "a"


# -- by unit and by words --------------------------------------------------------------------


async def test_without_coordinates_the_unit_speaks_for_the_place(owner: OwnConnection) -> None:
    nowhere = replace(SUBJECT, place=None)
    there = [Known("a", None), Known("b", None, unit="26737"), Known("c")]
    assert await found(owner, *there, subject=nowhere) == ["a", "c"]
    assert await found(owner, Known("a", None)) == ["a"]


async def test_the_same_words_are_found_in_the_units_around_and_not_beyond(
    owner: OwnConnection,
) -> None:
    text = "Cống hộp Tân Hóa sụt, nước tràn"
    subject = replace(SUBJECT, place=None, words=words_of(text))
    there = [
        Known("a", None, "26737", text="nước tràn ở cống hộp tan hoa"),
        Known("b", None, "00001", text=text),
        Known("c", None, "26737", text="Đèn đường hỏng"),
    ]
    assert await found(owner, *there, subject=subject, units=["26734", "26737"]) == ["a"]


async def test_rare_words_find_what_is_hidden_among_texts_that_are_alike_in_common_ones(
    owner: OwnConnection,
) -> None:
    crowd = [
        Known(
            f"x{number:04}",
            None,
            "26737",
            "waste",
            NOW - timedelta(minutes=number),
            f"ngõ nhỏ hôi thối rác bẩn đường phố {number}",
        )
        for number in range(1500)
    ]
    hidden = Known("a", None, "26737", at=NOW - timedelta(days=9), text="rác bẩn ngõ Huyện cổ")
    text = "ngõ nhỏ Huyện cổ hôi thối rác bẩn đường phố"
    subject = replace(SUBJECT, place=None, words=words_of(text))
    async with holding(owner, [*crowd, hidden]):
        await owner.execute("analyze case_text; analyze case_place")
        told = await candidates(owner, subject, ["26737"], Everything(), 10)
    assert "a" in [one.row.case_id for one in told]


# -- who may see them ------------------------------------------------------------------------


async def test_only_what_is_in_the_scope_is_told_and_counted(owner: OwnConnection) -> None:
    known = [Known(str(n), moved(n), unit="26737" if n % 2 else "26734") for n in range(8)]
    mine = OneOf("unit", frozenset({"26734"}))
    assert await found(owner, *known, scope=mine) == ["0", "2", "4", "6"]
    assert await found(owner, *known, scope=Not(mine), limit=2) == ["1", "3"]
    assert await found(owner, *known, scope=Is("open", value=False)) == []


async def test_a_report_is_no_candidate_for_itself(owner: OwnConnection) -> None:
    assert await found(owner, Known("me"), Known("a")) == ["a"]


# -- the work is bounded ---------------------------------------------------------------------


async def test_each_question_reads_a_bounded_number_of_rows_from_an_index(
    owner: OwnConnection,
) -> None:
    crowd = [Known(f"{n:05}", at=NOW - timedelta(minutes=n)) for n in range(20_000)]
    async with holding(owner, crowd):
        await owner.execute("analyze case_place")
        for query, arguments in _questions():
            plan = await _explained(owner, query, arguments)
            read = [node for node in _nodes(plan) if node.get("Relation Name") == "case_place"]
            assert {node["Node Type"] for node in read} <= {"Index Scan", "Index Only Scan"}
            assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) <= 9 * 120
            assert all(not node.get("Rows Removed by Filter") for node in read)


def _questions() -> Iterable[tuple[str, tuple[object, ...]]]:
    time = NOW, WINDOW
    yield asked._IN_UNIT, (*time, "26734", "road")
    yield asked._AROUND, (*time, HERE.latitude_e6, HERE.longitude_e6, "road")


async def _explained(connection: OwnConnection, query: str, arguments: Sequence[object]) -> Any:
    text = await connection.fetchval(f"explain (analyze, format json) {query}", *arguments)
    return json.loads(text)[0]["Plan"]


def _nodes(plan: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


# -- how alike words are ---------------------------------------------------------------------

_WORDS = st.frozensets(st.sampled_from(["ga", "lon", "cong", "truong", "o", "va"]), max_size=5)


@given(_WORDS, _WORDS)
def test_likeness_of_words_is_from_none_to_all_and_the_same_both_ways(
    one: frozenset[str], other: frozenset[str]
) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


def test_a_slip_of_the_pen_costs_little_and_common_words_give_nothing() -> None:
    text = words_of("Cống trước trường Nguyễn Huệ tắc")
    assert similarity(text, text) == 1
    assert similarity(text, words_of("Cống trước trường Nguyển Huê tăc")) == 1
    assert 0.7 < similarity(text, words_of("Cốg trước trường Nguyễn Huệ tắc")) < 1
    assert similarity(text, words_of("Đèn đường hỏng")) < 0.2
    assert similarity(words_of("có ở và"), words_of("có ở và")) == 0
    assert similarity(text, frozenset()) == 0


@pytest.mark.parametrize(
    ("words", "together"),
    [
        ([], []),
        ([("a", 0.0)], ["a"]),
        ([("a", 0.0), ("b", 0.1)], ["a"]),
        ([("a", 0.01), ("b", 0.01), ("c", 0.01)], ["ab", "ac", "bc"]),
        ([("a", 0.0001), ("b", 0.01), ("c", 0.01)], ["a", "bc"]),
        ([("a", 0.05), ("b", 0.05), ("c", 0.05)], ["abc"]),
        ([("a", 0.9), ("b", 0.9)], []),
    ],
)
def test_words_that_many_texts_have_are_looked_up_together_with_others(
    words: list[tuple[str, float]], together: list[str]
) -> None:
    assert rare_together(words, 1_000_000) == [frozenset(some) for some in together]


async def test_a_word_that_was_not_counted_is_not_taken_for_rarer_than_those_that_were(
    owner: OwnConnection,
) -> None:
    crowd = [Known(f"{n:05}", text=f"rác bẩn {n // 3} x{n % 1000}") for n in range(12_000)]
    async with holding(owner, crowd):
        assert await rarest(owner, words_of("rác")) == ["'rac'"]  # nothing was counted yet
        await owner.execute("analyze case_text")
        assert await rarest(owner, words_of("rác bẩn")) == []
        assert await rarest(owner, words_of("rác bẩn 77 x5")) == ["'77'", "'x5'"]
