"""The interface as it is served: over real servers, through the engine, and while one is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from api.accounts import Grant
from domain.rejection import Rejected
from tests.stacks import Site, opened
from workers.serve import CannotServe, serving
from workers.tokens import issue_token, revoke_account, revoke_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("outage")]

REPORT = {"unit": "26740", "category": "road", "text": "Ổ gà lớn trước cổng trường"}
WHO = Grant("intake_officer", "unit:26740")
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with opened(tmp_path_factory.mktemp("served")) as site:
        await site.start_work()
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(site.office) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        yield client


def receipt_of(taken: httpx.Response) -> tuple[str, dict[str, str]]:
    assert taken.status_code == 201, taken.text
    said = taken.json()
    return f"/v1/track/{said['code']}", {"Receipt-Secret": said["secret"]}


async def test_a_report_goes_through_the_engine_and_its_reporter_is_heard(
    site: Site, http: httpx.AsyncClient
) -> None:
    place, secret = receipt_of(await http.post("/v1/reports", json=REPORT))
    heard = await http.post(f"{place}/supplement", json={"text": "Thêm ảnh"}, headers=secret)
    assert heard.status_code == 200, heard.text
    seen = (await http.get(place, headers=secret)).json()
    assert (seen["supplements"], seen["promised"]["step"]) == (1, "accept")
    ready = (await http.get("/readyz")).json()
    assert ready == {"ready": True, "postgresql": "answers", "temporal": "answers"}


async def test_a_token_from_the_terminal_counts_until_it_is_revoked(
    site: Site, http: httpx.AsyncClient
) -> None:
    log = site.office.log
    issued = await issue_token(log, WHO, "an", HOUR)
    bearer = {"Authorization": f"Bearer {issued.token}"}
    letter = {**REPORT, "channel": "letter"}
    assert (await http.post("/v1/reports", json=letter, headers=bearer)).status_code == 201
    await revoke_token(log, "hoiam", issued.token_id, "mất máy")
    assert (await http.get("/v1/me", headers=bearer)).status_code == 401
    other = await issue_token(log, WHO, "an", HOUR)
    bearer = {"Authorization": f"Bearer {other.token}"}
    assert (await http.get("/v1/me", headers=bearer)).json()["roles"] == [str(WHO)]
    await asyncio.sleep(1)  # the moment in a token is of whole seconds
    await revoke_account(log, "hoiam", "an", "nghỉ việc")
    assert (await http.get("/v1/me", headers=bearer)).status_code == 401


@pytest.mark.parametrize(
    ("grant", "param"),
    [
        (Grant("god", "unit:79"), "role"),
        (Grant("leader", "unit:99999"), "body"),
        (Grant("leader", "unit:79", "99999"), "unit"),
        (Grant("leader", "unit:26740", "79"), "unit"),
    ],
)
async def test_a_token_for_nobody_is_not_given_out(site: Site, grant: Grant, param: str) -> None:
    with pytest.raises(Rejected) as refused:
        await issue_token(site.office.log, grant, "an", HOUR)
    assert refused.value.rejection.param == param


async def test_an_address_that_is_taken_is_named(site: Site, http: httpx.AsyncClient) -> None:
    with pytest.raises(CannotServe, match=str(http.base_url.port)):
        async with serving(site.office, "127.0.0.1", http.base_url.port):
            pass


async def test_who_sends_again_over_a_kept_connection_is_not_cut_off(
    http: httpx.AsyncClient,
) -> None:
    """Programs let go of a connection after about five seconds, and may send just then."""
    reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    for _ in range(2):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: hoiam.test\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(65_536), 10)
        assert answer.startswith(b"HTTP/1.1 200")
        await asyncio.sleep(6)
    writer.close()


async def test_without_temporal_reports_are_taken_and_the_rest_is_asked_to_come_again(
    site: Site, http: httpx.AsyncClient
) -> None:
    place, secret = receipt_of(await http.post("/v1/reports", json=REPORT))
    key = {"Idempotency-Key": str(uuid4())}
    await site.stack.temporal.stop()
    try:
        other, its = receipt_of(await http.post("/v1/reports", json=REPORT))
        assert (await http.get(other, headers=its)).json()["state"] == "received"
        began = time.monotonic()
        told = await http.post(f"{place}/withdraw", json={}, headers={**secret, **key})
        assert (told.status_code, told.json()["type"]) == (503, "/problems/unavailable")
        assert time.monotonic() - began < 10
        await asyncio.sleep(1)  # so long an answer of before counts
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["temporal"]) == (200, "down")
    finally:
        await site.stack.temporal.start()
    while (await http.get("/readyz")).json()["temporal"] == "down":
        await asyncio.sleep(0.1)
    for at, with_secret in ((place, secret), (other, its)):
        done = await http.post(f"{at}/withdraw", json={}, headers={**with_secret, **key})
        assert done.status_code == 200, done.text
        assert (await http.get(at, headers=with_secret)).json()["state"] == "withdrawn"


async def test_without_postgresql_nothing_is_half_done(site: Site, http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await site.stack.postgres.stop()
    try:
        told = await http.post("/v1/reports", json=REPORT, headers=key)
        assert (told.status_code, told.json()["type"]) == (503, "/problems/unavailable")
        assert int(told.headers["Retry-After"]) > 0
        await asyncio.sleep(1)  # so long an answer of before counts
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/healthz")).status_code == 200
    finally:
        await site.stack.postgres.start()
    taken = [await http.post("/v1/reports", json=REPORT, headers=key) for _ in range(2)]
    assert taken[0].status_code == 201, taken[0].text
    assert taken[0].json() == taken[1].json()
    assert await site.findings() == []
