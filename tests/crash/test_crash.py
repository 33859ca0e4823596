"""kill -9 of each part under a stream of commands: nothing acknowledged is lost or done twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from tests.crash.conftest import Wreck

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("crash")]

LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
Kill = Callable[[Wreck], Awaitable[None]]


async def check(wreck: Wreck, cases: list[str]) -> None:
    """Compare what was acknowledged with what is in the log."""
    acknowledged = [line.split()[1:] for line in wreck.said if line != "ready"]
    assert acknowledged
    for case_id in cases:
        own = {key: int(version) for case, key, version in acknowledged if case == case_id}
        written = Counter[str]()
        for recorded in await wreck.site.office.log.store.load(case_id):
            if recorded.event.type == "ProgressNoted" and recorded.command_id:
                written[recorded.command_id] += 1
                assert own.get(recorded.command_id, recorded.version) == recorded.version
        assert [key for key, times in written.items() if times > 1] == [], "applied twice"
        assert [key for key in own if key not in written] == [], "acknowledged and lost"
        assert set(written) == set(own), "every key was sent until it was acknowledged"
    assert await wreck.site.findings() == []


async def test_no_acknowledged_command_is_lost_or_done_twice_when_the_worker_is_killed(
    wreck: Wreck, cases: list[str]
) -> None:
    async with wreck.commands(cases):
        await wreck.goes_on()
        await wreck.kill_worker()
        await wreck.goes_on()
    await check(wreck, cases)


async def test_no_acknowledged_command_is_lost_or_done_twice_when_temporal_is_killed(
    wreck: Wreck, cases: list[str]
) -> None:
    async with wreck.commands(cases):
        await wreck.goes_on()
        await wreck.kill_temporal()
        await wreck.goes_on()
    await check(wreck, cases)


async def test_no_acknowledged_command_is_lost_or_done_twice_when_postgresql_is_killed(
    wreck: Wreck, cases: list[str]
) -> None:
    async with wreck.commands(cases):
        await wreck.goes_on()
        await wreck.kill_postgres()
        await wreck.goes_on()
    await check(wreck, cases)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_no_acknowledged_command_is_lost_or_done_twice_in_many_rounds_of_kills(
    wreck: Wreck, cases: list[str]
) -> None:
    kills: list[Kill] = [Wreck.kill_worker, Wreck.kill_temporal, Wreck.kill_postgres]
    drawn = random.Random(2025)
    async with wreck.commands(cases):
        for _ in range(20):
            await asyncio.sleep(drawn.uniform(0, 1.5))
            for kill in drawn.sample(kills, drawn.choice((1, 1, 2))):
                await kill(wreck)
            await wreck.goes_on(5)
    await check(wreck, cases)


async def taken_in(wreck: Wreck, key: str) -> str:
    """Report under one key until it is acknowledged."""
    while True:
        try:
            return await wreck.site.report(key=key)
        except LOST:
            await asyncio.sleep(0.1)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_reports_taken_in_while_everything_is_killed_each_get_their_workflow_once(
    wreck: Wreck, cases: list[str]
) -> None:
    site, taken = wreck.site, list[str]()
    for number in range(40):
        key = f"crash/{number}"
        taken.append(await taken_in(wreck, key))
        if number % 10 == 5:
            await wreck.kill_worker()
            await (wreck.kill_temporal() if number % 20 == 5 else wreck.kill_postgres())
    async with asyncio.timeout(90):
        await site.settled()
    assert len(set(taken)) == 40
    for case_id in taken:
        assert (await site.office.gateway.handle(case_id).describe()).history_length > 0
    assert await site.findings() == []
