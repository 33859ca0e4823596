"""Officers at work while parts are killed: a bulk goes on, and what became of a command is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from api.accounts import Grant
from api.limits import Limits
from tests.api.counter import GENEROUS
from tests.crash.conftest import Wreck
from workers.recover import recover
from workers.serve import serving
from workers.tokens import issue_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("crash")]

WHO = Grant("intake_officer", "unit:26740")
NOTE = {"text": "Đang kiểm tra"}
#: More than one part of a bulk, and more than the worker does between two looks at it.
MANY = 150


@pytest_asyncio.fixture(loop_scope="module")
async def http(wreck: Wreck) -> AsyncIterator[httpx.AsyncClient]:
    issued = await issue_token(wreck.site.office.log, WHO, "an", timedelta(hours=1))
    bearer = {"Authorization": f"Bearer {issued.token}"}
    async with (
        serving(wreck.site.office, limits=Limits(GENEROUS)) as address,
        httpx.AsyncClient(base_url=address, timeout=30, headers=bearer) as client,
    ):
        yield client


async def reported(wreck: Wreck, count: int) -> list[str]:
    now = datetime.now(UTC)
    return [await wreck.site.report(now) for _ in range(count)]


async def notes(wreck: Wreck, case_id: str) -> int:
    return (await wreck.site.types(case_id)).count("ProgressNoted")


async def planned(http: httpx.AsyncClient, cases: list[str]) -> str:
    form = {"command": "note", "params": NOTE, "cases": cases}
    answer = await http.post("/v1/bulk", json=form)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["bulk_id"])


async def until(http: httpx.AsyncClient, bulk_id: str, least: int) -> Mapping[str, Any]:
    """Wait until so many cases are done, or as many as there are."""
    async with asyncio.timeout(120):
        while True:
            view = (await http.get(f"/v1/bulk/{bulk_id}")).json()
            if view["state"] == "finished" or view["counts"]["done"] >= least:
                return dict(view)
            await asyncio.sleep(0.02)


async def test_a_bulk_goes_on_after_kill_9_of_the_worker_and_does_nothing_twice(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    cases = await reported(wreck, MANY)
    bulk_id = await planned(http, cases)
    assert (await http.post(f"/v1/bulk/{bulk_id}/start")).status_code == 202
    before = await until(http, bulk_id, 30)
    await wreck.kill_worker()
    assert before["state"] == "running", "the worker was killed in the middle"
    assert 0 < before["counts"]["done"] < MANY
    view = await until(http, bulk_id, MANY + 1)
    assert (view["state"], view["counts"]["done"], view["counts"]["total"]) == (
        "finished",
        MANY,
        MANY,
    )
    assert [await notes(wreck, case_id) for case_id in cases] == [1] * MANY
    assert await wreck.site.findings() == []


@pytest.mark.long
async def test_a_bulk_that_is_started_while_temporal_is_down_begins_when_it_is_back(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    cases = await reported(wreck, 3)
    bulk_id = await planned(http, cases)
    await wreck.site.stack.temporal.stop()
    try:
        answer = await http.post(f"/v1/bulk/{bulk_id}/start")
        assert (answer.status_code, answer.json()["state"]) == (202, "running")
    finally:
        await wreck.site.stack.temporal.start()
    view = await until(http, bulk_id, 4)
    assert view["counts"]["done"] == 3


@pytest.mark.long
async def test_a_bulk_that_is_stopped_and_started_again_and_again_is_done_whole(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    cases = await reported(wreck, MANY)
    bulk_id = await planned(http, cases)
    done: list[int] = []
    for _ in range(8):
        assert (await http.post(f"/v1/bulk/{bulk_id}/start")).status_code == 202
        await asyncio.sleep(0.15)
        stopped = await http.post(f"/v1/bulk/{bulk_id}/stop")
        if stopped.status_code == 409:
            break  # it was done before
        done.append(stopped.json()["counts"]["done"])
    assert done[0] < MANY
    await http.post(f"/v1/bulk/{bulk_id}/start")
    view = await until(http, bulk_id, MANY + 1)
    assert (view["state"], view["counts"]["done"]) == ("finished", MANY)
    assert [await notes(wreck, case_id) for case_id in cases] == [1] * MANY


async def test_a_bulk_whose_workflow_was_lost_is_recovered(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    cases = await reported(wreck, 2)
    bulk_id = await planned(http, cases)
    pool = wreck.site.office.log.pool
    await pool.execute("update bulk set state = 'running' where bulk_id = $1", bulk_id)
    await recover(wreck.site.office)
    view = await until(http, bulk_id, 3)
    assert (view["state"], view["counts"]["done"]) == ("finished", 2)


@pytest.mark.long
async def test_without_temporal_a_command_is_503_and_its_outcome_is_found_by_key_afterwards(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    [case_id] = await reported(wreck, 1)
    key = str(uuid4())
    sent = (f"/v1/cases/{case_id}/commands/note", NOTE, {"Idempotency-Key": key})
    await wreck.site.stack.temporal.stop()
    try:
        answer = await http.post(sent[0], json=sent[1], headers=sent[2])
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert answer.headers["Retry-After"]
        assert (await http.get(f"/v1/commands/{key}")).status_code == 404
        assert await notes(wreck, case_id) == 0
    finally:
        await wreck.site.stack.temporal.start()
    again = await http.post(sent[0], json=sent[1], headers=sent[2])
    assert again.status_code == 200, again.text
    became = (await http.get(f"/v1/commands/{key}")).json()
    assert (became["outcome"], became["version"]) == ("done", again.json()["version"])
    assert await notes(wreck, case_id) == 1


async def test_fifty_equal_requests_and_a_killed_worker_make_one_event(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    [case_id] = await reported(wreck, 1)
    headers = {"Idempotency-Key": str(uuid4())}
    url = f"/v1/cases/{case_id}/commands/note"
    calls = [asyncio.create_task(http.post(url, json=NOTE, headers=headers)) for _ in range(50)]
    await asyncio.sleep(0.02)
    await wreck.kill_worker()
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {200, 503}
    async with asyncio.timeout(60):
        while (last := await http.post(url, json=NOTE, headers=headers)).status_code != 200:
            await asyncio.sleep(0.1)
    given = {answer.text for answer in answers if answer.status_code == 200}
    assert given <= {last.text}
    assert await notes(wreck, case_id) == 1


async def test_of_two_officers_on_one_case_the_second_gets_412_through_the_engine_too(
    wreck: Wreck, http: httpx.AsyncClient
) -> None:
    [case_id] = await reported(wreck, 1)
    url, seen = f"/v1/cases/{case_id}/commands/accept", {"If-Match": '"2"'}
    answers = await asyncio.gather(*(http.post(url, headers=seen) for _ in range(2)))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 412)
    assert lost.json()["current_version"] == won.json()["version"]
    assert lost.headers["ETag"] == won.headers["ETag"]
    [current] = {(await wreck.site.row(case_id)).version}
    assert current == won.json()["version"]
