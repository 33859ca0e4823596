"""What holds for every route: default deny, problems, headers, limits, and what is told."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from api.app import build
from api.catalogue import PROBLEMS, type_of
from api.limits import Limits, Rate
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, GENEROUS, Counter, counter_over, report

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def test_a_route_without_an_entry_is_refused_to_everybody(store: EventStore) -> None:
    counter = counter_over(store)
    app = build(counter.desk)

    @app.get("/v1/forgotten", operation_id="forgotten")
    async def forgotten() -> None:
        """Somebody forgot to say who may."""

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://hoiam.test"
    ) as http:
        for headers in ({}, counter.token(f"admin@{COMMUNE}")):
            assert (await http.get("/v1/forgotten", headers=headers)).status_code == 403


async def test_without_a_token_or_with_the_wrong_role_an_officers_route_is_closed(
    counter: Counter,
) -> None:
    assert (await counter.http.get("/v1/me")).status_code == 401
    none = counter.token()
    assert (await counter.http.get("/v1/me", headers=none)).json()["roles"] == []
    assert (await counter.http.get("/v1/cases", headers=none)).status_code == 403
    basic = {"Authorization": "Basic YTpi"}
    assert (await counter.http.get("/v1/me", headers=basic)).status_code == 401


async def test_a_bad_token_is_not_overlooked_on_a_public_route(counter: Counter) -> None:
    answer = await counter.http.post(
        "/v1/reports", json=report(), headers={"Authorization": "Bearer x"}
    )
    assert answer.status_code == 401


async def test_whatever_goes_wrong_is_a_problem(counter: Counter) -> None:
    http, as_json = counter.http, {"Content-Type": "application/json"}
    found = {
        "not_found": await http.get("/nope"),
        "method_not_allowed": await http.delete("/v1/reports"),
        "malformed": await http.post("/v1/reports", content=b"{", headers=as_json),
        "invalid": await http.post("/v1/reports", json=[]),
        "unauthenticated": await http.get("/v1/me"),
        "too_large": await http.post("/v1/reports", json=report(text="a" * 300_000)),
    }
    for name, answer in found.items():
        kind, said = PROBLEMS[name], answer.json()
        assert answer.headers["Content-Type"] == "application/problem+json", name
        assert (answer.status_code, said["status"]) == (kind.status, kind.status), name
        assert (said["type"], said["title"]) == (type_of(name), kind.title.vi)
        assert answer.headers["Content-Language"] == "vi"


async def test_a_body_that_does_not_say_how_large_it_is_is_bounded_too(counter: Counter) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 65_536

    answer = await counter.http.post("/v1/reports", content=endless())
    assert answer.status_code == 413
    assert answer.json()["specifics"] == "Một yêu cầu được tối đa 262144 byte."


async def test_bytes_that_are_not_utf_8_are_refused(counter: Counter) -> None:
    as_json = {"Content-Type": "application/json"}
    for content in (b'{"text": "\xff\xfe"}', b'{"unit":"26737","text":"\\ud800"}'):
        answer = await counter.http.post("/v1/reports", content=content, headers=as_json)
        assert answer.status_code in {400, 422}, answer.text


async def test_a_problem_is_told_in_english_to_those_who_ask_for_it(counter: Counter) -> None:
    answer = await counter.http.get("/nope", headers={"Accept-Language": "en-GB"})
    assert answer.json()["title"] == PROBLEMS["not_found"].title.en
    assert "specifics" not in answer.json()
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("en", "Accept-Language")


async def test_each_type_of_problem_explains_itself(counter: Counter) -> None:
    for name, kind in PROBLEMS.items():
        answer = await counter.http.get(type_of(name))
        assert (answer.status_code, answer.json()["title"]) == (200, kind.title.vi)
    assert (await counter.http.get("/problems/none")).status_code == 404


async def test_answers_are_not_kept_framed_or_shared(counter: Counter) -> None:
    for answer in (await counter.http.get("/healthz"), await counter.http.get("/nope")):
        headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = await counter.http.options("/v1/reports", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


PAGE = "https://phananh.example.vn"


async def test_pages_of_the_sites_that_are_named_may_call_and_no_others(
    store: EventStore,
) -> None:
    counter = counter_over(store, origins=(PAGE,))
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "act-as"}
    before = await counter.http.options("/v1/reports", headers={"Origin": PAGE, **asked})
    assert (before.status_code, before.headers["Access-Control-Allow-Origin"]) == (200, PAGE)
    assert "Act-As" in before.headers["Access-Control-Allow-Headers"]
    answer = await counter.http.post("/v1/reports", json=report(), headers={"Origin": PAGE})
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]
    wrong = await counter.http.post("/v1/reports", json={}, headers={"Origin": PAGE})
    assert (wrong.status_code, wrong.headers["Access-Control-Allow-Origin"]) == (422, PAGE)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    for origin in (f"{PAGE}.evil.example", "http://phananh.example.vn", f"{PAGE}:8443", "null"):
        refused = await counter.http.options("/v1/reports", headers={"Origin": origin, **asked})
        assert (refused.status_code, refused.json()["status"]) == (405, 405)
        served = await counter.http.get("/healthz", headers={"Origin": origin})
        told = [*refused.headers, *served.headers]
        assert not [name for name in told if name.lower().startswith("access-control")]


async def test_who_asks_too_often_waits(store: EventStore) -> None:
    seconds = [0.0]
    rates = {**GENEROUS, "report": Rate(burst=2, per_minute=6)}
    counter = counter_over(store, limits=Limits(rates, lambda: seconds[0]))
    sent = [await counter.http.post("/v1/reports", json=report()) for _ in range(3)]
    assert [one.status_code for one in sent] == [201, 201, 429]
    assert sent[2].headers["Retry-After"] == "10"
    officer = counter.token(f"intake_officer@{COMMUNE}")
    assert (await counter.http.post("/v1/reports", json=report(), headers=officer)).is_success
    seconds[0] = 10.0
    assert (await counter.http.post("/v1/reports", json=report())).is_success


async def test_each_route_has_a_bucket_and_each_client_one_for_all(store: EventStore) -> None:
    rates = {**GENEROUS, "look": Rate(burst=2, per_minute=1), "client": Rate(5, 1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    asked = [
        (await counter.http.get(where)).status_code
        for where in ("/v1/units", "/v1/units", "/v1/units", "/v1/bodies", "/v1/bodies")
    ]
    assert asked == [200, 200, 429, 200, 200]
    assert (await counter.http.get("/v1/categories")).status_code == 200
    assert (await counter.http.get("/v1/categories")).status_code == 429
    assert (await counter.http.get("/healthz")).status_code == 200
    officer = counter.token(f"intake_officer@{COMMUNE}")
    assert (await counter.http.get("/v1/categories", headers=officer)).status_code == 200


async def test_who_reports_with_a_token_is_not_held_to_the_publics_rate(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "report": Rate(burst=1, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    flood = counter.token(f"integration@{COMMUNE}")
    for headers, expected in ((None, [201, 429]), (flood, [201] * 5)):
        sent = [
            (await counter.http.post("/v1/reports", json=report(), headers=headers)).status_code
            for _ in expected
        ]
        assert sent == expected


async def test_the_log_tells_routes_and_nobodys_words(counter: Counter) -> None:
    with capture_logs() as lines:
        receipt = await counter.report(reporter={"name": "Nguyễn Văn An"})
        await counter.track(receipt)
        await counter.track({**receipt, "secret": "wrong"})
    assert [line["route"] for line in lines if line["event"] == "request"] == [
        "/v1/reports",
        "/v1/track/{code}",
        "/v1/track/{code}",
    ]
    told = json.dumps(lines, ensure_ascii=False)
    secrets = (receipt["code"], receipt["secret"], "Ổ gà", "Nguyễn", "wrong")
    assert not [word for word in secrets if word in told]


async def test_a_fault_of_ours_says_nothing_about_itself(counter: Counter) -> None:
    async def broken() -> Any:
        raise RuntimeError("mật khẩu là 1234")

    failing = counter_over(counter.desk.store, now=broken)
    with capture_logs() as lines:
        answer = await failing.http.post("/v1/reports", json=report())
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/fault")
    assert "1234" not in answer.text
    assert [line["error"] for line in lines if line["event"] == "fault"] == ["RuntimeError"]
