"""The feed: everything one may see, in order, once; at once, after waiting, or as a stream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from httpx_sse import aconnect_sse

from api.accounts import Grant
from api.app import build
from domain.events import EVENTS, SEALED, CaseReported
from domain.published import PUBLISHED
from eventlog.pg import OwnConnection
from eventlog.revocations import Revocations
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.api.counter import (
    COMMUNE,
    ELSEWHERE,
    PROVINCE,
    TEXT,
    Counter,
    counter_over,
    telling_over,
)
from tests.api.served import served

LEADER = f"leader@{PROVINCE}"
PROGRAM = f"integration@{PROVINCE}"


@pytest.fixture
async def feed(store: EventStore, database: str) -> AsyncIterator[Counter]:
    """The interface with an ear for seals."""
    telling = telling_over(store, database)
    yield counter_over(store, telling=telling)
    await telling.seals.close()


_LISTENING = """
select count(*) from pg_stat_activity
where datname = current_database() and query ilike 'listen%'
"""


async def seal(dsn: str) -> None:
    sealer = Sealer(dsn)
    while await sealer.seal_once():
        pass
    await sealer.close()


async def read(counter: Counter, role: str = PROGRAM, **asked: Any) -> dict[str, Any]:
    answer = await counter.http.get("/v1/events", params=asked, headers=counter.token(role))
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def positions(said: dict[str, Any]) -> list[int]:
    return [event["data"]["position"] for event in said["events"]]


async def test_events_come_in_order_as_cloudevents_and_hold_nobodys_words(
    feed: Counter, database: str
) -> None:
    receipt = await feed.report(reporter={"name": "Nguyễn Văn An"})
    await feed.do(receipt["case_id"], "accept", f"intake_officer@{COMMUNE}#an")
    await seal(database)
    said = await read(feed)
    assert positions(said) == list(range(said["next"] + 1))
    assert said["more"] is False
    for told in said["events"]:
        event = JSONFormat().read(CloudEvent, json.dumps(told))
        assert event.get_subject() == receipt["case_id"]
        assert event.get_source() == "urn:hoiam:test"
    first = said["events"][0]
    form = CaseReported.SCHEMA
    assert first["type"] == f"vn.hoiam.case.CaseReported.v{form}"
    assert first["data"]["actor"] == "reporter"
    assert first["data"]["body"]["code"] == receipt["code"]
    accepted = next(e for e in said["events"] if "CaseAccepted" in e["type"])
    assert accepted["data"]["actor"] == "intake_officer@unit:26737~2025"
    told = json.dumps(said, ensure_ascii=False)
    refs = await feed.desk.store.pool.fetch("select ref from identity")
    assert not [word for word in (TEXT, "Nguyễn", "#an", refs[0]["ref"]) if word in told]


def test_no_sealed_field_no_reference_and_no_account_is_published() -> None:
    assert set(PUBLISHED) == set(EVENTS), "say in domain/published.py what others may be told"
    for name, fields in PUBLISHED.items():
        assert set(fields) <= set(EVENTS[name].model_fields), name
        assert not set(fields) & (SEALED | {"reporter_ref", "officer", "from_officer", "facts"}), (
            name
        )


async def test_pages_follow_each_other_and_end(feed: Counter, database: str) -> None:
    for _ in range(4):
        await feed.report()
    await seal(database)
    seen, after = list[int](), -1
    while True:
        said = await read(feed, after=after, limit=3)
        seen += positions(said)
        after = said["next"]
        if not said["more"]:
            break
    assert seen == list(range(8))
    assert await read(feed, after=after) == {"events": [], "next": 7, "more": False}


async def test_who_may_not_see_a_case_moves_past_its_events(feed: Counter, database: str) -> None:
    await feed.report(unit="00001")
    mine = await feed.report()
    about = await feed.report(about_body=PROVINCE)
    await seal(database)
    said = await read(feed)
    assert {event["subject"] for event in said["events"]} == {mine["case_id"]}
    assert (positions(said), said["next"]) == ([2, 3], 5)
    elsewhere = await read(feed, f"integration@{ELSEWHERE}")
    assert (positions(elsewhere), elsewhere["next"]) == ([0, 1], 5)
    for role in (LEADER, f"auditor@{PROVINCE}", f"admin@{PROVINCE}"):
        assert about["case_id"] not in {e["subject"] for e in (await read(feed, role))["events"]}
    narrow = await read(feed, f"integration@{PROVINCE} in 26740")
    assert (narrow["events"], narrow["next"]) == ([], 5)
    only = await read(feed, types="ClockStarted,CaseClosed")
    assert (positions(only), only["next"]) == ([3], 5)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("collaborator", 403),
        ("intake_officer", 403),
        ("case_officer", 403),
        ("leader", 200),
        ("auditor", 200),
        ("admin", 200),
        ("integration", 200),
    ],
)
async def test_who_reads_the_feed(feed: Counter, role: str, status: int) -> None:
    headers = feed.token(f"{role}@{PROVINCE}")
    assert (await feed.http.get("/v1/events", headers=headers)).status_code == status
    assert (await feed.http.get("/v1/events")).status_code == 401
    headers = feed.token(f"{role}@unit:26734")  # it is no more
    assert (await feed.http.get("/v1/events", headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "asked", [{"types": "NoSuch"}, {"types": "a b"}, {"after": -2}, {"limit": 0}, {"wait": 16}]
)
async def test_what_cannot_be_asked_is_told(feed: Counter, asked: dict[str, Any]) -> None:
    answer = await feed.http.get("/v1/events", params=asked, headers=feed.token(PROGRAM))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_position_that_nothing_has_yet_is_refused_where_waiting_would_miss_what_comes(
    feed: Counter, database: str, accept: str
) -> None:
    await feed.report()
    await seal(database)
    headers = {**feed.token(LEADER), "Accept": accept, "Accept-Language": "en"}
    last = (await feed.http.get("/v1/events", headers=feed.token(LEADER))).json()["next"]
    for sent, place in (
        ({"params": {"after": last + 1}}, {"query": "after"}),
        ({"headers": {"Last-Event-ID": str(last + 1)}}, {"header": "Last-Event-ID"}),
    ):
        asked = {**headers, **sent.get("headers", {})}
        answer = await feed.http.get("/v1/events", params=sent.get("params"), headers=asked)
        assert answer.status_code == 422, answer.text
        [fault] = answer.json()["errors"]
        assert place.items() <= fault.items()
        assert "one of this installation" in fault["detail"]


async def test_whoever_waits_is_woken_by_the_seal_and_all_share_one_connection(
    feed: Counter, database: str, owner: OwnConnection
) -> None:
    waiting = [asyncio.create_task(read(feed, after=-1, wait=15)) for _ in range(20)]
    async with asyncio.timeout(10):
        while not await owner.fetchval(_LISTENING):
            await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)
    assert await owner.fetchval(_LISTENING) == 1
    await feed.report()
    began = time.monotonic()
    await seal(database)
    for said in await asyncio.gather(*waiting):
        assert positions(said) == [0, 1]
    assert time.monotonic() - began < 3


async def test_what_was_sealed_between_the_look_and_the_wait_is_not_slept_over(
    feed: Counter, database: str
) -> None:
    await read(feed, wait=1)
    await feed.report()
    await seal(database)
    await asyncio.sleep(0.2)
    seals = feed.desk.telling.seals
    began = time.monotonic()
    await seals.wait(5, beyond=-1)
    assert time.monotonic() - began < 1
    await seals.wait(0.3, beyond=1)
    assert time.monotonic() - began > 0.3


async def test_waiting_in_vain_ends(feed: Counter) -> None:
    began = time.monotonic()
    assert await read(feed, wait=1) == {"events": [], "next": -1, "more": False}
    assert 0.9 < time.monotonic() - began < 3


# -- as a stream -----------------------------------------------------------------------------


async def take(source: AsyncIterator[Any], count: int) -> list[Any]:
    """So many events with data; beats have none."""
    found: list[Any] = []
    async with asyncio.timeout(20):
        async for event in source:
            if event.data:
                found.append(event)
            if len(found) == count:
                break
    return found


async def test_a_stream_goes_on_and_is_taken_up_where_it_broke(
    feed: Counter, database: str
) -> None:
    await feed.report()
    await seal(database)
    headers = feed.token(PROGRAM)
    async with (
        served(build(feed.desk)) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as http,
    ):
        async with aconnect_sse(http, "GET", "/v1/events", headers=headers) as source:
            assert source.response.headers["cache-control"] == "no-store"
            first = await take(source.aiter_sse(), 2)
        await feed.report()
        await seal(database)
        headers["Last-Event-ID"] = first[0].id
        async with aconnect_sse(http, "GET", "/v1/events", headers=headers) as source:
            events = source.aiter_sse()
            assert [event.id for event in await take(events, 3)] == ["1", "2", "3"]
            await feed.report()
            await seal(database)
            assert [event.id for event in await take(events, 2)] == ["4", "5"]
    assert json.loads(first[0].data)["data"]["position"] == 0


async def test_a_stream_outlives_the_time_of_a_request_and_beats(
    feed: Counter, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.feed._BEAT", 0.1)
    await feed.report(unit="00001")
    await seal(database)
    app = build(feed.desk)
    app.user_middleware[0].kwargs["longest"] = 4.0
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=30) as http:
        began, beats = time.monotonic(), set[str]()
        stream = http.stream(
            "GET", "/v1/events", headers={**feed.token(PROGRAM), "Accept": "text/event-stream"}
        )
        async with stream as answer:
            async for line in answer.aiter_lines():
                beats |= {line} if line.startswith("id: ") else set()
                if time.monotonic() - began > 6:
                    break
    assert beats == {"id: 1"}, "it tells how far it looked, though nothing was for this account"


async def ends(feed: Counter, token: str) -> float:
    """How long a stream lasts (s) when something happens to its token."""
    headers, began = {"Authorization": f"Bearer {token}"}, time.monotonic()
    async with (
        served(build(feed.desk)) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as http,
    ):
        async with aconnect_sse(http, "GET", "/v1/events", headers=headers) as source:
            async with asyncio.timeout(15):
                async for _ in source.aiter_sse():
                    pass
        return time.monotonic() - began


async def test_a_stream_ends_with_its_token(feed: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.feed._BEAT", 0.2)
    grants, now = (Grant.parse(PROGRAM),), datetime.now(UTC)
    # It expired 28 seconds ago, and counts for 30 seconds more: clocks differ.
    old = feed.issuer.issue("an", grants, now - timedelta(seconds=60), timedelta(seconds=32))
    lasted = await ends(feed, old.token)
    assert lasted < 5
    other = feed.issuer.issue("an", grants, now, timedelta(hours=1))
    ending = asyncio.create_task(ends(feed, other.token))
    await asyncio.sleep(1)
    assert not ending.done()
    await Revocations(feed.desk.store.pool).revoke_token("hoiam", other.token_id, "mất máy")
    assert await ending < 5


async def test_streams_are_not_endlessly_many(feed: Counter) -> None:
    feed.desk.telling.streams.of_one = 1
    headers = feed.token(PROGRAM)
    async with (
        served(build(feed.desk)) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as http,
    ):
        async with aconnect_sse(http, "GET", "/v1/events", headers=headers) as source:
            events = source.aiter_sse()
            await anext(events)
            second = await http.get(
                "/v1/events", headers={**headers, "Accept": "text/event-stream"}
            )
            assert (second.status_code, second.headers["Retry-After"]) == (429, "30")
        await asyncio.sleep(1)
        async with aconnect_sse(http, "GET", "/v1/events", headers=headers) as source:
            assert source.response.status_code == 200
