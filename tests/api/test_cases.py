"""The officers' lists over HTTP: filters, views, pages, counts, and the file that says the same."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter as Tallied
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.access import ACCESS
from api.accounts import Account, Grant
from api.exporting import COLUMNS
from api.guard import Caller
from api.sight import readable, visible
from domain.case import ENDED, STATES
from domain.row import CaseRow
from domain.scope import matches
from domain.words import words_of
from eventlog.order import ORDERS
from eventlog.store import EventStore
from tests.api.counter import NOW, Counter, counter_over
from tests.domain.town import law
from tests.eventlog.sample import project, reported
from tests.eventlog.scopes import put

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE, NEXT, PAST, SPLIT = "unit:26737~2025", "unit:26740~2025", "unit:26734", "unit:26740"
BODIES = (HERE, NEXT, PAST, SPLIT, "unit:79", "unit:01", "unit:00001", "unit:26999", "transport:79")
UNITS = ("26737~2025", "26740~2025", "26734", "26740", "26999", "00001", "79")
HOUR = timedelta(hours=1)


async def write(store: EventStore, rows: Sequence[CaseRow]) -> None:
    async with store.pool.acquire() as connection:
        await put(connection, rows)


def case(case_id: str, **values: Any) -> CaseRow:
    row = project(case_id, [reported(f"C-{case_id}")])
    usual = {"unit": "26737~2025", "accountable": HERE, "pack": "since-2025-07@1"}
    return replace(row, **{**usual, **values})


def any_case(number: int, by_chance: random.Random) -> CaseRow:
    pick = by_chance.choice
    state = pick(STATES)
    is_open = state not in ENDED
    received = NOW - pick((1, 30, 400)) * HOUR
    return case(
        f"case-{number:03}",
        state=state,
        open=is_open,
        rung=pick(("commune", "province")),
        severity=pick(("normal", "attention", "complex", "hot_spot")),
        category=pick(("road", "waste")),
        channel=pick(("web", "zalo", "phone")),
        unit=pick(UNITS),
        accountable=pick(BODIES),
        involved=(pick(BODIES),) if pick((True, False)) else (),
        about_body=pick((None, None, HERE, "unit:79")),
        assignee=pick((None, "b2")),
        late=pick((True, False)),
        paused=pick((True, False)),
        received_at=received,
        changed_at=received,
        due_at=NOW + pick((-50, -1, 0, 1, 5, 20, 300)) * HOUR
        if is_open and pick((1, 1, 0))
        else None,
    )


CASES = [any_case(number, random.Random(number)) for number in range(300)]
#: What the texts of some of them mention.
TEXTS = {
    one.case_id: words_of(("Ổ gà trước cổng trường", "Đèn đường hỏng")[number % 2])
    for number, one in enumerate(CASES)
    if number % 3
}
_TEXT = "insert into case_text (case_id, words) values ($1, array_to_tsvector($2::text[]))"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(shared_store: EventStore) -> AsyncIterator[EventStore]:
    """A log whose table of cases holds ``CASES`` and no others."""
    await write(shared_store, CASES)
    texts = [(case_id, sorted(words)) for case_id, words in TEXTS.items()]
    await shared_store.pool.executemany(_TEXT, texts)
    yield shared_store


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)


LEADER = ("leader@unit:79",)
CALLERS = (
    ("case_officer@unit:26737",),
    ("leader@unit:26740",),
    ("leader@unit:79",),
    ("auditor@unit:79",),
    ("admin@unit:01",),
    ("intake_officer@transport:79",),
    ("auditor@unit:79 in 26737", "case_officer@unit:00001"),
    ("leader@unit:26737", "leader@unit:79"),
    ("leader@unit:79", "collaborator@unit:26737"),
    ("leader@unit:760",),
)
IN_79 = {"26737~2025", "26740~2025", "26734", "26740", "26999", "79"}
TONIGHT = datetime.fromisoformat("2026-03-03T00:00:00+07:00")
GA, DEN = {"o", "ga", "cong"}, {"den", "duong"}


def due(row: CaseRow, before: datetime) -> bool:
    return row.due_at is not None and row.due_at < before


def late(row: CaseRow) -> bool:
    return row.due_at is not None and row.due_at <= NOW


def says(row: CaseRow, words: set[str]) -> bool:
    return words <= TEXTS.get(row.case_id, frozenset())


#: What is asked, and what that means.
FILTERS: tuple[tuple[Mapping[str, Any], Callable[[CaseRow], bool]], ...] = (
    ({}, lambda _: True),
    ({"unit": ["26737"]}, lambda row: row.unit in {"26737~2025", "26734"}),
    (
        {"unit": ["79", "00001"], "rung": ["commune"]},
        lambda row: row.unit in IN_79 | {"00001"} and row.rung == "commune",
    ),
    (
        {"state": ["received", "assigned", "closed"]},
        lambda row: row.state in {"received", "assigned", "closed"},
    ),
    (
        {"severity": ["hot_spot", "complex"], "category": ["road"]},
        lambda row: row.severity in {"hot_spot", "complex"} and row.category == "road",
    ),
    (
        {"channel": ["zalo"], "accountable": ["unit:26737", "transport:79"]},
        lambda row: row.channel == "zalo" and row.accountable in {HERE, "transport:79"},
    ),
    ({"assignee": ["b2"]}, lambda row: row.assignee == "b2"),
    ({"unit": ["760@2025-06-30"]}, lambda row: row.unit in {"26734", "26740"}),
    ({"accountable": ["unit:26740@2025-06-30"]}, lambda row: row.accountable == SPLIT),
    ({"accountable": ["unit:26740"]}, lambda row: row.accountable == NEXT),
    ({"open": "true", "late": "false"}, lambda row: row.open and not row.late),
    ({"overdue": "true"}, late),
    ({"overdue": "false", "paused": "true"}, lambda row: not late(row) and row.paused),
    ({"due_before": (NOW + 2 * HOUR).isoformat()}, lambda row: due(row, NOW + 2 * HOUR)),
    (
        {"received_since": (NOW - 30 * HOUR).isoformat()},
        lambda row: row.received_at >= NOW - 30 * HOUR,
    ),
    (
        {"received_before": (NOW - 30 * HOUR).isoformat(), "open": "true"},
        lambda row: row.received_at < NOW - 30 * HOUR and row.open,
    ),
    ({"view": "due_today"}, lambda row: due(row, TONIGHT)),
    (
        {"view": "overdue", "severity": ["hot_spot"]},
        lambda row: late(row) and row.severity == "hot_spot",
    ),
    ({"view": "new"}, lambda row: row.state in {"received", "accepted"}),
    (
        {"view": "hot", "unit": ["79"]},
        lambda row: row.open and row.severity == "hot_spot" and row.unit in IN_79,
    ),
    ({"view": "mine"}, lambda _: False),
    ({"q": "ổ gà CỔNG", "open": "true"}, lambda row: says(row, GA) and row.open),
    ({"q": "den duong", "unit": ["79"]}, lambda row: says(row, DEN) and row.unit in IN_79),
    ({"category": ["nothing of that kind"]}, lambda _: False),
    ({"q": "con ga nay khong co"}, lambda _: False),
)


def expected(
    roles: Sequence[str],
    asked: Mapping[str, Any] | None = None,
    meant: Callable[[CaseRow], bool] = lambda _: True,
) -> list[CaseRow]:
    """What Python finds, over all rows: what the roles show, of that what is meant."""
    grants = tuple(Grant.parse(role) for role in roles)
    fitting = tuple(grant for grant in grants if grant.role in ACCESS["list_cases"].roles)
    caller = Caller("x", _account(grants), fitting)
    seen = (readable if "q" in (asked or {}) else visible)(caller, law().at(NOW))
    return [row for row in CASES if matches(seen, row) and meant(row)]


def _account(grants: tuple[Grant, ...]) -> Account:
    return Account("hoiam", "an", "a1", None, NOW, grants)


async def pages(counter: Counter, roles: Sequence[str], **asked: Any) -> list[dict[str, Any]]:
    """All pages of a list, one after the other."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await counter.http.get(
            "/v1/cases", params={**asked, **after}, headers=counter.token(*roles)
        )
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        if found[-1]["next"] is None:
            return found
        after = {"after": found[-1]["next"]}
        assert len(found) < 100


