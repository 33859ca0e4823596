"""Files over real servers, the engine, a worker and a scanner: from a phone to who may see them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from api.accounts import Grant
from eventlog.verify_files import verify_files
from tests.activities.clamd import EICAR, listening
from tests.activities.samples import TAKEN, with_everything
from tests.stacks import Site, opened
from workers.serve import serving
from workers.tokens import issue_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("files")]

BODY = "unit:26740"
REPORT = {"unit": "26740", "category": "road", "text": "Ổ gà lớn trước cổng trường"}
LARGEST = 20 * 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with listening() as daemon:
        scanner = f"clamd://127.0.0.1:{daemon.port}"
        async with opened(tmp_path_factory.mktemp("files"), scanner=scanner) as site:
            await site.start_work()
            yield site


@pytest_asyncio.fixture(loop_scope="module")
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(site.office) as address,
        httpx.AsyncClient(base_url=address, timeout=60) as client,
    ):
        yield client


async def bearer(site: Site, role: str) -> dict[str, str]:
    issued = await issue_token(site.office.log, Grant(role, BODY), role, timedelta(hours=1))
    return {"Authorization": f"Bearer {issued.token}"}


async def uploaded(http: httpx.AsyncClient, content: bytes, **headers: str) -> dict[str, Any]:
    answer = await http.post("/v1/uploads", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def scanned(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> list[str]:
    """What the worker's scanner says of every file in a list."""
    async with asyncio.timeout(30):
        while True:
            states = [one["scan"] for one in (await http.get(url, headers=headers)).json()]
            if not {"unscanned", "pending"} & set(states):
                return states
            await asyncio.sleep(0.1)


async def test_from_the_reporters_phone_to_the_answer_with_a_picture(
    site: Site, http: httpx.AsyncClient
) -> None:
    photo = await uploaded(http, with_everything())
    receipt = (
        await http.post("/v1/reports", json={**REPORT, "attachments": [photo["attachment_id"]]})
    ).json()
    place, secret = f"/v1/track/{receipt['code']}", {"Receipt-Secret": receipt["secret"]}
    letter = await uploaded(http, TAKEN["application/pdf"])
    more = {"text": "Thêm giấy tờ", "attachments": [letter["attachment_id"]]}
    heard = await http.post(f"{place}/supplement", json=more, headers=secret)
    assert heard.status_code == 200, heard.text
    officer, case = await bearer(site, "case_officer"), f"/v1/cases/{receipt['case_id']}"
    intake, leader = await bearer(site, "intake_officer"), await bearer(site, "leader")
    mended = await uploaded(http, with_everything("PNG"), **officer)
    answer = {"text": "Đã vá xong.", "attachments": [mended["attachment_id"]]}
    for who, name, form in (
        (intake, "accept", {}),
        (intake, "assign", {"lead": BODY}),
        (officer, "draft_response", answer),
        (leader, "approve_response", {}),
        (intake, "inform", {}),
    ):
        key = {"Idempotency-Key": str(uuid4())}
        done = await http.post(f"{case}/commands/{name}", json=form, headers={**who, **key})
        assert done.status_code == 200, done.text
    assert await scanned(http, f"{case}/attachments", officer) == ["clean"] * 3
    listed = (await http.get(f"{place}/attachments", headers=secret)).json()
    assert [one["sha256"] for one in listed] == [
        photo["sha256"],
        letter["sha256"],
        mended["sha256"],
    ]
    for one in listed:
        url = f"{place}/attachments/{one['attachment_id']}"
        got = (await http.get(url, headers=secret)).content
        assert (sha256(got).hexdigest(), b"person" in got) == (one["sha256"], False)
    log = site.office.log
    assert await verify_files(log.pool, log.files.objects) == []
    folder = site.stack.info.data_dir / "files"
    assert sum(path.is_file() for path in folder.rglob("*")) == 3
    assert await site.findings() == []


async def test_the_worker_has_a_harmful_file_found_and_nobody_gets_it(
    site: Site, http: httpx.AsyncClient
) -> None:
    bad = await uploaded(http, b"harmful: " + EICAR)
    form = {**REPORT, "attachments": [bad["attachment_id"]]}
    receipt = (await http.post("/v1/reports", json=form)).json()
    case, officer = f"/v1/cases/{receipt['case_id']}", await bearer(site, "intake_officer")
    assert await scanned(http, f"{case}/attachments", officer) == ["infected"]
    got = await http.get(f"{case}/attachments/{bad['attachment_id']}", headers=officer)
    assert (got.status_code, got.json()["type"]) == (409, "/problems/infected")


async def asked(http: httpx.AsyncClient, *headers: str) -> tuple[bytes, float]:
    """What the server says to a request of which only the head was sent, and after how long."""
    url, began = http.base_url, time.monotonic()
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = "\r\n".join(("POST /v1/uploads HTTP/1.1", "Host: hoiam.test", *headers, "", ""))
    writer.write(head.encode())
    async with asyncio.timeout(10):
        said = await reader.readuntil(b"\r\n")
    writer.close()
    await writer.wait_closed()
    return said, time.monotonic() - began


async def test_a_file_that_says_it_is_too_large_is_refused_before_a_byte_of_it_is_read(
    http: httpx.AsyncClient,
) -> None:
    said, seconds = await asked(http, f"Content-Length: {LARGEST + 1}")
    assert said.startswith(b"HTTP/1.1 413 ")
    assert seconds < 2


async def test_a_sender_who_leaves_in_the_middle_leaves_nothing(
    site: Site, http: httpx.AsyncClient
) -> None:
    count = "select count(*) from attachment"
    before = await site.office.log.pool.fetchval(count)
    _, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    writer.write(
        b"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + bytes(5000)
    )
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()
    await writer.wait_closed()
    await uploaded(http, b"the next one")
    assert await site.office.log.pool.fetchval(count) == before + 1
