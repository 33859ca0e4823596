"""Over a real socket that breaks after the server has committed: what was done is done once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hoiam_client import Conflict, Hoiam, Lost, OutcomeUnknown, Patience, TooManyRequests
from hoiam_client.models import NewReport
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import build
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, TEXT, Counter, counter_over
from tests.client.faults import Breaking, breaking

QUICK = Patience(attempts=4, wait=0.01, longest=0.05)
IMPATIENT = Patience(attempts=1)
REPORT = NewReport(unit="26737", category="road", text=TEXT)


@pytest.fixture
def counter(store: EventStore) -> Counter:
    return counter_over(store)


@pytest_asyncio.fixture
async def line(counter: Counter) -> AsyncIterator[Breaking]:
    async with breaking(build(counter.desk)) as line:
        yield line


def officer(line: Breaking, counter: Counter, patience: Patience = QUICK) -> Hoiam:
    header = counter.token(f"intake_officer@{COMMUNE}")["Authorization"]
    return Hoiam.at(line.address, header.removeprefix("Bearer "), patience=patience)


async def count(store: EventStore, table: str) -> int:
    found: int = await store.pool.fetchval(f"select count(*) from {table}")  # noqa: S608 - ours
    return found


async def test_a_report_whose_answer_was_lost_gets_the_same_receipt(
    line: Breaking, store: EventStore
) -> None:
    line.breaks = 2
    async with Hoiam.at(line.address, patience=QUICK) as public:
        receipt = await public.reports.make(REPORT)
        assert line.cut == 2
        assert all(receipt.secret.encode() in said for said in line.swallowed)
        assert await count(store, "case_row") == 1
        assert (await public.reports.track(receipt.code, receipt.secret)).state == "received"


async def test_a_program_that_died_in_between_keeps_its_key_and_gets_the_same_receipt(
    line: Breaking, store: EventStore
) -> None:
    key, line.breaks = "a-key-that-was-written-down", 1
    async with Hoiam.at(line.address, patience=IMPATIENT) as first:
        with pytest.raises(Lost) as lost:
            await first.reports.make(REPORT, key)
        assert TEXT not in str(lost.value)
    async with Hoiam.at(line.address, patience=QUICK) as second:
        receipt = await second.reports.make(REPORT, key)
    assert receipt.secret.encode() in line.swallowed[0]
    assert await count(store, "case_row") == 1


async def test_a_command_whose_answer_was_lost_is_looked_up_by_its_key(
    line: Breaking, counter: Counter, store: EventStore
) -> None:
    case_id = (await counter.report())["case_id"]
    async with officer(line, counter, IMPATIENT) as hoiam:
        line.breaks = 1
        given = await hoiam.commands.give(case_id, "accept", version=2)
        assert (line.cut, given.events[0]) == (1, "CaseAccepted")
        line.breaks = 1
        with pytest.raises(Conflict) as refused:
            await hoiam.commands.give(case_id, "accept")
        assert refused.value.code == "wrong_state"
        line.breaks = 2
        with pytest.raises(OutcomeUnknown) as unknown:
            await hoiam.commands.give(case_id, "note", text="Đã xem")
        became = await hoiam.commands.outcome(unknown.value.key)
    assert became.events == ("ProgressNoted",)
    history = [one.event.type for one in await store.load(case_id)]
    assert history.count("CaseAccepted") == history.count("ProgressNoted") == 1


async def test_what_is_not_harmless_twice_is_sent_once(line: Breaking, counter: Counter) -> None:
    async with officer(line, counter) as hoiam:
        line.breaks = 5
        with pytest.raises(Lost):
            await hoiam.subscriptions.end("01a207f0-8e2a-7192-9925-d8f1dc0fcc24")
    assert line.cut == 1


class Busy:
    """Answers a few times that it cannot, as a server in trouble does."""

    def __init__(self, app: ASGIApp, *answers: tuple[int, str]) -> None:
        self.app = app
        self.answers = list(answers)
        self.asked: list[dict[bytes, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(dict(scope["headers"]))
        if not self.answers:
            await self.app(scope, receive, send)
            return
        status, wait = self.answers.pop(0)
        headers: list[Any] = [(b"retry-after", wait.encode()), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


async def test_503_and_429_are_waited_for_under_the_same_key(
    counter: Counter, store: EventStore
) -> None:
    busy = Busy(build(counter.desk), (503, "0"), (429, "0"))
    async with breaking(busy) as line, Hoiam.at(line.address, patience=QUICK) as public:
        await public.reports.make(REPORT)
    keys = [asked[b"idempotency-key"] for asked in busy.asked]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert await count(store, "case_row") == 1


async def test_nobody_waits_longer_than_their_patience(counter: Counter) -> None:
    busy = Busy(build(counter.desk), (429, "3600"))
    async with breaking(busy) as line, Hoiam.at(line.address, patience=QUICK) as public:
        with pytest.raises(TooManyRequests) as refused:
            await public.reports.make(REPORT)
    assert refused.value.retry_after == 3600
    assert len(busy.asked) == 1
