"""docs/api/integrations.md is run as it stands: its calls, and its receiver in ten lines."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.delivering import Patience
from api.app import build
from eventlog.store import EventStore
from tests.activities.post_office import post_office
from tests.activities.receiver import Receiver, receiving
from tests.api.counter import PROVINCE, Counter, counter_over, telling_over
from tests.api.served import served

PAGE = (Path(__file__).parents[2] / "docs" / "api" / "integrations.md").read_text("utf-8")
CALLS = re.findall(r"^```\n(curl .+?)```", PAGE, re.MULTILINE | re.DOTALL)
CODE = re.findall(r"^```python\n(.+?)```", PAGE, re.MULTILINE | re.DOTALL)
PROGRAM = f"integration@{PROVINCE}"
Receive = Callable[[str, Mapping[str, str], bytes, set[str]], int]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def run(command: str, counter: Counter, address: str, seconds: float = 20) -> str:
    """What a command prints; one that does not end is ended."""
    token = counter.token(PROGRAM)["Authorization"].removeprefix("Bearer ")
    process = await asyncio.create_subprocess_exec(
        *("timeout", str(seconds), "bash", "-ec", command),
        env={**os.environ, "HOIAM": address, "TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return said.decode()


def test_the_examples_were_found() -> None:
    assert (len(CALLS), len(CODE)) == (3, 1)


async def test_the_calls_on_the_page_do_what_it_says(store: EventStore, database: str) -> None:
    telling = telling_over(store, database)
    counter = counter_over(store, telling=telling)
    page, stream, subscribing = CALLS
    async with served(build(counter.desk)) as address, post_office(store, database) as post:
        for _ in range(22):
            await counter.report()
        await post.seal()
        said = json.loads(await run(page, counter, address))
        assert (len(said["events"]), said["next"], said["more"]) == (44, 43, False)
        told = await run(stream, counter, address, 4)
        assert re.findall(r"^id: (\d+)$", told, re.MULTILINE)[:2] == ["42", "43"]
        made = json.loads(await run(subscribing, counter, address))
        assert made["secret"].startswith("whsec_")
        assert (made["types"], made["looked"]) == (["CaseEscalated"], 43)
    await telling.seals.close()


async def test_the_receiver_on_the_page_verifies_and_knows_what_it_has(
    store: EventStore, database: str, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(CODE[0], names)  # noqa: S102 - the code on the page is what is tested
    receive: Receive = names["receive"]
    async with post_office(store, database) as post:
        subscription = await post.subscribe(receiver.url)
        await post.happen("a")
        await post.until_idle(subscription)
    heard, seen = receiver.came[0], set[str]()
    secret = subscription.secrets[0]
    assert receive("whsec_" + "B" * 43, heard.headers, heard.body, seen) == 401
    assert [receive(secret, heard.headers, heard.body, seen) for _ in range(2)] == [204, 204]
    assert capsys.readouterr().out.count("CaseReported") == 1


def test_the_times_on_the_page_are_those_of_the_code() -> None:
    waits = Patience().waits
    seconds = [round(wait / timedelta(seconds=1)) for wait in waits]
    assert seconds == [5, 30, 120, 600, 1800, 3600, 10800, 21600]
    assert "**Again** after 5 s, 30 s, 2, 10 and 30 min, 1, 3 and 6 h" in PAGE
    assert len(waits) + 1 == 9
    assert "After nine attempts" in PAGE
    assert Patience().pause_after == timedelta(hours=6)
    assert "nothing was taken for six hours" in PAGE
