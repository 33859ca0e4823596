"""HEAD wherever GET is (RFC 9110): the same access and headers, no body, no stream left."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from api.app import build
from api.heads import Heads
from eventlog.store import EventStore
from tests.activities.samples import TAKEN
from tests.api.counter import COMMUNE, PROVINCE, Counter, counter_over, telling_over
from tests.api.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATHS = (
    "/healthz",
    "/readyz",
    "/problems/invalid",
    "/v1/openapi.json",
    "/v1/me",
    "/v1/units",
    "/v1/cases",
    "/v1/cases?unit=760@x",
    "/v1/cases/nowhere",
    "/v1/accounts/00000000000000000000/grants",
    "/v1/subscriptions",
    "/open311/v2/services.xml",
    "/nope",
)
CALLERS = ("", f"leader@{PROVINCE}", f"admin@{PROVINCE}", f"integration@{COMMUNE}")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


@pytest.mark.parametrize("path", PATHS)
async def test_head_asks_for_the_same_access_as_get_and_tells_the_same(
    counter: Counter, path: str
) -> None:
    for who in CALLERS:
        headers = counter.token(who) if who else {}
        get = await counter.http.get(path, headers=headers)
        head = await counter.http.head(path, headers=headers)
        assert (head.status_code, head.content) == (get.status_code, b""), who
        assert head.headers == get.headers, who


async def test_head_is_refused_where_there_is_no_get(counter: Counter) -> None:
    answer = await counter.http.head("/v1/reports")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


async def test_allow_names_head_where_get_is(counter: Counter) -> None:
    answer = await counter.http.delete("/v1/cases")
    assert answer.headers["Allow"] == "GET, HEAD"


async def test_the_log_tells_of_head_and_its_route(counter: Counter) -> None:
    with capture_logs() as lines:
        await counter.http.head("/v1/units")
    told = [(one["method"], one["route"]) for one in lines if one["event"] == "request"]
    assert told == [("HEAD", "/v1/units")]


async def test_head_of_a_file_tells_its_size_and_kind_and_brings_nothing(counter: Counter) -> None:
    file = (await counter.upload(TAKEN["application/pdf"]))["attachment_id"]
    made = await counter.report(attachments=[file])
    officer = counter.token(f"case_officer@{COMMUNE}")
    listed = f"/v1/cases/{made['case_id']}/attachments"
    [shown] = (await counter.http.get(listed, headers=officer)).json()
    path = f"{listed}/{shown['attachment_id']}"
    get = await counter.http.get(path, headers=officer)
    head = await counter.http.head(path, headers=officer)
    assert (head.status_code, head.content, head.headers) == (200, b"", get.headers)
    assert (await counter.http.head(path)).status_code == 401


async def test_streams_end_with_their_headers_and_hold_no_place(
    store: EventStore, shared_dsn: str
) -> None:
    counter = counter_over(store, telling=telling_over(store, shared_dsn))
    streaming = {**counter.token(f"integration@{PROVINCE}"), "Accept": "text/event-stream"}
    export = counter.token(f"leader@{PROVINCE}")
    async with (
        served(build(counter.desk)) as address,
        httpx.AsyncClient(base_url=address, timeout=5) as http,
    ):
        began = time.monotonic()
        for _ in range(10):
            answer = await http.head("/v1/events", headers=streaming)
            assert (answer.status_code, answer.content) == (200, b""), answer.text
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            answer = await http.head("/v1/cases.csv", headers=export)
            assert (answer.status_code, answer.content) == (200, b"")
        assert (await http.get("/healthz")).status_code == 200
        assert time.monotonic() - began < 5
    await counter.desk.telling.seals.close()


@pytest.mark.parametrize("sized", [False, True])
async def test_what_would_go_on_is_ended_whether_or_not_it_looks_who_listens(
    *, sized: bool
) -> None:
    ended, sent = list[bool](), list[Message]()
    headers = [(b"content-length", b"1000000000")] if sized else []

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
                await asyncio.sleep(0)
        finally:
            ended.append(scope["method"] == "GET")

    async def silent() -> Message:
        return {"type": "http.request"}

    async def kept(message: Message) -> None:
        sent.append(message)

    async with asyncio.timeout(10):
        await Heads(endless)({"type": "http", "method": "HEAD"}, silent, kept)
    assert ended == [True]
    assert [one.get("body", b"") for one in sent] == [b"", b""]
