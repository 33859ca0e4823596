"""The officers' lists over HTTP: filters, views, pages, counts, and the file that says the same."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter as Tallied
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from typing import Any

import pytest
import pytest_asyncio

from api.access import ACCESS
from api.accounts import Account, Grant
from api.exporting import COLUMNS
from api.filters import Filters
from api.guard import Caller
from api.sight import visible
from domain.case import ENDED, STATES
from domain.row import CaseRow
from domain.scope import AllOf, matches
from eventlog.order import ORDERS
from eventlog.store import EventStore
from eventlog.tables import TABLES
from tests.api.counter import NOW, Counter, counter_over
from tests.domain.town import law
from tests.eventlog.sample import project, reported

pytestmark = pytest.mark.asyncio(loop_scope="module")

_TABLE = TABLES["rows"]
_values = attrgetter(*_TABLE.columns)
HERE, NEXT, PAST = "unit:26737~2025", "unit:26740~2025", "unit:26734"
BODIES = (HERE, NEXT, PAST, "unit:79", "unit:01", "unit:00001", "unit:26999", "transport:79")
UNITS = ("26737~2025", "26740~2025", "26734", "26740", "26999", "00001", "79")
HOUR = timedelta(hours=1)


async def write(store: EventStore, rows: Sequence[CaseRow]) -> None:
    async with store.pool.acquire() as connection:
        await connection.copy_records_to_table(
            _TABLE.name, columns=_TABLE.columns, records=[_values(row) for row in rows]
        )


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
        due_at=NOW + pick((-50, -1, 0, 1, 20, 300)) * HOUR if is_open and pick((1, 1, 0)) else None,
    )


CASES = [any_case(number, random.Random(number)) for number in range(300)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(shared_store: EventStore) -> AsyncIterator[EventStore]:
    """A log whose table of cases holds ``CASES`` and no others."""
    await write(shared_store, CASES)
    yield shared_store


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)


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
FILTERS: tuple[Mapping[str, Any], ...] = (
    {},
    {"unit": ["26737"]},
    {"unit": ["79", "00001"], "rung": ["commune"]},
    {"state": ["received", "assigned", "closed"]},
    {"severity": ["hot_spot", "complex"], "category": ["road"]},
    {"channel": ["zalo"], "accountable": ["unit:26737", "transport:79"]},
    {"assignee": ["b2"]},
    {"open": "true", "late": "false"},
    {"overdue": "true"},
    {"overdue": "false", "paused": "true"},
    {"due_before": (NOW + 2 * HOUR).isoformat()},
    {"received_since": (NOW - 30 * HOUR).isoformat()},
    {"received_before": (NOW - 30 * HOUR).isoformat(), "open": "true"},
    {"view": "due_today"},
    {"view": "overdue", "severity": ["hot_spot"]},
    {"view": "new"},
    {"view": "hot", "unit": ["79"]},
    {"view": "mine"},
    {"category": ["nothing of that kind"]},
)


def expected(roles: Sequence[str], asked: Mapping[str, Any]) -> list[CaseRow]:
    """What Python finds, over all rows."""
    grants = tuple(Grant.parse(role) for role in roles)
    fitting = tuple(grant for grant in grants if grant.role in ACCESS["list_cases"].roles)
    account = _account(grants)
    caller, context = Caller("x", account, fitting), law().at(NOW)
    scope = AllOf((visible(caller, context), Filters(**asked).asked(caller, context)))
    return [row for row in CASES if matches(scope, row)]


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
    for number, asked in enumerate(FILTERS):
        sort = list(ORDERS)[number % len(ORDERS)]
        rows = sorted(expected(roles, asked), key=ORDERS[sort].place)
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


def shown(row: CaseRow, facet: str) -> str:
    if facet == "overdue":
        return str(row.overdue(NOW)).lower()
    value: str = getattr(row, facet)
    return law().directory.ref(value) if facet == "accountable" else value


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
        (roles, number): frozenset(row.case_id for row in expected(roles, asked))
        for roles in CALLERS
        for number, asked in enumerate(FILTERS)
    }
    assert all(found[roles, 0] for roles in CALLERS[:-1])
    assert not any(found[CALLERS[-1], number] for number in range(len(FILTERS)))
    per_filter = [found[CALLERS[2], number] for number in range(len(FILTERS))]
    assert sum(map(bool, per_filter)) == len(FILTERS) - 2  # nothing is mine, or of no category
    assert len(set(per_filter)) >= len(FILTERS) - 2


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