async def sheet(counter: Counter, roles: Sequence[str], **asked: Any) -> list[dict[str, str]]:
    answer = await counter.http.get("/v1/cases.csv", params=asked, headers=counter.token(*roles))
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


# -- list, pages, counts and file are one thing ----------------------------------------------


@pytest.mark.parametrize("roles", CALLERS, ids=" ".join)
async def test_list_pages_counts_and_file_show_what_the_scope_says(
    counter: Counter, roles: Sequence[str]
) -> None:
    for number, (asked, meant) in enumerate(FILTERS):
        if "q" in asked and not reads(roles):
            await refused(counter, roles, "not_permitted", **asked)
            continue
        sort = list(ORDERS)[number % len(ORDERS)]
        rows = sorted(expected(roles, asked, meant), key=ORDERS[sort].place)
        found = await pages(counter, roles, sort=sort, limit=37, **asked)
        listed = [one for page in found for one in page["cases"]]
        assert [one["case_id"] for one in listed] == [row.case_id for row in rows], asked
        for page in found:
            assert page["total"] == len(rows)
            for facet, values in page["facets"].items():
                told = {one["value"]: one["cases"] for one in values}
                assert sum(told.values()) == len(rows)
                assert told == Tallied(shown(row, facet) for row in rows), facet
        exported = await sheet(counter, roles, sort=sort, **asked)
        assert [one["case_id"] for one in exported] == [row.case_id for row in rows]
        assert exported == [flat(one) for one in listed]


