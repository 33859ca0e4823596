"""kill -9 in the middle of deliveries: all arrive, in order per case, and repeats say so."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest
import pytest_asyncio

from eventlog.subscriptions import Standing, Subscription, Subscriptions, Wish
from tests.activities.receiver import Receiver, receiving
from tests.crash.conftest import Wreck

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("crash")]


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that takes its time, so that a kill comes while it is called."""
    async with receiving() as made:
        made.delay = 0.2
        yield made


async def subscribe(wreck: Wreck, receiver: Receiver) -> Subscription:
    log, name = wreck.site.office.log, str(uuid4())
    standing = Standing("integration", "unit:79", "79", frozenset({"unit:79"}))
    return await Subscriptions(log.pool, log.keys).make(
        name, f"key/{name}", bytes(32), standing, Wish(receiver.url), -1
    )


async def arrived(wreck: Wreck, receiver: Receiver, cases: list[str]) -> None:
    """Wait until everything that is in the log of these cases has arrived, and look at it."""
    pool = wreck.site.office.log.pool
    query = "select case_id, position from sealed_entry where case_id = any($1) order by position"
    unsealed = "select (select count(*) from event) - (select count(*) from sealed_entry)"
    async with asyncio.timeout(120):
        while await pool.fetchval(unsealed):
            await asyncio.sleep(0.1)
        written = defaultdict[str, list[int]](list)
        for row in await pool.fetch(query, cases):
            written[row["case_id"]].append(row["position"])
        while any(set(receiver.order(case)) != set(written[case]) for case in cases):
            await asyncio.sleep(0.1)
    for case_id in cases:
        assert receiver.order(case_id) == written[case_id]


def repeats(receiver: Receiver) -> int:
    """How many calls were repeats; each of them must say so."""
    seen = defaultdict[str, list[int]](list)
    for heard in receiver.came:
        seen[heard.headers["webhook-id"]].append(heard.attempt)
    for attempts in seen.values():
        assert attempts == sorted(set(attempts))
        assert attempts[0] == 1 or len(attempts) == 1
    assert all(len(attempts) == 1 or attempts[-1] > 1 for attempts in seen.values())
    return len(receiver.came) - len(seen)


async def in_the_middle(receiver: Receiver, count: int = 20) -> None:
    """Wait until so many more calls have come, with one under way."""
    before = len(receiver.came)
    async with asyncio.timeout(60):
        while len(receiver.came) < before + count or not receiver.under_way:
            await asyncio.sleep(0.01)


async def killed(
    wreck: Wreck, receiver: Receiver, cases: list[str], kill: Callable[[Wreck], Awaitable[None]]
) -> int:
    one = await subscribe(wreck, receiver)
    async with wreck.commands(cases):
        await in_the_middle(receiver)
        await kill(wreck)
        await in_the_middle(receiver)
    await arrived(wreck, receiver, cases)
    log = wreck.site.office.log
    await Subscriptions(log.pool, log.keys).remove(one.subscription_id)
    for heard in receiver.came:
        heard.verified(one.secrets[0])
    return repeats(receiver)


async def test_a_worker_killed_while_it_delivers_loses_nothing_and_marks_what_it_repeats(
    wreck: Wreck, receiver: Receiver, cases: list[str]
) -> None:
    assert await killed(wreck, receiver, cases, Wreck.kill_worker) > 0, "it was not in the middle"


@pytest.mark.long
async def test_deliveries_outlive_a_killed_postgresql(
    wreck: Wreck, receiver: Receiver, cases: list[str]
) -> None:
    await killed(wreck, receiver, cases, Wreck.kill_postgres)


@pytest.mark.long
async def test_deliveries_outlive_a_killed_temporal(
    wreck: Wreck, receiver: Receiver, cases: list[str]
) -> None:
    await killed(wreck, receiver, cases, Wreck.kill_temporal)
