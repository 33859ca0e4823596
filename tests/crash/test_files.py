"""kill -9 of the interface while files come in: what was acknowledged stays, and no other does."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from eventlog.file_keys import object_of
from eventlog.verify_files import verify_files
from tests.crash.conftest import Wreck

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("crash")]

_REPORT = {"unit": "26740", "category": "road", "text": "Ổ gà lớn trước cổng trường"}


@dataclass
class Acknowledged:
    """What senders were told: the hash of each upload by its id, and the ids of each case."""

    uploads: dict[str, str] = field(default_factory=dict)
    reports: dict[str, list[str]] = field(default_factory=dict)


async def sender(http: httpx.AsyncClient, told: Acknowledged, drawn: random.Random) -> None:
    """Uploads and reports, one after the other, until the interface is gone."""
    while True:
        content = b"a letter of " + drawn.randbytes(drawn.choice((50, 60_000))).hex().encode()
        sent = await http.post("/v1/uploads", content=content)
        if sent.status_code != 201:  # too many at once
            await asyncio.sleep(0.1)
            continue
        name = sent.json()["attachment_id"]
        told.uploads[name] = sha256(content).hexdigest()
        if drawn.random() < 0.5:
            form = {**_REPORT, "attachments": [name]}
            key = {"Idempotency-Key": str(uuid4())}
            answer = await http.post("/v1/reports", json=form, headers=key)
            if answer.status_code == 201:
                told.reports[answer.json()["case_id"]] = [name]


async def killed(wreck: Wreck, told: Acknowledged, drawn: random.Random) -> None:
    """One life of the interface, ended in the middle of the work of several senders."""
    api, address = await wreck.start_api()
    async with httpx.AsyncClient(base_url=address, timeout=20) as http:
        senders = [asyncio.create_task(sender(http, told, drawn)) for _ in range(4)]
        before = len(told.uploads)
        while len(told.uploads) < before + 5:
            await asyncio.sleep(0.01)
        await asyncio.sleep(drawn.uniform(0, 0.3))
        api.kill()
        await api.wait()
        done = await asyncio.gather(*senders, return_exceptions=True)
    assert all(isinstance(one, httpx.TransportError) for one in done), done


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rounds", [2, pytest.param(6, marks=pytest.mark.long)])
async def test_every_acknowledged_file_is_there_and_no_other_stays(
    wreck: Wreck, rounds: int
) -> None:
    log, told, drawn = wreck.site.office.log, Acknowledged(), random.Random(2026)
    for _ in range(rounds):
        await killed(wreck, told, drawn)
    assert len(told.uploads) >= 5 * rounds
    assert told.reports
    files = log.files
    assert await verify_files(log.pool, files.objects) == []
    for case_id, names in told.reports.items():
        kept = await files.rows.of_case(case_id)
        assert list(kept) == names
        content = await files.content(kept[names[0]].file, kept[names[0]])
        assert sha256(content).hexdigest() == told.uploads[names[0]]
    free = [
        name
        for name, one in (await files.rows.named([*told.uploads])).items()
        if not one.upload.case_id
    ]
    claimed = await log.pool.fetch("select attachment_id from attachment where case_id is not null")
    taken = {row["attachment_id"] for row in claimed}
    assert {*free, *taken} >= set(told.uploads), "acknowledged and lost"
    await files.expire(await log.now() + timedelta(days=2))
    store = files.objects.store
    there = {found["path"] for found in await store.list_async().collect_async()}
    assert there == {object_of(name) for name in taken}
    assert await log.pool.fetchval("select count(*) from attachment") == len(taken)