async def test_each_count_can_be_followed_to_its_cases(counter: Counter) -> None:
    first = (await pages(counter, LEADER, limit=200, open="true"))[0]
    followed = 0
    for facet, values in first["facets"].items():
        for one in values:
            asked = {facet: one["value"], "open": "true", "limit": 1}
            answer = await counter.http.get(
                "/v1/cases", params=asked, headers=counter.token(*LEADER)
            )
            assert answer.json()["total"] == one["cases"], (facet, one)
            followed += 1
    assert followed > 20


def reads(roles: Sequence[str]) -> bool:
    """Whether any of the roles, in force, is an officer's."""
    return any(
        "officer" in role or "leader@unit:2" in role or role == "leader@unit:79" for role in roles
    )


async def refused(
    counter: Counter, roles: Sequence[str], problem: str, **asked: Any
) -> list[dict[str, str]]:
    """List and file refuse it alike; returns what they say is wrong."""
    said: list[list[dict[str, str]]] = []
    for place in ("/v1/cases", "/v1/cases.csv"):
        answer = await counter.http.get(place, params=asked, headers=counter.token(*roles))
        assert answer.json()["type"] == f"/problems/{problem.replace('_', '-')}", answer.text
        said.append(answer.json().get("errors", []))
    assert said[0] == said[1]
    return said[0]


def shown(row: CaseRow, facet: str) -> str:
    if facet == "overdue":
        return str(row.overdue(NOW)).lower()
    value: str = getattr(row, facet)
    if facet != "accountable":
        return value
    # The code of the commune that was split is another's now.
    return "unit:26740@2025-06-30" if value == SPLIT else law().directory.ref(value)


def flat(one: Mapping[str, Any]) -> dict[str, str]:
    """An item of a list as a line of the file."""
    cells: dict[str, Any] = {}
    for name, value in one.items():
        parts = list(value.values()) if isinstance(value, dict) else [value]
        cells |= dict(zip((name, f"{name}_name"), parts, strict=False))
    return {name: as_cell(cells.get(name)) for name in COLUMNS}


def as_cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


async def test_the_table_of_callers_and_filters_tells_them_apart() -> None:
    found = {
        (roles, number): frozenset(row.case_id for row in expected(roles, asked, meant))
        for roles in CALLERS
        for number, (asked, meant) in enumerate(FILTERS)
    }
    assert all(found[roles, 0] for roles in CALLERS[:-1])
    assert not any(found[CALLERS[-1], number] for number in range(len(FILTERS)))
    per_filter = [found[CALLERS[2], number] for number in range(len(FILTERS))]
    # Nothing is mine, of no such category, or has all these words.
    assert sum(map(bool, per_filter)) == len(FILTERS) - 3
    assert len(set(per_filter)) == len(FILTERS) - 2


@pytest.mark.parametrize("roles", CALLERS, ids=" ".join)
async def test_a_case_about_a_body_is_in_no_list_count_or_file_of_its_people(
    counter: Counter, roles: Sequence[str]
) -> None:
    own = {
        law().directory.resolve(Grant.parse(role).body, law().at(NOW).today).body_id
        for role in roles
        if "760" not in role
    }
    about = {row.case_id for row in CASES if row.about_body in own}
    found = await pages(counter, roles, limit=200)
    listed = {one["case_id"] for page in found for one in page["cases"]}
    exported = {one["case_id"] for one in await sheet(counter, roles)}
    assert not about & listed
    assert listed == exported
    assert found[0]["total"] == len(listed)
    if any(role.startswith("leader@unit:79") for role in roles) and len(roles) == 1:
        assert about
        assert {row.case_id for row in CASES if row.about_body == HERE} & listed


# -- what cannot be asked --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"unit": "99999"}, "unit"),
        ({"unit": "760"}, "unit"),
        ({"unit": ["26737", "nowhere"]}, "unit"),
        ({"unit": "26737@yesterday"}, "unit"),
        ({"accountable": "unit:79@"}, "accountable"),
        ({"accountable": "nobody"}, "accountable"),
        ({"state": "nonsense"}, "state"),
        ({"view": "all"}, "view"),
        ({"open": "perhaps"}, "open"),
        ({"sort": "code"}, "sort"),
        ({"status": "closed"}, "status"),
        ({"rung": "a\0b"}, "rung"),
        ({"category": ""}, "category"),
        ({"channel": "x" * 201}, "channel"),
        ({"severity": ["x"] * 101}, "severity"),
        ({"q": "!?"}, "q"),
        ({"q": "a\0b"}, "q"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_list_and_file_and_named(
    counter: Counter, asked: dict[str, Any], name: str
) -> None:
    errors = await refused(counter, LEADER, "invalid", **asked)
    assert errors[0]["query"].partition(".")[0] == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"after": "nonsense"}, "after"),
        ({"after": "x" * 1025}, "after"),
    ],
)
async def test_a_page_that_is_none_is_refused(
    counter: Counter, asked: dict[str, Any], name: str
) -> None:
    answer = await counter.http.get("/v1/cases", params=asked, headers=counter.token(*LEADER))
    assert (answer.status_code, answer.json()["errors"][0]["query"]) == (422, name)


