"""The officers' list: pages, counts and order agree with the scope, over any rows."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actor import ROLES, Actor
from domain.row import CaseRow
from domain.scope import (
    AllOf,
    AnyOf,
    Everything,
    Is,
    Meets,
    Not,
    Nothing,
    OneOf,
    Scope,
    Wanted,
    matches,
    scope_of,
)
from eventlog import gathering
from eventlog.apart import apart
from eventlog.cursor import BadCursor, read_cursor, write_cursor
from eventlog.inbox import _INDEXES, FACETS, counts, every, inbox, page, reading
from eventlog.order import BY_DUE, BY_RECEIPT, BY_SEVERITY, ORDERS, Order
from eventlog.pg import Connection, OwnConnection, Pool, Record
from eventlog.store import EventStore
from tests.domain.town import COMMUNE, DISTRICT, PROVINCE, law
from tests.eventlog.sample import new_case, project, reported
from tests.eventlog.scopes import MOMENTS, ROWS, SCOPES, WANTED, holding, put

SHARED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
ORDER = st.sampled_from(list(ORDERS.values()))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def case(case_id: str, **values: object) -> CaseRow:
    row = project(case_id, [reported(f"C-{case_id}")])
    return replace(row, **values)  # type: ignore[arg-type]  # any field of a row


async def leafed(connection: Connection, scope: Scope, order: Order, limit: int) -> list[CaseRow]:
    """All pages, one after the other."""
    one = await page(connection, scope, order, None, limit)
    rows = list(one.rows)
    while one.next is not None:
        assert len(one.rows) == limit
        one = await page(connection, scope, order, one.next, limit)
        rows += one.rows
        assert len({row.case_id for row in rows}) == len(rows)  # or it would never end
    return rows


async def ids(connection: Connection, scope: Scope, order: Order = BY_DUE) -> str:
    return " ".join(row.case_id for row in (await page(connection, scope, order)).rows)


# -- list, count and pages are one thing -----------------------------------------------------


@SHARED
@given(
    rows=ROWS,
    seen=SCOPES,
    wanted=WANTED,
    order=ORDER,
    limit=st.integers(1, 5),
    opened=st.integers(0, 9),
    now=MOMENTS,
)
async def test_list_count_and_pages_agree_with_the_scope(
    owner: OwnConnection,
    rows: list[CaseRow],
    seen: Scope,
    wanted: Wanted,
    order: Order,
    limit: int,
    opened: int,
    now: datetime,
) -> None:
    for scope in (seen, AllOf((seen, wanted.scope))):
        expected = sorted((row for row in rows if matches(scope, row)), key=order.place)
        async with holding(owner, rows):
            with patch.object(gathering, "_OPEN", opened):
                assert await leafed(owner, scope, order, limit) == expected
            assert [row async for rows in every(owner, scope, order) for row in rows] == expected
            counted = await counts(owner, scope, now)
        assert counted.total == len(expected)
        for facet in FACETS:
            assert counted.by[facet] == Counter(getattr(row, facet) for row in expected)
        late = Counter(str(row.overdue(now)).lower() for row in expected)
        assert counted.by["overdue"] == late


@SHARED
@given(
    rows=ROWS,
    role=st.sampled_from(sorted(ROLES)),
    body=st.sampled_from([COMMUNE, DISTRICT, PROVINCE]),
    parts=st.data(),
)
async def test_nobody_lists_a_case_about_their_own_body(
    owner: OwnConnection, rows: list[CaseRow], role: str, body: str, parts: st.DataObject
) -> None:
    about = st.sampled_from([COMMUNE, DISTRICT, PROVINCE, None])
    mine = [replace(row, unit="26734", about_body=parts.draw(about)) for row in rows]
    scope = scope_of(Actor(role, body), law().directory, date(2024, 3, 4))
    async with holding(owner, mine):
        listed, counted = await leafed(owner, scope, BY_DUE, 5), await counts(owner, scope)
    assert all(row.about_body != body for row in listed)
    lists = role not in {"collaborator", "integration"}
    assert len(listed) == sum(row.about_body != body for row in mine) * lists == counted.total


async def test_what_is_overdue_is_so_in_every_list(owner: OwnConnection, pool: Pool) -> None:
    step = timedelta(microseconds=1)
    rows = [
        case("at-its-time", due_at=NOON),
        case("past", due_at=NOON - DAY),
        case("soon", due_at=NOON + step),
        case("paused"),
        case("ahead", due_at=NOON + DAY, changed_at=NOON + DAY),
        case("ahead-in-time", due_at=NOON + DAY + step, changed_at=NOON + DAY),
        case("ended", due_at=NOON - DAY, open=False, state="closed"),
    ]
    late = {"at-its-time", "past", "ahead"}
    wanted = Wanted(overdue_at=NOON).scope
    assert {row.case_id for row in rows if row.overdue(NOON)} == late
    assert {row.case_id for row in rows if matches(wanted, row)} == late
    await put(owner, rows)
    found = await inbox(pool, wanted, overdue_at=NOON)
    assert {row.case_id for row in found.page.rows} == late
    assert found.counts.by["overdue"] == {"true": 3}


async def test_nothing_is_listed_or_counted_without_a_scope(pool: Pool, store: EventStore) -> None:
    await store.append([new_case("a")])
    nobody = scope_of(Actor("leader"), law().directory, date(2026, 3, 2))
    for scope in (nobody, Nothing(), AllOf((Nothing(), Everything()))):
        found = await inbox(pool, scope)
        assert (found.page.rows, found.page.next, found.counts.total) == ((), None, 0)
        assert found.counts.by == {facet: {} for facet in FACETS}


def test_what_is_counted_apart_is_counted_once() -> None:
    here, there = OneOf("unit", frozenset({"1"})), OneOf("accountable", frozenset({"unit:1"}))
    seen = AllOf((AnyOf((there, here)), Not(Is("about_body", "unit:1"))))
    parts = apart(seen)
    assert len(parts) == 2
    for unit, body, about in product("12", ("unit:1", "unit:2"), ("unit:1", None)):
        row = case("a", unit=unit, accountable=body, about_body=about)
        assert sum(matches(part, row) for part in parts) == int(matches(seen, row))


def test_what_would_be_cut_into_very_many_parts_stays_in_one() -> None:
    several = AnyOf(tuple(OneOf("accountable", frozenset({f"unit:{n}"})) for n in range(7)))
    assert len(apart(several)) == 7
    assert apart(AllOf((several, several))) == (AllOf((several, several)),)


async def test_counts_go_on_beyond_the_page(pool: Pool, store: EventStore) -> None:
    await store.append([new_case(f"case{n:03}") for n in range(120)])
    found = await inbox(pool, Everything(), limit=50)
    assert (len(found.page.rows), found.counts.total) == (50, 120)
    assert found.counts.by["state"] == {"received": 120}
    row = await store.row("case000")
    assert row is not None
    assert row == found.page.rows[0]


async def test_page_and_counts_are_of_one_moment(pool: Pool, store: EventStore) -> None:
    await store.append([new_case("a")])
    async with reading(pool) as connection:
        first = await page(connection, Everything())
        await store.append([new_case("b")])
        assert (await counts(connection, Everything())).total == len(first.rows) == 1
    assert (await inbox(pool, Everything())).counts.total == 2


# -- orders ----------------------------------------------------------------------------------


async def test_hot_spots_come_first_and_then_what_needs_attention(owner: OwnConnection) -> None:
    rows = [
        case("normal-soon", due_at=NOON),
        case("normal-late", due_at=NOON + DAY),
        case("normal-none"),
        case("complex", severity="complex", due_at=NOON + DAY / 2),
        case("attention", severity="attention", due_at=NOON + 3 * DAY),
        case("hot", severity="hot_spot", due_at=NOON + 2 * DAY),
        case("hot-none", severity="hot_spot"),
        case("ended", severity="hot_spot", open=False, state="closed"),
    ]
    urgent = "hot hot-none attention"
    async with holding(owner, rows):
        due, severity = [await ids(owner, Everything(), by) for by in (BY_DUE, BY_SEVERITY)]
    assert due == f"{urgent} normal-soon complex normal-late normal-none ended"
    assert severity == f"{urgent} complex normal-soon normal-late normal-none ended"


async def test_equal_urgency_goes_by_receipt(owner: OwnConnection) -> None:
    rows = [
        case("third", received_at=NOON),
        case("second", received_at=NOON - DAY),
        case("attention", severity="attention", received_at=NOON + DAY),
        case("first", received_at=NOON - 2 * DAY, due_at=NOON + 9 * DAY),
    ]
    async with holding(owner, rows):
        assert await ids(owner, Everything(), BY_RECEIPT) == "attention first second third"
        # Without a due time what waits longest comes first, after all that is due.
        assert await ids(owner, Everything(), BY_DUE) == "attention first second third"


# -- cursors ---------------------------------------------------------------------------------


async def test_who_pages_while_cases_move_meets_every_other_case_once(
    owner: OwnConnection,
) -> None:
    rows = [case(f"still{n}", due_at=NOON + n * DAY) for n in range(6)]
    moving = case("moving", due_at=NOON)
    async with holding(owner, [*rows, moving]):
        first = await page(owner, Everything(), limit=3)
        await owner.execute(
            "update case_row set due_at = $1 where case_id = 'moving'", NOON + 9 * DAY
        )
        rest = await page(owner, Everything(), after=first.next, limit=50)
    met = [row.case_id for row in (*first.rows, *rest.rows)]
    assert sorted(set(met) - {"moving"}) == [row.case_id for row in rows]
    assert len(met) - met.count("moving") == len(rows)


@given(ORDER, st.text("abc-0", max_size=200), st.integers(-(10**17), 10**17))
def test_a_cursor_comes_back_as_it_was(order: Order, case_id: str, since: int) -> None:
    place = timedelta(microseconds=since), case_id
    assert read_cursor(order, write_cursor(order, place)) == place


def _encoded(told: object) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode()


BAD = [
    "",
    "x",
    "ä",
    "====",
    "W10=",
    "a" * 5000,
    *map(_encoded, [{}, 1, None, ["due"], ["due", 1, 2], ["due", "1", "a"], ["due", None, "a"]]),
    *map(_encoded, [["due", 1, None], ["due", 1, "a\0"], ["due", 1, "a", 2], [["due"], 1, "a"]]),
    *map(_encoded, [["due", 10**30, "a"], ["due", -(10**19), "a"], ["due", float("nan"), "a"]]),
    _encoded(["received", 1, "a"]),
    write_cursor(BY_SEVERITY, (DAY, "a")),
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_cursor_of_this_list_is_refused(text: str) -> None:
    with pytest.raises(BadCursor, match="no cursor of a list by due: begin at the first page"):
        read_cursor(BY_DUE, text)


@given(st.text(max_size=80))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    for told in (text, _encoded(["due", text, text]), _encoded(["due", 1, text])):
        try:
            place = read_cursor(BY_DUE, told)
        except BadCursor:
            continue
        assert place == (timedelta(microseconds=1), text)


async def test_a_page_has_rows_and_follows_a_cursor_only(owner: OwnConnection) -> None:
    for limit in (0, -1):
        with pytest.raises(ValueError, match="at least one row"):
            await page(owner, Everything(), limit=limit)
    for text in ("", "x"):
        with pytest.raises(BadCursor):
            await page(owner, Everything(), after=text)


# -- plans -----------------------------------------------------------------------------------

_MANY = """
insert into case_row (
    case_id, version, code, state, rung, accountable, unit, category, severity, channel, pack,
    received_at, changed_at, due_at, late, paused, reopened, open, involved)
