"""A receiver fails, cuts the line, hangs and is late: order kept, nothing lost, repeats marked."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from standardwebhooks import WebhookVerificationError

from eventlog.store import EventStore
from tests.activities.post_office import HASTY, PostOffice, post_office
from tests.activities.receiver import Manner, Receiver, receiving


@pytest.fixture
async def post(store: EventStore, database: str) -> AsyncIterator[PostOffice]:
    async with post_office(store, database) as office:
        yield office


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


def repeats_are_marked(receiver: Receiver) -> None:
    """Whatever comes again says so: a receiver that looks at the first attempts alone gets all."""
    seen = defaultdict[str, list[int]](list)
    for heard in receiver.came:
        seen[heard.headers["webhook-id"]].append(heard.attempt)
    for attempts in seen.values():
        assert attempts == sorted(set(attempts))
        assert attempts[0] == 1


async def test_what_happened_is_delivered_once_in_order_and_signed(
    post: PostOffice, receiver: Receiver
) -> None:
    subscription = await post.subscribe(receiver.url)
    await post.happen("a", "b", "c", notes=5)
    await post.until_idle(subscription)
    assert len(receiver.came) == len(receiver.taken) == 18
    for case_id in "abc":
        order = receiver.order(case_id)
        assert order == sorted(order)
        assert len(order) == 6
    for heard in receiver.came:
        assert heard.attempt == 1
        assert heard.headers["content-type"] == "application/cloudevents+json"
        assert heard.verified(subscription.secrets[0])["specversion"] == "1.0"
        with pytest.raises(WebhookVerificationError):
            heard.verified("whsec_" + "A" * 43)
    recent = await post.ledger.recent(subscription.subscription_id, 50)
    assert {(one.state, one.status, one.attempts) for one in recent} == {("delivered", 200, 1)}
    assert all(one.milliseconds is not None for one in recent)


@pytest.mark.parametrize("manner", [500, 302, 404, 429, "cut", "hang", "late"])
async def test_whatever_a_receiver_does_the_event_comes_again_marked(
    post: PostOffice, receiver: Receiver, manner: Manner
) -> None:
    receiver.manner = lambda heard: manner if heard.attempt < 3 else None
    subscription = await post.subscribe(receiver.url)
    await post.happen("a", notes=1)
    await post.until_idle(subscription)
    assert receiver.order("a") == [0, 1]
    assert [heard.attempt for heard in receiver.came] == [1, 2, 3, 1, 2, 3]
    repeats_are_marked(receiver)
    bodies = {heard.body for heard in receiver.came if heard.position == 0}
    assert len(bodies) == 1, "each attempt brings the same"


async def test_under_any_mixture_of_faults_the_order_of_each_case_holds_and_nothing_is_lost(
    store: EventStore, database: str, receiver: Receiver
) -> None:
    drawn = random.Random(2026)
    manners: list[Manner | None] = [500, "cut", "late", 503, None, None, None, None]
    receiver.manner = lambda _: drawn.choice(manners)
    many = replace(HASTY, waits=HASTY.waits * 20, hold_from=10_000, pause_from=10_000)
    async with post_office(store, database, many) as post:
        subscription = await post.subscribe(receiver.url)
        cases = [f"case{n}" for n in range(6)]
        await post.happen(*cases, notes=4)
        await post.until_idle(subscription, 60)
    for case_id in cases:
        order = receiver.order(case_id)
        assert order == sorted(order)
        assert len(order) == 5
    repeats_are_marked(receiver)
    assert 1 < receiver.most_at_once <= 8
    assert await post.ledger.tally(subscription.subscription_id) == (0, 0)
