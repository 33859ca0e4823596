"""Statistics over HTTP: each number leads to its cases, and nobody counts what they cannot list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.limits import Turns
from domain.events import Event
from domain.project import row_from
from eventlog.periods import CasePeriods
from eventlog.projector import Projector
from eventlog.store import EventStore
from tests.api.counter import NOW, Counter, counter_over
from tests.domain.lives import season
from tests.eventlog import naive
from tests.eventlog.town_log import sealed, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEADER, LOCAL, AUDITOR = "leader@unit:79", "case_officer@unit:26737", "auditor@unit:79"
PART = "auditor@unit:79 in 26737"
MIDDLE = datetime(2025, 8, 1, 12, tzinfo=UTC)
BY = ("unit", "body", "category", "channel", "period")


def towns() -> dict[str, tuple[Event, ...]]:
    """Some seasons, of which some begin in the classic pack and some at the reform."""
    seeds = (3, 4, 5, 6)
    return {case: life for seed in seeds for case, life in season(seed, cases=8, steps=80).items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(shared_store: EventStore, shared_dsn: str) -> AsyncIterator[Counter]:
    """The interface over their log, which the periods have followed."""
    await written(shared_store, towns())
    await sealed(shared_dsn)
    await Projector(shared_store.pool, shared_store.keys, [CasePeriods()]).catch_up()
    yield counter_over(shared_store)


async def asked(town: Counter, role: str = LEADER, **query: Any) -> Any:
    """Statistics that must be given."""
    answer = await town.http.get("/v1/stats", params=query, headers=town.token(role))
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(told: Any) -> Iterator[Mapping[str, Any]]:
    """Every number in an answer, wherever it stands."""
    if isinstance(told, dict):
        if set(told) == {"n", "href"}:
            yield told
        for value in told.values():
            yield from numbers(value)
    elif isinstance(told, list):
        for value in told:
            yield from numbers(value)


async def listed(town: Counter, href: str, role: str) -> int:
    """How many cases a link lists, page by page."""
    found = await town.http.get(f"{href}&limit=200", headers=town.token(role))
    assert found.status_code == 200, (href, found.text)
    said = found.json()
    assert said["next"] is None
    assert said["total"] == len(said["cases"])
    return int(said["total"])


# -- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "by", "more"),
    [
        (LEADER, None, {"open": "true", "severity": "normal"}),
        (LEADER, "unit", {}),
        (AUDITOR, "unit", {"level": "commune", "unit": "79"}),
        (LOCAL, "unit", {"level": "province"}),
        (PART, "unit", {"level": "province", "unit": "26737"}),
        (LEADER, "body", {}),
        (LOCAL, "body", {}),
        (AUDITOR, "category", {"state": ["closed", "in_progress", "merged"]}),
        (PART, "channel", {"rung": "province"}),
        (LEADER, "period", {"period": "week", "received_since": "2025-06-04T10:00:00+07:00"}),
        (LOCAL, "period", {"period": "quarter"}),
    ],
)
async def test_every_number_leads_to_just_so_many_cases(
    town: Counter, role: str, by: str | None, more: dict[str, Any]
) -> None:
    query = {**more, **({"by": by} if by else {})}
    seen: dict[str, int] = {}
    for as_of in ("2025-07-20T00:00:00Z", None):
        told = await asked(town, role, **query, **({"as_of": as_of} if as_of else {}))
        for number in numbers(told):
            assert (number["href"] is None) == (number["n"] == 0)
            if number["href"]:
                assert seen.setdefault(number["href"], number["n"]) == number["n"]
    assert seen
    for href, n in seen.items():
        assert await listed(town, href, role) == n, href


async def test_a_link_is_of_the_moment_of_its_number_whatever_happens_later(
    town: Counter,
) -> None:
    told = await asked(town, as_of=MIDDLE.isoformat())
    href = told["total"]["received"]["href"]
    rows = (await town.http.get(f"{href}&limit=200", headers=town.token(LEADER))).json()
    assert datetime.fromisoformat(rows["at"]) == MIDDLE
    assert {datetime.fromisoformat(row["changed_at"]) <= MIDDLE for row in rows["cases"]} == {True}
    states = {row["case_id"]: row["state"] for row in rows["cases"]}
    for life in naive.lives({case: towns()[case] for case in states}, MIDDLE):
        assert states[life.case.case_id] == life.case.state


async def test_a_list_as_of_a_moment_can_be_a_file(town: Counter) -> None:
    told = await asked(town, as_of=MIDDLE.isoformat())
    href = told["total"]["open"]["href"].replace("/v1/cases?", "/v1/cases.csv?")
    lines = (await town.http.get(href, headers=town.token(LEADER))).text.strip().splitlines()
    assert len(lines) - 1 == told["total"]["open"]["n"] > 0


# -- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [MIDDLE, NOW])
async def test_a_province_counts_what_one_counts_by_hand(town: Counter, at: datetime) -> None:
    total = (await asked(town, AUDITOR, as_of=at.isoformat()))["total"]
    lived = [life for life in naive.lives(towns(), at) if life.case.about_body != "unit:79"]
    expected = naive.counts(lived)
    for name in ("received", "open", "closed", "solved", "merged"):
        assert total[name]["n"] == expected[name], name
    for clock, told in total["on_time"].items():
        due, kept = expected[f"{clock}_due"], expected[f"{clock}_on_time"]
        assert (told["due"]["n"], told["on_time"]["n"]) == (due, kept)
        assert told["share"] == (round(kept / due, 4) if due else None)
    for stage, told in total["stages"].items():
        took = naive.times(lived, stage)
        assert told["done"]["n"] == expected[f"{stage}_done"]
        assert told["median_hours"] == (round(took[0] / 3600, 2) if took else None)
        assert told["p90_hours"] == (round(took[1] / 3600, 2) if took else None)
    assert total["escalations"]["waiting"]["n"] == expected["unacted"]
    waiting = [life.waits_since for life in lived if life.waits_since]
    oldest = total["escalations"]["oldest"]
    assert (datetime.fromisoformat(oldest["since"]) if oldest else None) == min(
        waiting, default=None
    )


@pytest.mark.parametrize("by", BY)
async def test_groups_share_out_what_there_is(town: Counter, by: str) -> None:
    told = await asked(town, by=by)
    assert len(told["groups"]) > 0
    for name in ("received", "open", "closed", "merged"):
        assert sum(group[name]["n"] for group in told["groups"]) == told["total"][name]["n"]
    for clock in ("accept", "assign", "answer"):
        due = [group["on_time"][clock]["due"]["n"] for group in told["groups"]]
        assert sum(due) == told["total"]["on_time"][clock]["due"]["n"]
    assert told["by"] == by


async def test_the_communes_of_a_province_keep_the_cases_of_those_they_took_over(
    town: Counter,
) -> None:
    told = await asked(town, by="unit", level="commune")
    groups = {group["key"]: group for group in told["groups"]}
    assert groups["26737~2025"]["name"] == "Tân Định"
    assert "26734" not in groups  # it went into Tân Định
    assert "26740" in groups  # it was split: nobody's alone
    assert "unit_id=26740" in groups["26740"]["received"]["href"]
    assert "unit=26737" in groups["26737~2025"]["received"]["href"]


async def test_categories_are_named_in_the_language_that_is_asked_for(town: Counter) -> None:
    names = []
    for language in ("vi", "en"):
        headers = {**town.token(LEADER), "Accept-Language": language}
        answer = await town.http.get("/v1/stats", params={"by": "category"}, headers=headers)
        names.append({group["key"]: group["name"] for group in answer.json()["groups"]})
    assert names[0]["road"] != names[1]["road"]


async def test_solved_is_neither_redirected_nor_withdrawn(town: Counter) -> None:
    total = (await asked(town))["total"]
    solved = sum(
        number["n"] for name, number in total["outcome"].items() if name.startswith("solved")
    )
    assert total["solved"]["n"] == solved > 0
    assert total["outcome"]["redirected"]["n"] > 0
    assert total["outcome"]["withdrawn"]["n"] > 0
    assert total["merged"]["n"] > 0
    assert "merged" not in total["state"]


# -- who may ---------------------------------------------------------------------------------


async def test_who_sees_nothing_counts_nothing(town: Counter) -> None:
    told = await asked(town, "leader@unit:00001", by="unit")
    assert (told["total"]["received"]["n"], told["groups"]) == (0, [])


async def test_a_case_about_a_body_is_not_counted_for_it(town: Counter) -> None:
    about = [case for case, life in towns().items() if row_from(case, life).about_body]
    all_of_them = len(towns()) - sum(
        row_from(case, life).state == "merged" for case, life in towns().items()
    )
    assert about
    told = await asked(town, AUDITOR)
    counted = told["total"]["received"]["n"] + told["total"]["merged"]["n"]
    assert counted == len(towns()) - len(about) < all_of_them


@pytest.mark.parametrize("role", ["collaborator@unit:79", "integration@unit:79"])
async def test_who_has_no_list_has_no_statistics(town: Counter, role: str) -> None:
    answer = await town.http.get("/v1/stats", headers=town.token(role))
    assert answer.status_code == 403
    assert (await town.http.get("/v1/stats")).status_code == 401


@pytest.mark.parametrize("query", ["assignee=me", "view=mine", "by=assignee", "by=officer", "q=x"])
async def test_there_are_no_statistics_of_persons_or_texts(town: Counter, query: str) -> None:
    answer = await town.http.get(f"/v1/stats?{query}", headers=town.token(LEADER))
    assert answer.status_code == 422


# -- what cannot be answered -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (f"/v1/stats?as_of={(NOW + timedelta(seconds=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}", "as_of"),
        (f"/v1/cases?as_of={(NOW + timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}", "as_of"),
        ("/v1/stats?by=unit&level=planet", "level"),
        ("/v1/stats?unit=99999", "unit"),
        ("/v1/cases?stage=whole&verdict=late", ""),
        ("/v1/cases?q=duong&as_of=2026-02-01T00:00:00Z", ""),
        ("/v1/cases?responsible=unit:99999", "responsible"),
    ],
)
async def test_a_question_without_an_answer_is_named(town: Counter, path: str, named: str) -> None:
    answer = await town.http.get(path, headers=town.token(LEADER))
    assert answer.status_code == 422, answer.text
    assert any(error.get("query", "") == named for error in answer.json()["errors"])


async def test_more_groups_than_anybody_reads_are_refused(
    town: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventlog.statistics.MOST_GROUPS", 2)
    answer = await town.http.get("/v1/stats?by=period&period=day", headers=town.token(LEADER))
    assert answer.status_code == 422
    assert "kỳ dài hơn" in answer.text


async def test_what_takes_too_long_is_given_up_with_advice(
    town: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = town.desk.store.pool
    with monkeypatch.context() as hasty:
        hasty.setattr("api.routes.stats._PATIENCE", timedelta(milliseconds=50))
        async with pool.acquire() as blocker, blocker.transaction():
            await blocker.execute("lock table case_period in access exclusive mode")
            answer = await town.http.get("/v1/stats", headers=town.token(LEADER))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/too-broad")
    assert int(answer.headers["Retry-After"]) > 0
    assert await asked(town)


async def test_only_so_many_are_counted_at_once(town: Counter) -> None:
    busy = counter_over(town.desk.store, statistics=Turns(0))
    answer = await busy.http.get("/v1/stats", headers=busy.token(LEADER))
    assert answer.status_code == 503


async def test_what_is_not_followed_yet_is_told(town: Counter) -> None:
    assert (await asked(town))["behind"] == 0
    pool = town.desk.store.pool
    await pool.execute("update projection set position = position - 3 where name = 'case_period'")
    assert (await asked(town))["behind"] == 3
    await pool.execute("update projection set position = position + 3 where name = 'case_period'")
