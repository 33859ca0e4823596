"""Take-over: all open cases of an officer go to another one who is known, listed before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.events import CaseHandedOver
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter, counter_over
from tests.api.test_bulk import counted, posted, results, run

pytestmark = pytest.mark.asyncio(loop_scope="module")

OURS = "unit:26737~2025"
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def came_in(counter: Counter, subject: str, *roles: str) -> str:
    """Let an account come in; returns its id."""
    headers = counter.token(*roles, subject=subject)
    return str((await counter.http.get("/v1/me", headers=headers)).json()["account"])


async def taken(counter: Counter, subject: str, **facts: Any) -> str:
    """A case that an officer of the commune has taken up."""
    case_id = (await counter.report(**facts))["case_id"]
    await counter.do(case_id, "accept", INTAKE)
    await counter.do(case_id, "assign", INTAKE, lead=COMMUNE)
    headers = counter.token(OFFICER, subject=subject)
    url = f"/v1/cases/{case_id}/commands/take"
    assert (await counter.http.post(url, headers=headers)).status_code == 200
    return str(case_id)


async def handed(
    counter: Counter, giver: str, to: str, role: str = LEADER, subject: str = "an"
) -> httpx.Response:
    form = {"from": giver, "to": to, "reason": "Nghỉ thai sản"}
    headers = counter.token(role, subject=subject)
    return await counter.http.post("/v1/handovers", json=form, headers=headers)


async def assignee(counter: Counter, case_id: str) -> str | None:
    row = await counter.desk.store.row(case_id)
    assert row is not None
    return row.assignee


async def test_all_open_cases_of_an_officer_go_to_another_with_the_reason(
    counter: Counter,
) -> None:
    giver, to = [await came_in(counter, one, OFFICER) for one in ("h1", "h2")]
    cases = [await taken(counter, "h1") for _ in range(3)]
    other = await taken(counter, "h2")
    await counter.do(cases[2], "withdraw", "reporter")
    plan = await handed(counter, giver, to)
    assert plan.status_code == 201, plan.text
    bulk_id = plan.json()["bulk_id"]
    assert {one["case_id"] for one in await results(counter, bulk_id, LEADER)} == set(cases[:2])
    assert await assignee(counter, cases[0]) == giver
    await posted(counter, f"bulk/{bulk_id}/start", role=LEADER)
    await run(counter, bulk_id)
    told = await results(counter, bulk_id, LEADER)
    assert {one["outcome"] for one in told} == {"done"}
    assert [await assignee(counter, one) for one in (*cases, other)] == [to, to, giver, to]
    event = (await counter.desk.store.load(cases[0], unseal=True))[-1].event
    assert event.body == CaseHandedOver(
        from_officer=giver, to_officer=to, by_body=OURS, reason="Nghỉ thai sản"
    )


async def test_a_take_over_is_undone_for_the_cases_that_the_other_still_has(
    counter: Counter,
) -> None:
    giver, to = [await came_in(counter, one, OFFICER) for one in ("u1", "u2")]
    third = await came_in(counter, "u3", OFFICER)
    cases = [await taken(counter, "u1") for _ in range(2)]
    bulk_id = (await handed(counter, giver, to)).json()["bulk_id"]
    await posted(counter, f"bulk/{bulk_id}/start", role=LEADER)
    await run(counter, bulk_id)
    url = f"/v1/cases/{cases[1]}/commands/hand_over"
    moved = {"to": third, "reason": "Chuyển tiếp"}
    assert (await counter.http.post(url, json=moved, headers=counter.token(LEADER))).is_success
    back = {"params": {"reason": "Đã đi làm lại"}}
    undo = await posted(counter, f"bulk/{bulk_id}/undo", back, LEADER)
    assert undo.json()["counts"] == counted(total=2, waiting=1, skipped=1)
    await posted(counter, f"bulk/{undo.json()['bulk_id']}/start", role=LEADER)
    await run(counter, undo.json()["bulk_id"])
    assert [await assignee(counter, one) for one in cases] == [giver, third]


async def test_an_unknown_receiver_is_refused(counter: Counter) -> None:
    giver = await came_in(counter, "r1", OFFICER)
    case_id = await taken(counter, "r1")
    program = await came_in(counter, "r5", f"integration@{COMMUNE}")
    for to in ("0" * 20, giver, program):
        answer = await handed(counter, giver, to)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")
    url = f"/v1/cases/{case_id}/commands/hand_over"
    strangers = {
        "nobody": "0" * 20,
        "intake": await came_in(counter, "r2", INTAKE),
        "elsewhere": await came_in(counter, "r3", "case_officer@unit:26740"),
        "program": await came_in(counter, "r4", f"integration@{COMMUNE}"),
    }
    for who, to in strangers.items():
        form = {"to": to, "reason": "Nghỉ"}
        answer = await counter.http.post(url, json=form, headers=counter.token(LEADER))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), who
    assert await assignee(counter, case_id) == giver


async def test_who_leaves_hands_over_the_own_cases_and_nobody_elses(counter: Counter) -> None:
    giver, to = [await came_in(counter, one, OFFICER) for one in ("s1", "s2")]
    case_id = await taken(counter, "s1")
    assert (await handed(counter, giver, to, OFFICER, "s2")).status_code == 403
    plan = await handed(counter, giver, to, OFFICER, "s1")
    assert plan.json()["counts"] == counted(total=1, waiting=1)
    url = f"/v1/cases/{case_id}/commands/hand_over"
    form = {"to": to, "reason": "Tôi nhận"}
    grabbed = await counter.http.post(url, json=form, headers=counter.token(OFFICER, subject="s2"))
    assert (grabbed.status_code, grabbed.json()["code"]) == (403, "not_permitted")
    own = await counter.http.post(url, json=form, headers=counter.token(OFFICER, subject="s1"))
    assert own.status_code == 200, own.text


async def test_a_leader_of_another_body_hands_over_nothing_here(counter: Counter) -> None:
    giver, to = [await came_in(counter, one, OFFICER) for one in ("t1", "t2")]
    case_id = await taken(counter, "t1")
    for role in ("leader@unit:26740", f"leader@{PROVINCE}"):
        plan = await handed(counter, giver, to, role)
        assert plan.json()["counts"] == counted()
    url = f"/v1/cases/{case_id}/commands/hand_over"
    form = {"to": to, "reason": "Nghỉ"}
    above = await counter.http.post(url, json=form, headers=counter.token(f"leader@{PROVINCE}"))
    assert (above.status_code, above.json()["code"]) == (403, "not_accountable")


# -- the register ----------------------------------------------------------------------------


async def officers(counter: Counter, role: str, **query: Any) -> httpx.Response:
    return await counter.http.get("/v1/officers", params=query, headers=counter.token(role))


async def test_the_officers_of_a_body_are_those_who_came_in_and_what_they_have(
    counter: Counter,
) -> None:
    account = await came_in(counter, "o1", OFFICER, f"leader@{COMMUNE}", f"auditor@{COMMUNE}")
    looks_on = await came_in(counter, "o1-auditor", f"auditor@{COMMUNE}")
    await taken(counter, "o1")
    listed: dict[str, Any] = {}
    after: str | None = ""
    while after is not None:
        page = (await officers(counter, LEADER, limit=2, after=after)).json()
        assert page["body"] == COMMUNE
        listed |= {one["account"]: one for one in page["officers"]}
        after = page["next"]
    assert listed[account]["roles"] == ["case_officer", "leader"]
    assert listed[account]["open_cases"] == 1
    assert looks_on not in listed
    assert "o1" not in str(listed), "an opaque id and no subject"


async def test_officers_are_listed_for_the_own_territory_alone(counter: Counter) -> None:
    await came_in(counter, "o2", OFFICER)
    assert (await officers(counter, f"leader@{PROVINCE}", body=COMMUNE)).json()["officers"]
    for body in (PROVINCE, "unit:26740", "unit:01"):
        answer = await officers(counter, LEADER, body=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert (await officers(counter, LEADER, body="unit:99999")).status_code == 422
    assert (await officers(counter, f"integration@{COMMUNE}")).status_code == 403


async def test_an_account_is_written_down_once_an_hour_and_not_at_every_request(
    store: EventStore,
) -> None:
    counter = counter_over(store)
    account = await came_in(counter, "hourly", OFFICER)
    query = "select last_seen from officer where account = $1"
    first = await store.pool.fetchval(query, account)
    assert first == counter.clock.now
    for minutes, moved in ((59, False), (2, True)):
        counter.clock.now += timedelta(minutes=minutes)
        await came_in(counter, "hourly", OFFICER)
        assert (await store.pool.fetchval(query, account) > first) is moved
