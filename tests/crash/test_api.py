"""kill -9 around the interface: what was acknowledged or not, done once; what is away, said so."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from api.access import ACCESS
from api.accounts import Grant
from api.app import described
from api.open311.errors import PREFIX
from tests.crash.conftest import Wreck, kill, wrecked
from tests.crash.gate import Gate, gate
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import EmbeddedTemporal
from workers.tokens import issue_token

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("outage")]

BODY = "unit:26740"
REPORT = {"unit": "26740", "category": "road", "text": "Ổ gà lớn trước cổng trường"}
Receipt = dict[str, str]


@dataclass(frozen=True)
class Desk:
    """An officer and the public at a running interface."""

    wreck: Wreck
    process: Process
    http: httpx.AsyncClient
    bearer: dict[str, str]

    async def report(self, key: str, **more: str) -> httpx.Response:
        headers = {"Idempotency-Key": key, **more}
        return await self.http.post("/v1/reports", json=REPORT, headers=headers)

    async def reported(self) -> Receipt:
        answer = await self.report(str(uuid4()))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def do(self, case_id: str, name: str, key: str, **form: Any) -> httpx.Response:
        url, headers = f"/v1/cases/{case_id}/commands/{name}", {"Idempotency-Key": key}
        return await self.http.post(url, json=form, headers={**self.bearer, **headers})

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path, headers=self.bearer)

    async def track(self, receipt: Receipt) -> httpx.Response:
        headers = {"Receipt-Secret": receipt["secret"]}
        return await self.http.get(f"/v1/track/{receipt['code']}", headers=headers)

    async def die(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def ready(self) -> None:
        """Wait until everything answers again, without another start."""
        async with asyncio.timeout(60):
            while "down" in (await self.http.get("/readyz")).text:
                await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wreck(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wreck]:
    """Nobody brings back what was killed but the test."""
    async with wrecked(tmp_path_factory.mktemp("away"), supervised=False) as made:
        yield made


@asynccontextmanager
async def desk_at(wreck: Wreck, **settings: str) -> AsyncIterator[Desk]:
    """A process of the interface while the context lasts."""
    process, own = await wreck.start_api(**settings)
    grant, day = Grant("intake_officer", BODY), timedelta(hours=8)
    token = (await issue_token(wreck.site.office.log, grant, "an", day)).token
    async with httpx.AsyncClient(base_url=own, timeout=30) as http:
        desk = Desk(wreck, process, http, {"Authorization": f"Bearer {token}"})
        yield desk
    await desk.die()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(wreck: Wreck) -> AsyncIterator[Desk]:
    """One process that outlives all that these tests take away."""
    async with desk_at(wreck) as made:
        yield made


async def cases(wreck: Wreck) -> int:
    return int(await wreck.site.office.log.pool.fetchval("select count(*) from case_row"))


async def sound(wreck: Wreck) -> None:
    """Every case has its events, its row and its order to start, and the log verifies."""
    assert await wreck.site.findings() == []


def away(answer: httpx.Response) -> bool:
    """Whether it says, as documented, that something does not answer and when to come again."""
    if answer.status_code != 503:
        return False
    assert answer.json()["type"] == "/problems/unavailable"
    return int(answer.headers["Retry-After"]) > 0


async def lost_on_the_way(desk: Desk, kept: Gate, word: str, asking: Any) -> None:
    """Kill the interface once the server behind the gate has answered and nobody heard it."""
    kept.hold(word.encode())
    asked = asyncio.create_task(asking)
    async with asyncio.timeout(30):
        await kept.held.wait()
    assert not asked.done()
    await desk.die()
    with pytest.raises(httpx.TransportError):
        await asked


async def between(wreck: Wreck, exits: AsyncExitStack) -> tuple[Gate, Desk]:
    """An interface whose answers pass a gate."""
    desk = await exits.enter_async_context(desk_at(wreck))
    port = desk.http.base_url.port
    assert port is not None
    kept = await exits.enter_async_context(gate("127.0.0.1", port))
    http = httpx.AsyncClient(base_url=f"http://{kept.address}", timeout=30)
    return kept, Desk(wreck, desk.process, await exits.enter_async_context(http), desk.bearer)


async def behind(wreck: Wreck, exits: AsyncExitStack) -> tuple[Gate, Desk]:
    """An interface that hears PostgreSQL through a gate."""
    dsn = wreck.site.stack.info.postgres_dsn.get_secret_value()
    port = urlsplit(dsn).port
    assert port is not None
    kept = await exits.enter_async_context(gate("127.0.0.1", port))
    changed = dsn.replace(f"127.0.0.1:{port}", kept.address)
    return kept, await exits.enter_async_context(desk_at(wreck, HOIAM_DATABASE_URL=changed))


@pytest.mark.parametrize("place", [between, behind])
async def test_a_report_whose_answer_is_lost_with_the_interface_is_one_case_with_one_receipt(
    wreck: Wreck, desk: Desk, place: Any
) -> None:
    before, key = await cases(wreck), str(uuid4())
    async with AsyncExitStack() as exits:
        kept, doomed = await place(wreck, exits)
        word = key if place is between else REPORT["unit"]
        await lost_on_the_way(doomed, kept, word, doomed.report(key))
    assert await cases(wreck) == before + 1, "it was killed after the transaction"
    again = [await desk.report(key) for _ in range(2)]
    assert [one.status_code for one in again] == [201, 201]
    assert again[0].json() == again[1].json()
    assert (await desk.track(again[0].json())).json()["state"] == "received"
    assert await cases(wreck) == before + 1
    await sound(wreck)


async def test_a_command_whose_answer_is_lost_with_the_interface_is_told_of_and_done_once(
    wreck: Wreck, desk: Desk
) -> None:
    key, case_id = str(uuid4()), (await desk.reported())["case_id"]
    async with AsyncExitStack() as exits:
        kept, doomed = await between(wreck, exits)
        await lost_on_the_way(doomed, kept, key, doomed.do(case_id, "accept", key))
    events = await wreck.site.types(case_id)
    assert events.count("CaseAccepted") == 1
    became = (await desk.get(f"/v1/commands/{key}")).json()
    assert (became["outcome"], became["case_id"]) == ("done", case_id)
    again = [(await desk.do(case_id, "accept", key)).json() for _ in range(2)]
    assert again[0] == again[1]
    assert (again[0]["version"], again[0]["events"]) == (became["version"], became["events"])
    assert await wreck.site.types(case_id) == events
    await sound(wreck)


@asynccontextmanager
async def killed(server: EmbeddedPostgres | EmbeddedTemporal, desk: Desk) -> AsyncIterator[None]:
    """A server is away after kill -9 while the context lasts, and back after it."""
    kill(server)
    async with asyncio.timeout(20):
        while server.running:
            await asyncio.sleep(0.02)
    try:
        yield
    finally:
        await server.stop()
        await server.clear()
        await server.start()
    await desk.ready()


async def test_with_temporal_killed_reports_and_reading_go_on_and_commands_come_again(
    wreck: Wreck, desk: Desk
) -> None:
    old, key = await desk.reported(), str(uuid4())
    case = f"/v1/cases/{old['case_id']}"
    async with killed(wreck.site.stack.temporal, desk):
        new = await desk.reported()
        assert [(await desk.track(one)).status_code for one in (old, new)] == [200, 200]
        listed = (await desk.get("/v1/cases?limit=200")).json()["cases"]
        assert {old["code"], new["code"]} <= {one["code"] for one in listed}
        for part in ("", "/history", "/clocks", "/allowed", "/duplicates"):
            assert (await desk.get(f"{case}{part}")).status_code == 200, part
        for receipt in (old, new):
            assert away(await desk.do(receipt["case_id"], "accept", f"{key}/{receipt['code']}"))
            told = await desk.get(f"/v1/cases/{receipt['case_id']}")
            assert told.headers["ETag"] == '"2"'
        assert (await desk.get(f"/v1/commands/{key}%2F{old['code']}")).status_code == 404
        await asyncio.sleep(1)  # so long an answer of before counts
        ready = await desk.http.get("/readyz")
        assert (ready.status_code, ready.json()["temporal"]) == (200, "down")
        async with desk_at(wreck) as other:  # one that never had a connection
            assert (await other.http.get("/readyz")).text == ready.text
            assert away(await other.do(old["case_id"], "accept", f"{key}/{old['code']}"))
    for receipt in (old, new):
        own = f"{key}/{receipt['code']}"
        given = [await accepted(desk, receipt["case_id"], own) for _ in range(2)]
        assert given[0].json() == given[1].json()
        assert (await wreck.site.types(receipt["case_id"])).count("CaseAccepted") == 1
    await sound(wreck)


async def accepted(desk: Desk, case_id: str, key: str) -> httpx.Response:
    """Accept a case; a server that has just come back may ask to come again, under the same key."""
    async with asyncio.timeout(90):
        while (given := await desk.do(case_id, "accept", key)).status_code != 200:
            assert away(given), given.text
            await asyncio.sleep(0.2)
    return given


async def finished(desk: Desk, case_id: str, key: str) -> None:
    """Repeat a note under its key until it is acknowledged."""
    async with asyncio.timeout(90):
        while (given := await desk.do(case_id, "note", key, text=key)).status_code != 200:
            assert away(given), given.text
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("name", ["temporal", "postgres"])
async def test_commands_under_way_when_a_server_is_killed_are_done_once_each(
    wreck: Wreck, desk: Desk, name: str
) -> None:
    case_id = (await desk.reported())["case_id"]
    assert (await desk.do(case_id, "accept", str(uuid4()))).status_code == 200
    keys = [str(uuid4()) for _ in range(12)]
    calls = [asyncio.create_task(desk.do(case_id, "note", key, text=key)) for key in keys]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    async with killed(getattr(wreck.site.stack, name), desk):
        answers = await asyncio.gather(*calls)
    assert {one.status_code for one in answers} <= {200, 503}
    assert all(one.status_code == 200 or away(one) for one in answers)
    await asyncio.gather(*(finished(desk, case_id, key) for key in keys))
    found = [(await desk.get(f"/v1/commands/{key}")).json()["outcome"] for key in keys]
    assert found == ["done"] * 12
    told = await wreck.site.office.log.store.load(case_id)
    notes = Counter(one.command_id for one in told if one.event.type == "ProgressNoted")
    assert sorted(notes.values()) == [1] * 12
    await sound(wreck)


def operations() -> list[tuple[str, str, str]]:
    """Method, address and name of every route, with something in each gap of its address."""
    return [
        (method, path.replace("{suffix}", "json"), operation["operationId"])
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]


async def test_with_postgresql_killed_everything_that_needs_it_is_asked_to_come_again(
    wreck: Wreck, desk: Desk
) -> None:
    key, receipt = str(uuid4()), await desk.reported()
    before, case_id = await cases(wreck), receipt["case_id"]
    guarded = [one for one in operations() if ACCESS[one[2]].roles and PREFIX not in one[1]]
    async with killed(wreck.site.stack.postgres, desk):
        assert away(await desk.report(key))
        assert away(await desk.track(receipt))
        assert away(await desk.do(case_id, "accept", key))
        for method, path, name in guarded:
            url = path.format_map(Counter[str]())
            answer = await desk.http.request(method, url, headers=desk.bearer)
            assert away(answer), (name, answer.status_code, answer.text)
        assert (await desk.http.get("/healthz")).status_code == 200
        await asyncio.sleep(1)  # so long an answer of before counts
        assert (await desk.http.get("/readyz")).status_code == 503
    assert await cases(wreck) == before
    assert await wreck.site.types(case_id) == ["CaseReported", "ClockStarted"]
    taken = [(await desk.report(key)).json() for _ in range(2)]
    assert taken[0] == taken[1]
    assert await cases(wreck) == before + 1
    assert (await desk.do(case_id, "accept", key)).status_code == 200
    await sound(wreck)


async def test_reports_under_way_when_postgresql_is_killed_are_one_case_each(
    wreck: Wreck, desk: Desk
) -> None:
    before, keys = await cases(wreck), [str(uuid4()) for _ in range(8)]
    calls = [asyncio.create_task(desk.report(key, **desk.bearer)) for key in keys]
    await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    async with killed(wreck.site.stack.postgres, desk):
        answers = await asyncio.gather(*calls)
    assert all(one.status_code == 201 or away(one) for one in answers)
    again = [await desk.report(key, **desk.bearer) for key in keys]
    assert [one.status_code for one in again] == [201] * 8, again[0].text
    for first, second in zip(answers, again, strict=True):
        assert first.status_code == 503 or first.json() == second.json()
    assert await cases(wreck) == before + 8
    await sound(wreck)