async def test_the_cursor_of_one_order_is_none_of_another(counter: Counter) -> None:
    headers = counter.token(*LEADER)
    first = await counter.http.get("/v1/cases?limit=1", headers=headers)
    asked = {"after": first.json()["next"], "sort": "received"}
    assert (await counter.http.get("/v1/cases", params=asked, headers=headers)).status_code == 422


async def test_a_cursor_widens_nothing(counter: Counter) -> None:
    """It says where a page begins, and nothing of whose list it was."""
    theirs = await counter.http.get("/v1/cases?limit=1", headers=counter.token(*LEADER))
    mine = {row.case_id for row in expected(("leader@unit:26740",))}
    rest = await counter.http.get(
        "/v1/cases",
        params={"after": theirs.json()["next"], "limit": 200},
        headers=counter.token("leader@unit:26740"),
    )
    assert {one["case_id"] for one in rest.json()["cases"]} <= mine
    assert rest.json()["total"] == len(mine)


async def test_a_page_without_counts_is_the_same_page(counter: Counter) -> None:
    both = [
        (
            await counter.http.get(
                "/v1/cases", params={"counts": told}, headers=counter.token(*LEADER)
            )
        ).json()
        for told in (True, False)
    ]
    assert both[0]["cases"] == both[1]["cases"]
    assert both[0]["next"] == both[1]["next"]
    assert (both[1]["total"], both[1]["facets"]) == (None, None)


async def test_who_acts_in_one_role_lists_what_that_one_shows(counter: Counter) -> None:
    roles = ("leader@unit:26740", "auditor@unit:01")
    for role in roles:
        headers = {**counter.token(*roles), "Act-As": role}
        answer = await counter.http.get("/v1/cases?limit=200", headers=headers)
        found = {one["case_id"] for one in answer.json()["cases"]}
        assert found == {row.case_id for row in expected((role,))}
    headers = {**counter.token(*roles), "Act-As": "leader@unit:79"}
    assert (await counter.http.get("/v1/cases", headers=headers)).status_code == 403


# -- ready views -----------------------------------------------------------------------------


async def test_ready_views_show_what_they_are_called_after(
    counter: Counter, store: EventStore
) -> None:
    me = (await counter.http.get("/v1/me", headers=counter.token(*LEADER))).json()["account"]
    midnight = datetime.fromisoformat("2026-03-03T00:00:00+07:00")
    second = timedelta(seconds=1)
    rows = {
        "mine": {"assignee": me},
        "done": {"assignee": me, "state": "closed", "open": False},
        "theirs": {"assignee": "somebody"},
        "past": {"due_at": NOW - timedelta(days=9), "late": True},
        "now": {"due_at": NOW},
        "soon": {"due_at": NOW + second},
        "tonight": {"due_at": midnight - second},
        "tomorrow": {"due_at": midnight},
        "accepted": {"state": "accepted"},
        "assigned": {"state": "assigned"},
        "hot": {"severity": "hot_spot", "state": "in_progress"},
        "cold": {"severity": "hot_spot", "state": "closed", "open": False},
    }
    usual = {"state": "assigned", "channel": "views"}
    made = [case(f"view-{name}", **{**usual, **values}) for name, values in rows.items()]
    expecting = {
        "mine": {"mine"},
        "overdue": {"past", "now"},
        "due_today": {"past", "now", "soon", "tonight"},
        "new": {"accepted"},
        "hot": {"hot"},
    }
    await write(store, made)
    try:
        for view, names in expecting.items():
            found = await pages(counter, LEADER, view=view, channel="views")
            listed = {one["case_id"].removeprefix("view-") for one in found[0]["cases"]}
            assert (listed, found[0]["total"]) == (names, len(names)), view
        narrowed = await pages(counter, LEADER, view="due_today", late="true", channel="views")
        assert [one["case_id"] for one in narrowed[0]["cases"]] == ["view-past"]
        assigned = await pages(counter, LEADER, assignee=["me", "somebody"], channel="views")
        assert assigned[0]["total"] == 3, "what is done, too"
    finally:
        gone = "update case_row set unit = 'gone', accountable = 'gone' where channel = 'views'"
        await store.pool.execute(gone)
