"""What cannot be delivered stops its own case only; who is down or gone is left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.delivering import scope_for
from domain.scope import matches
from eventlog.store import EventStore
from eventlog.subscriptions import Standing, Subscription, Wish
from tests.activities.post_office import HASTY, PostOffice, post_office
from tests.activities.receiver import Receiver, receiving
from tests.domain.town import law
from tests.eventlog.sample import add, noted, project, reported


@pytest.fixture
async def post(store: EventStore, database: str) -> AsyncIterator[PostOffice]:
    async with post_office(store, database) as office:
        yield office


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def dead(post: PostOffice, subscription: Subscription) -> list[tuple[str, int]]:
    found = await post.ledger.dead(subscription.subscription_id, -1, 100)
    return [(one.case_id, one.position) for one in found]


async def test_a_poisoned_case_is_given_up_and_all_others_go_on(
    post: PostOffice, receiver: Receiver
) -> None:
    subscription = await post.subscribe(receiver.url)
    await post.happen("bad", "good", notes=2)
    receiver.manner = lambda heard: 500 if heard.position == 1 else None
    first = await post.store.pool.fetchrow("select * from sealed_entry where position = 1")
    assert first is not None
    bad = first["case_id"]
    good = ({"bad", "good"} - {bad}).pop()
    await post.until_idle(subscription)
    order = [
        row["position"]
        for row in await post.store.pool.fetch(
            "select position from sealed_entry where case_id = $1 order by 1", bad
        )
    ]
    given_up = order[order.index(1) :]
    assert await dead(post, subscription) == [(bad, position) for position in given_up]
    assert receiver.order(good) == sorted(receiver.order(good))
    assert len(receiver.order(good)) == 3
    assert [h.attempt for h in receiver.came if h.position == 1] == [1, 2, 3, 4]

    await add(post.store, bad, noted(9))
    await post.seal()
    await post.until_idle(subscription)
    assert len(await dead(post, subscription)) == len(given_up) + 1, "or it would overtake"

    receiver.manner = lambda _: None
    assert await post.ledger.revive(subscription.subscription_id, bad) == len(given_up) + 1
    await post.until_idle(subscription)
    assert receiver.order(bad) == sorted(receiver.order(bad))
    assert len(receiver.order(bad)) == 4
    assert await dead(post, subscription) == []


async def test_sending_again_from_a_position_overtakes_nothing_that_is_dead(
    post: PostOffice, receiver: Receiver
) -> None:
    subscription = await post.subscribe(receiver.url)
    await post.happen("a", "b", notes=1)
    receiver.manner = lambda heard: 500 if heard.case_id == "a" else None
    await post.until_idle(subscription)
    receiver.manner = lambda _: None
    receiver.taken.clear()
    assert await post.ledger.again_after(subscription.subscription_id, 1) == 3
    await post.until_idle(subscription)
    later = {h.case_id for h in receiver.taken}
    assert "a" not in later, "its first event is dead, and lies before"
    assert {case_id for case_id, _ in await dead(post, subscription)} == {"a"}
    await post.ledger.again_after(subscription.subscription_id, -1)
    await post.until_idle(subscription)
    assert await dead(post, subscription) == []
    assert receiver.order("a") == sorted(receiver.order("a"))
    assert len(receiver.order("a")) == 2
    assert all(heard.attempt > 1 for heard in receiver.taken)


async def test_a_case_that_hangs_does_not_hold_the_others_up(
    store: EventStore, database: str, receiver: Receiver
) -> None:
    async with post_office(store, database, longest=5.0) as post:
        subscription = await post.subscribe(receiver.url)
        receiver.manner = lambda heard: "hang" if heard.case_id == "slow" else None
        await post.happen("slow", "a", "b")
        shift = asyncio.create_task(post.deliverer.shift(subscription.subscription_id, 10))
        began = time.monotonic()
        async with asyncio.timeout(4):
            while not (receiver.order("a") and receiver.order("b")):
                await asyncio.sleep(0.01)
        await post.happen("later", notes=3)
        async with asyncio.timeout(4):
            while len(receiver.order("later")) < 4:
                await asyncio.sleep(0.01)
        assert time.monotonic() - began < 5, "the first call still hangs"
        shift.cancel()
        await asyncio.gather(shift, return_exceptions=True)


async def test_a_receiver_that_is_gone_is_called_no_more(
    post: PostOffice, receiver: Receiver
) -> None:
    subscription = await post.subscribe(receiver.url)
    receiver.manner = lambda _: 410
    await post.happen("a")
    await post.until_idle(subscription)
    assert await post.state(subscription) == ("disabled", "gone")
    assert len(receiver.came) == 1
    await post.happen("b")
    assert not (await post.deliverer.shift(subscription.subscription_id, 1)).active
    assert len(receiver.came) == 1
    receiver.manner = lambda _: None
    await post.subscriptions.set_state(subscription.subscription_id, "active", None)
    await post.until_idle(subscription)
    assert (receiver.order("a"), receiver.order("b")) == ([0], [1])


async def test_when_nothing_succeeds_for_long_it_is_paused_and_nothing_is_lost(
    store: EventStore, database: str, receiver: Receiver
) -> None:
    soon = replace(
        HASTY, waits=HASTY.waits * 20, pause_from=6, pause_after=timedelta(milliseconds=1)
    )
    receiver.manner = lambda _: 503
    async with post_office(store, database, soon) as post:
        subscription = await post.subscribe(receiver.url)
        await post.happen("a", "b", notes=1)
        await post.until_idle(subscription)
        assert await post.state(subscription) == ("paused", "failing")
        assert await dead(post, subscription) == []
        receiver.manner = lambda _: None
        await post.subscriptions.set_state(subscription.subscription_id, "active", None)
        await post.until_idle(subscription)
    for case_id in "ab":
        assert receiver.order(case_id) == sorted(receiver.order(case_id))
        assert len(receiver.order(case_id)) == 2


async def test_a_receiver_that_is_down_is_left_alone_for_a_moment(
    store: EventStore, database: str, receiver: Receiver
) -> None:
    wary = replace(HASTY, waits=HASTY.waits * 20, hold_from=3, hold=timedelta(hours=1))
    receiver.manner = lambda _: 503
    async with post_office(store, database, wary) as post:
        subscription = await post.subscribe(receiver.url)
        await post.happen(*(f"case{n}" for n in range(40)))
        await post.deliverer.shift(subscription.subscription_id, 0.8)
        assert len(receiver.came) < 20, "forty cases wait, and are not all tried"
        found = await post.subscriptions.find(subscription.subscription_id)
        assert found is not None
        assert found.held


async def test_two_workers_do_not_deliver_the_same_subscription_at_once(
    store: EventStore, database: str, receiver: Receiver
) -> None:
    receiver.delay = 0.02
    async with post_office(store, database) as one, post_office(store, database) as other:
        subscription = await one.subscribe(receiver.url)
        await one.happen("a", "b", notes=6)
        shifts = (
            post.deliverer.shift(subscription.subscription_id, 4) for post in (one, other, one)
        )
        await asyncio.gather(*shifts)
        assert await one.idle(subscription)
    assert [heard.attempt for heard in receiver.came] == [1] * 14
    for case_id in "ab":
        assert [h.position for h in receiver.came if h.case_id == case_id] == receiver.order(
            case_id
        )


async def test_whoever_is_cut_off_in_the_middle_sends_again_and_says_so(
    post: PostOffice, receiver: Receiver
) -> None:
    receiver.manner = lambda heard: "hang" if heard.attempt == 1 else None
    subscription = await post.subscribe(receiver.url)
    await post.happen("a")
    shift = asyncio.create_task(post.deliverer.shift(subscription.subscription_id, 10))
    async with asyncio.timeout(5):
        while not receiver.came:
            await asyncio.sleep(0.01)
    shift.cancel()
    await asyncio.gather(shift, return_exceptions=True)
    await post.until_idle(subscription)
    assert [(heard.position, heard.attempt) for heard in receiver.came] == [(0, 1), (0, 2)]


async def test_more_than_there_is_room_for_is_delivered_too(
    post: PostOffice, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventlog.deliveries._ROOM", 7)
    monkeypatch.setattr("eventlog.told.STRETCH", 5)
    subscription = await post.subscribe(receiver.url)
    await post.happen("a", "b", "c", notes=9)
    await post.until_idle(subscription, 30)
    assert sum(len(receiver.order(case_id)) for case_id in "abc") == 30


def test_when_its_body_is_no_more_it_is_told_of_nothing() -> None:
    row = project("a", [reported("C-a")])
    before, after = datetime(2024, 3, 4, tzinfo=UTC).date(), datetime(2026, 3, 4, tzinfo=UTC).date()
    of_commune = _subscription("unit:26734", "26734")
    assert matches(scope_for(of_commune, law().directory, before), row)
    assert not matches(scope_for(of_commune, law().directory, after), row)
    of_province = _subscription("unit:79", "79")
    assert matches(scope_for(of_province, law().directory, after), row)
    about = replace(row, about_body="party:79")
    assert not matches(scope_for(of_province, law().directory, after), about)


def _subscription(body: str, root: str) -> Subscription:
    return Subscription(
        subscription_id="s",
        standing=Standing("integration", body, root, frozenset({body, "party:79"})),
        wish=Wish("https://receiver.example"),
        state="active",
        why=None,
        looked=-1,
        failures=0,
        created_at=datetime(2024, 3, 4, tzinfo=UTC),
        old_until=None,
        request_hash=b"",
        held=False,
        secrets=("whsec_AAAA",),
    )
