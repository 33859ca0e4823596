"""Subscriptions through the interface: who may have which, secrets, pauses and sending again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from activities.addresses import Addresses
from activities.delivering import scope_for
from eventlog.store import EventStore
from tests.activities.post_office import PostOffice, post_office
from tests.activities.receiver import Receiver, receiving
from tests.api.counter import (
    COMMUNE,
    ELSEWHERE,
    NOW,
    PROVINCE,
    Counter,
    counter_over,
    telling_over,
)
from tests.domain.town import law

PROGRAM, ADMIN = f"integration@{PROVINCE}", f"admin@{PROVINCE}"
URL = "https://receiver.example.vn/hoiam?key=s3cret"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def post(store: EventStore, database: str) -> AsyncIterator[PostOffice]:
    async with post_office(store, database) as office:
        yield office


async def call(
    counter: Counter, method: str, path: str = "", role: str = PROGRAM, **sent: Any
) -> httpx.Response:
    headers = {**counter.token(role), **sent.pop("headers", {})}
    url = f"/v1/subscriptions{path}"
    return await counter.http.request(method, url, headers=headers, **sent)


async def made(counter: Counter, role: str = PROGRAM, **form: Any) -> dict[str, Any]:
    answer = await call(counter, "POST", role=role, json={"url": URL, **form})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_secret_is_shown_when_it_is_made_and_never_again(counter: Counter) -> None:
    one = await made(counter, types=["CaseEscalated"], units=["26737"], categories=["road"])
    assert one["secret"].startswith("whsec_")
    assert (one["body"], one["unit"], one["units"]) == (PROVINCE, "79", ["26737~2025"])
    shown = (await call(counter, "GET", f"/{one['id']}")).json()
    listed = (await call(counter, "GET")).json()
    assert shown == {key: value for key, value in one.items() if key != "secret"}
    assert listed == {"subscriptions": [shown], "next": None}
    row = await counter.desk.store.pool.fetchrow("select * from subscription")
    assert row is not None
    assert one["secret"].removeprefix("whsec_") not in str(dict(row))


async def test_under_one_key_one_subscription_is_made(counter: Counter) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    form = {"url": URL, "types": ["CaseClosed", "CaseEscalated"]}
    first, again = [await call(counter, "POST", json=form, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    other = await call(counter, "POST", json={**form, "types": []}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert len((await call(counter, "GET")).json()["subscriptions"]) == 1


@pytest.mark.parametrize("role", ["collaborator", "case_officer", "leader", "auditor"])
async def test_others_have_no_subscriptions(counter: Counter, role: str) -> None:
    mine = await made(counter)
    for method, path, form in (
        ("GET", "", None),
        ("POST", "", {"url": URL}),
        ("GET", f"/{mine['id']}", None),
        ("POST", f"/{mine['id']}/secret", {}),
        ("POST", f"/{mine['id']}/replay", {}),
        ("DELETE", f"/{mine['id']}", None),
    ):
        answer = await call(counter, method, path, f"{role}@{PROVINCE}", json=form)
        assert answer.status_code == 403, (method, path)


async def test_a_body_sees_its_own_and_an_admin_those_in_the_territory(counter: Counter) -> None:
    mine = await made(counter)
    lower = await made(counter, f"integration@{COMMUNE}")
    other = await made(counter, f"integration@{ELSEWHERE}")

    async def seen(role: str) -> set[str]:
        said = (await call(counter, "GET", role=role)).json()["subscriptions"]
        for one in (mine, lower, other):
            there = one["id"] in {told["id"] for told in said}
            asked = await call(counter, "GET", f"/{one['id']}", role)
            assert asked.status_code == (200 if there else 404)
        return {told["id"] for told in said}

    assert await seen(PROGRAM) == {mine["id"]}
    assert await seen(f"integration@{PROVINCE} in 26737") == set()
    assert await seen(ADMIN) == {mine["id"], lower["id"]}
    assert await seen(f"admin@{COMMUNE}") == {lower["id"]}
    assert await seen(f"admin@{ELSEWHERE}") == {other["id"]}


@pytest.mark.parametrize(
    ("form", "status", "where"),
    [
        ({"types": ["NoSuch"]}, 422, "/types"),
        ({"categories": ["nonsense"]}, 422, "/categories"),
        ({"units": ["99999"]}, 422, "/units"),
        ({"units": ["00001"]}, 403, None),
        ({"url": "https://user:pass@receiver.example"}, 422, "/url"),
        ({"url": "https://receiver.example/#x"}, 422, "/url"),
        ({"url": "http://receiver.example/"}, 422, "/url"),
        ({"url": "ftp://receiver.example/"}, 422, "/url"),
        ({"url": "https:///nowhere"}, 422, "/url"),
        ({"url": "https://127.0.0.1/"}, 422, "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, 422, "/url"),
        ({"url": "https://receiver.example:99999/"}, 422, "/url"),
        ({"url": "https://nói.example/"}, 422, "/url"),
        ({"after": -2}, 422, "/after"),
        ({"more": 1}, 422, "/more"),
    ],
)
async def test_what_cannot_be_asked_is_told(
    store: EventStore, form: dict[str, Any], status: int, where: str | None
) -> None:
    strict = replace(telling_over(store), addresses=Addresses())
    counter = counter_over(store, telling=strict)
    answer = await call(counter, "POST", json={"url": URL, **form})
    assert answer.status_code == status, answer.text
    assert where is None or where in {one["pointer"] for one in answer.json()["errors"]}
    assert await store.pool.fetchval("select count(*) from subscription") == 0


async def test_a_body_has_not_endlessly_many(counter: Counter) -> None:
    for _ in range(20):
        await made(counter)
    refused = await call(counter, "POST", json={"url": URL})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_subscriptions")
    await made(counter, f"integration@{COMMUNE}")


async def test_pages_of_subscriptions_follow_each_other(counter: Counter) -> None:
    ids = [(await made(counter))["id"] for _ in range(5)]
    seen, after = list[str](), ""
    while after is not None:
        said = (await call(counter, "GET", params={"after": after, "limit": 2})).json()
        seen += [one["id"] for one in said["subscriptions"]]
        after = said["next"]
    assert seen == sorted(ids)


async def test_it_is_told_of_its_territory_and_never_of_a_case_about_its_body(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, url=receiver.url)
    mine = await counter.report()
    await counter.report(unit="00001")
    await counter.report(about_body=PROVINCE)
    narrow = await made(counter, url=f"{receiver.url}/narrow", after=-1, types=["ClockStarted"])
    await post.seal()
    for told in (one, narrow):
        found = await post.subscriptions.find(told["id"])
        assert found is not None
        await post.until_idle(found)
    assert {heard.case_id for heard in receiver.taken} == {mine["case_id"]}
    types = sorted(heard.event["type"].split(".")[3] for heard in receiver.taken)
    assert types == ["CaseReported", "ClockStarted", "ClockStarted"]


async def test_it_is_not_told_of_a_body_in_which_its_maker_has_a_role_of_another_kind(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    officer_too = counter.token(PROGRAM, f"case_officer@{COMMUNE}")
    sent = {"url": receiver.url}
    one = await counter.http.post("/v1/subscriptions", headers=officer_too, json=sent)
    await counter.report(about_body=COMMUNE)
    plain = (await counter.report())["case_id"]
    await delivered(post, one.json())
    assert {heard.case_id for heard in receiver.came} == {plain}


async def test_a_secret_is_changed_without_a_gap(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, url=receiver.url)
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/{one['id']}/secret"
    new = (await call(counter, "POST", path, json={}, headers=key)).json()
    again = (await call(counter, "POST", path, json={}, headers=key)).json()
    assert new["secret"] == again["secret"] != one["secret"]
    assert new["old_secret_until"] is not None
    await counter.report()
    await post.seal()
    found = await post.subscriptions.find(one["id"])
    assert found is not None
    await post.until_idle(found)
    for heard in receiver.taken:
        assert heard.verified(one["secret"]) == heard.verified(new["secret"])
    last = (await call(counter, "POST", path, json={"overlap_hours": 0})).json()
    assert last["old_secret_until"] is None
    answered = (await call(counter, "POST", f"/{one['id']}/test")).json()
    assert (answered["taken"], answered["status"]) == (True, 200)
    ping = receiver.came[-1]
    assert ping.verified(last["secret"])["type"] == "vn.hoiam.ping.v1"
    assert ping.headers["webhook-signature"].count("v1,") == 1


async def test_paused_nothing_is_sent_and_nothing_is_lost(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, url=receiver.url)
    path = f"/{one['id']}"
    paused = (await call(counter, "PATCH", path, json={"state": "paused"})).json()
    assert (paused["state"], paused["why"]) == ("paused", "by_request")
    receipt = await counter.report()
    await post.seal()
    assert (await post.deliverer.shift(one["id"], 0.3)).active is False
    assert receiver.came == []
    resumed = (await call(counter, "PATCH", path, json={"state": "active"})).json()
    assert (resumed["state"], resumed["why"]) == ("active", None)
    found = await post.subscriptions.find(one["id"])
    assert found is not None
    await post.until_idle(found)
    assert len(receiver.order(receipt["case_id"])) == 2
    said = (await call(counter, "GET", f"{path}/deliveries")).json()["deliveries"]
    assert [(d["state"], d["status"], d["attempts"]) for d in said] == [("delivered", 200, 1)] * 2


async def test_what_is_dead_is_shown_and_sent_again_on_request(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, url=receiver.url)
    poison = (await counter.report())["case_id"]
    receiver.manner = lambda heard: 500 if heard.case_id == poison else None
    await post.seal()
    found = await post.subscriptions.find(one["id"])
    assert found is not None
    await post.until_idle(found)
    path = f"/{one['id']}"
    dead = (await call(counter, "GET", f"{path}/dead")).json()["deliveries"]
    assert [(d["case_id"], d["attempts"], d["error"]) for d in dead] == [
        (poison, 4, "status_500"),
        (poison, 0, None),
    ]
    both = await call(counter, "POST", f"{path}/replay", json={"case_id": poison, "after": 0})
    assert both.status_code == 422
    receiver.manner = lambda _: None
    answer = await call(counter, "POST", f"{path}/replay", json={"case_id": poison})
    assert (answer.status_code, answer.json()["revived"]) == (202, 2)
    await post.until_idle(found)
    assert receiver.order(poison) == [0, 1]
    again = await call(counter, "POST", f"{path}/replay", json={"after": -1})
    assert again.json() == {"revived": 0, "after": -1}
    receiver.taken.clear()
    await post.until_idle(found)
    assert [heard.position for heard in receiver.taken] == [0, 1]
    assert all(heard.attempt > 1 for heard in receiver.taken)


LOWER = f"integration@{COMMUNE}"


async def delivered(post: PostOffice, one: dict[str, Any]) -> None:
    """Everything so far is sealed, and sent or given up."""
    await post.seal()
    found = await post.subscriptions.find(one["id"])
    assert found is not None
    await post.until_idle(found)


async def taken_on(post: PostOffice, one: dict[str, Any]) -> None:
    """Everything so far is sealed and waits to be sent."""
    await post.seal()
    deliveries, lease = post.deliverer.deliveries, post.deliverer.patience.lease
    held = await deliveries.claim(one["id"], "claim", lease)
    assert held is not None
    scope = scope_for(held, law().at(NOW).directory, NOW.date())
    assert await deliveries.take_on(held, "claim", scope) is not None
    await deliveries.release(one["id"], "claim")


async def cases_in(counter: Counter, one: dict[str, Any], what: str, role: str) -> set[str]:
    said = (await call(counter, "GET", f"/{one['id']}/{what}", role)).json()
    return {told["case_id"] for told in said["deliveries"]}


async def test_no_list_tells_an_admin_of_a_case_about_their_own_body(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, LOWER, url=receiver.url)
    plain = (await counter.report())["case_id"]
    about = (await counter.report(about_body=PROVINCE))["case_id"]
    await delivered(post, one)
    assert await cases_in(counter, one, "deliveries", LOWER) == {plain, about}
    assert await cases_in(counter, one, "deliveries", ADMIN) == {plain}
    receiver.manner = lambda _: 500
    await counter.report(about_body=PROVINCE)
    await delivered(post, one)
    assert await cases_in(counter, one, "dead", ADMIN) == set()
    assert len(await cases_in(counter, one, "dead", LOWER)) == 1
    for role, dead in ((ADMIN, 0), (LOWER, 2)):
        shown = (await call(counter, "GET", f"/{one['id']}", role)).json()
        listed = (await call(counter, "GET", role=role)).json()["subscriptions"][0]
        assert (shown["dead"], listed["dead"]) == (dead, dead), role


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("PATCH", "", {"url": URL}),
        ("POST", "/secret", {}),
        ("POST", "/replay", {"after": -1}),
        ("POST", "/replay", {}),
    ],
)
async def test_who_takes_a_subscription_over_is_not_told_of_their_own_body_by_it(
    counter: Counter, post: PostOffice, receiver: Receiver, method: str, path: str, form: Any
) -> None:
    one = await made(counter, LOWER, url=receiver.url, after=-1)
    plain = (await counter.report())["case_id"]
    receiver.manner = lambda _: 500
    await counter.report(about_body=PROVINCE)
    await delivered(post, one)
    await counter.report(about_body=PROVINCE)
    await taken_on(post, one)
    receiver.manner = lambda _: None
    receiver.came.clear()
    receiver.taken.clear()
    sent = {"url": f"{receiver.url}/other"} if "url" in form else form
    answer = await call(counter, method, f"/{one['id']}{path}", ADMIN, json=sent)
    assert answer.is_success, answer.text
    assert answer.json().get("revived", 0) <= 2, "none of a case about the own body"
    again = await call(counter, "POST", f"/{one['id']}/replay", ADMIN, json={"after": -1})
    assert again.status_code == 202
    later = (await counter.report(about_body=PROVINCE))["case_id"]
    await delivered(post, one)
    assert {heard.case_id for heard in receiver.came} == {plain}
    assert later not in await cases_in(counter, one, "deliveries", LOWER)


async def test_what_waits_for_the_former_receiver_is_not_sent_to_the_new_one(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    one = await made(counter, LOWER, url=receiver.url)
    await counter.report(about_body=PROVINCE)
    plain = (await counter.report())["case_id"]
    await taken_on(post, one)
    assert await post.ledger.tally(one["id"]) == (4, 0)
    moved = {"url": f"{receiver.url}/other"}
    await call(counter, "PATCH", f"/{one['id']}", ADMIN, json=moved)
    await delivered(post, one)
    assert {heard.case_id for heard in receiver.came} == {plain}


async def test_events_are_not_taken_on_for_whom_it_was_before(
    counter: Counter, post: PostOffice
) -> None:
    one = await made(counter, LOWER, url="https://127.0.0.1:1/")
    await counter.report(about_body=PROVINCE)
    await post.seal()
    lease = post.deliverer.patience.lease
    held = await post.deliverer.deliveries.claim(one["id"], "claim", lease)
    assert held is not None
    await call(counter, "POST", f"/{one['id']}/secret", ADMIN, json={})
    scope = scope_for(held, law().at(NOW).directory, NOW.date())
    assert await post.deliverer.deliveries.take_on(held, "claim", scope) is None
    assert await post.ledger.tally(one["id"]) == (0, 0)


async def test_ended_it_is_no_more(counter: Counter) -> None:
    one = await made(counter)
    assert (await call(counter, "DELETE", f"/{one['id']}")).status_code == 204
    assert (await call(counter, "DELETE", f"/{one['id']}")).status_code == 404
    assert (await call(counter, "GET", f"/{one['id']}")).status_code == 404


async def test_no_address_and_no_secret_stands_in_a_log(
    counter: Counter, post: PostOffice, receiver: Receiver
) -> None:
    with capture_logs() as lines:
        one = await made(counter, url=f"{receiver.url}?key=s3cret")
        receiver.manner = lambda _: 500
        await counter.report()
        await post.seal()
        await post.deliverer.shift(one["id"], 0.3)
        await call(counter, "POST", f"/{one['id']}/test")
    told = str(lines)
    assert "not_delivered" in told
    assert not [word for word in ("s3cret", receiver.url, one["secret"][6:]) if word in told]