select 'case' || n, 1, 'C' || n, case when open then 'received' else 'closed' end, 'commune',
    'unit:' || n % 400, 'u' || n % 400, 'road',
    case when n % 40 = 0 then 'hot_spot' else 'normal' end, 'web', 'p@1', at, at,
    case when open then at + interval '14 days' end, false, false, 0, open,
    case when n % 50 = 0 then array['unit:79'] else '{}'::text[] end
from (
    select n, n % 10 = 0 as open, timestamptz '2026-03-02' - n * interval '7 minutes' as at
    from generate_series(1, 40000) n
) made
"""


async def _plans(
    connection: Connection, asked: Callable[[Connection], Awaitable[object]]
) -> list[str]:
    """How PostgreSQL reads what is asked; the very same statements are explained."""
    heard: list[tuple[str, tuple[object, ...]]] = []

    class Ear:
        async def fetch(self, text: str, *arguments: object) -> list[Record]:
            heard.append((text, arguments))
            return await connection.fetch(text, *arguments)

        async def fetchval(self, text: str, *arguments: object) -> object:
            return (await self.fetch(text, *arguments))[0][0]

    async with connection.transaction():
        await connection.execute(_INDEXES)
        await asked(Ear())  # type: ignore[arg-type]  # it is only asked to fetch
        explained = [await connection.fetch(f"explain {text}", *given) for text, given in heard]
    return ["\n".join(row[0] for row in rows) for rows in explained]


async def test_counts_of_an_area_are_read_from_indexes_alone(owner: OwnConnection) -> None:
    await owner.execute(_MANY)
    await owner.execute("vacuum analyze case_row")
    area = OneOf("unit", frozenset(f"u{n}" for n in range(20)))
    part = OneOf("accountable", frozenset({"unit:79"})), Meets("involved", frozenset({"unit:7"}))
    seen = AllOf((AnyOf((*part, area)), Not(Is("about_body", "unit:79"))))
    for scope in (seen, AllOf((seen, Is("severity", "hot_spot")))):
        plans = await _plans(owner, partial(counts, scope=scope, overdue_at=NOON))
        grouped, late = plans[:2]
        assert "Index Only Scan using case_row_unit_facets_accountable" in grouped
        assert "Index" in late
        assert not [plan for plan in plans if "Seq Scan on case_row" in plan]


async def test_no_index_by_body_looks_for_an_area_under_each_body_in_turn(
    owner: OwnConnection,
) -> None:
    await owner.execute(_MANY)
    await owner.execute("drop index case_row_unit_facets_accountable_idx")
    await owner.execute("vacuum analyze case_row")
    some = Wanted(units=frozenset(f"u{n}" for n in range(20)), severities=frozenset({"hot_spot"}))
    plans = await _plans(owner, partial(counts, scope=some.scope))
    plans += await _page_plans(owner, some.scope, BY_DUE)
    assert len(plans) > 1
    for plan in plans:
        assert not re.search(r"accountable_facets.*\n.*Index Cond.*\(unit = ", plan), plan


async def test_pages_are_read_by_an_index(owner: OwnConnection) -> None:
    await owner.execute(_MANY)
    await owner.execute("vacuum analyze case_row")
    mine, body = frozenset({"u10"}), frozenset({"unit:10"})
    commune = AllOf((Wanted(units=mine, accountable=body).scope, Is("lead", None)))
    for order in ORDERS.values():
        for wanted in (Wanted(), Wanted(open=False)):
            _, walked = await _page_plans(owner, wanted.scope, order)
            assert "Index Scan using case_row_expr" in walked, "many are read in their order"
        for scope in (AllOf((commune, Wanted(open=True).scope)), commune):
            [gathered] = await _page_plans(owner, scope, order)
            assert "Seq Scan on case_row" not in gathered
            assert "case_row_expr" not in gathered, "few are not looked for among all"
        some = OneOf("unit", frozenset(f"u{n}" for n in range(20)))
        [gathered] = await _page_plans(owner, some, order)
        assert "Index Only Scan using case_row_unit_facets_case_id" in gathered


async def _page_plans(connection: Connection, scope: Scope, order: Order) -> list[str]:
    return await _plans(connection, lambda ear: page(ear, scope, order))


async def test_a_page_of_few_and_one_of_many_follow_the_same_order(owner: OwnConnection) -> None:
    await owner.execute(_MANY)
    few = Wanted(units=frozenset({"u7"})).scope
    for order in ORDERS.values():
        many = [row for row in await leafed(owner, Everything(), order, 4_000) if row.unit == "u7"]
        assert await leafed(owner, few, order, 7) == many
