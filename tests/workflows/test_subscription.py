"""The workflow of a subscription: it sees to deliveries, whatever is stopped, lost or changed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import WorkflowExecutionStatus

from eventlog.subscriptions import Standing, Subscription, Subscriptions, Wish
from tests.activities.receiver import Receiver, receiving
from tests.stacks import CLASSIC, Site, opened
from workers.recover import recover

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("deliveries")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("deliveries")
    real = opened(folder, virtual_time=False, webhook_private_networks=True, history_limit=60)
    async with real as site:
        await site.start_work()
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


def subscriptions(site: Site) -> Subscriptions:
    return Subscriptions(site.office.log.pool, site.office.log.keys)


async def subscribe(site: Site, url: str) -> Subscription:
    """Be told of the province from now on."""
    name, standing = str(uuid4()), Standing("integration", "unit:79", "79", frozenset({"unit:79"}))
    now = await site.office.log.pool.fetchval("select max(position) from sealed_entry")
    looked = -1 if now is None else int(now)
    return await subscriptions(site).make(
        name, f"key/{name}", bytes(32), standing, Wish(url), looked
    )


async def told(receiver: Receiver, case_id: str, count: int = 2) -> list[int]:
    async with asyncio.timeout(45):
        while len(receiver.order(case_id)) < count:
            await asyncio.sleep(0.05)
    order = receiver.order(case_id)
    assert order == sorted(order)
    return [heard.attempt for heard in receiver.came if heard.case_id == case_id]


async def handed_back(site: Site, one: Subscription) -> None:
    """Wait until nobody delivers it."""
    free = "select claimed_until = '-infinity' from subscription where subscription_id = $1"
    async with asyncio.timeout(20):
        while not await site.office.log.pool.fetchval(free, one.subscription_id):
            await asyncio.sleep(0.05)


async def status(site: Site, one: Subscription) -> WorkflowExecutionStatus | None:
    handle = site.office.subscribing.handle(one.subscription_id)
    return (await handle.describe()).status


async def test_a_report_is_told_to_who_subscribed_and_nobody_has_to_start_anything(
    site: Site, receiver: Receiver
) -> None:
    one = await subscribe(site, receiver.url)
    case_id = await site.report(CLASSIC)
    assert await told(receiver, case_id) == [1, 1]
    assert await status(site, one) is WorkflowExecutionStatus.RUNNING
    for heard in receiver.came:
        assert heard.verified(one.secrets[0])["subject"] == case_id
    await subscriptions(site).remove(one.subscription_id)
    async with asyncio.timeout(30):
        while await status(site, one) is not WorkflowExecutionStatus.COMPLETED:
            await asyncio.sleep(0.1)
    await site.report(CLASSIC)
    await asyncio.sleep(1)
    assert {heard.case_id for heard in receiver.came} == {case_id}


async def test_while_no_worker_works_nothing_is_lost(site: Site, receiver: Receiver) -> None:
    one = await subscribe(site, receiver.url)
    before = await site.report(CLASSIC)
    assert await told(receiver, before) == [1, 1]
    await site.stop_work()
    meanwhile = await site.report(CLASSIC)
    await asyncio.sleep(0.5)
    assert receiver.order(meanwhile) == []
    await site.start_work()
    assert await told(receiver, meanwhile) == [1, 1]
    await subscriptions(site).remove(one.subscription_id)


async def test_a_lost_temporal_loses_nothing_and_sends_nothing_twice(
    site: Site, receiver: Receiver
) -> None:
    one = await subscribe(site, receiver.url)
    before = await site.report(CLASSIC)
    await told(receiver, before)
    await site.stop_work()
    await site.stack.temporal.stop()
    shutil.rmtree(site.stack.info.data_dir / "temporal")
    await site.stack.temporal.start()
    meanwhile = await site.report(CLASSIC)
    await site.start_work()
    await asyncio.sleep(1)
    assert receiver.order(meanwhile) == [], "its workflow is gone"
    await recover(site.office)
    assert await told(receiver, meanwhile) == [1, 1]
    assert [heard.attempt for heard in receiver.came] == [1, 1, 1, 1]
    await subscriptions(site).remove(one.subscription_id)


async def test_paused_and_resumed_many_times_its_runs_hand_over_to_each_other(
    site: Site, receiver: Receiver
) -> None:
    one = await subscribe(site, receiver.url)
    cases = list[str]()
    for _ in range(8):
        await subscriptions(site).set_state(one.subscription_id, "paused", "by_request")
        cases.append(await site.report(CLASSIC))
        await handed_back(site, one)
        assert receiver.order(cases[-1]) == []
        await subscriptions(site).set_state(one.subscription_id, "active", None)
        assert await told(receiver, cases[-1]) == [1, 1]
    query = f'WorkflowId = "subscription/{one.subscription_id}"'
    async with asyncio.timeout(20):
        while len([run async for run in site.office.client.list_workflows(query)]) < 2:
            await asyncio.sleep(0.2)
    assert await status(site, one) is WorkflowExecutionStatus.RUNNING
    await subscriptions(site).remove(one.subscription_id)


async def test_nothing_is_wrong_with_the_log_after_all_this(site: Site) -> None:
    await site.finish()
    assert await site.findings() == []
