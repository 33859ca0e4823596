"""One command on many cases: shown before it is done, done as it was shown, and told as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bulk import BulkActivities
from activities.bulk_plan import LIMIT
from activities.messages import BulkInput
from domain.commands import COMMANDS
from domain.opposites import OPPOSITES
from eventlog.bulks import GIVE_UP
from eventlog.outbox import Outbox
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter, at_once

pytestmark = pytest.mark.asyncio(loop_scope="module")

INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
WASTE = {"category": "waste", "reason": "Nội dung là rác thải"}


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def reported(counter: Counter, count: int, **facts: Any) -> list[str]:
    return [(await counter.report(**facts))["case_id"] for _ in range(count)]


async def posted(
    counter: Counter, path: str, form: Any = None, role: str = INTAKE, **headers: str
) -> httpx.Response:
    sent = {**counter.token(role), **headers}
    return await counter.http.post(f"/v1/{path}", json=form, headers=sent)


async def planned(counter: Counter, form: Any, role: str = INTAKE) -> dict[str, Any]:
    answer = await posted(counter, "bulk", form, role)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/bulk/{answer.json()['bulk_id']}"
    return dict(answer.json())


async def run(counter: Counter, bulk_id: str) -> None:
    """What the workflow does, without a worker."""
    work = BulkActivities(counter.desk.planner.bulks, counter.commands)
    while await ActivityEnvironment().run(work.run_bulk, BulkInput(bulk_id=bulk_id)):
        pass


async def done(counter: Counter, bulk_id: str, role: str = INTAKE) -> dict[str, Any]:
    answer = await posted(counter, f"bulk/{bulk_id}/start", role=role)
    assert (answer.status_code, answer.json()["state"]) == (202, "running"), answer.text
    await run(counter, bulk_id)
    return await seen(counter, bulk_id, role)


async def seen(counter: Counter, bulk_id: str, role: str = INTAKE) -> dict[str, Any]:
    answer = await counter.http.get(f"/v1/bulk/{bulk_id}", headers=counter.token(role))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def results(counter: Counter, bulk_id: str, role: str = INTAKE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        url = f"/v1/bulk/{bulk_id}/results?after={after}&limit=2"
        page = (await counter.http.get(url, headers=counter.token(role))).json()
        found, after = [*found, *page["results"]], page["next"]
    return found


async def categories(counter: Counter, cases: Sequence[str]) -> list[str]:
    rows = [await counter.desk.store.row(case_id) for case_id in cases]
    return [row.category for row in rows if row is not None]


async def test_a_plan_tells_what_would_happen_to_each_case_and_touches_none(
    counter: Counter,
) -> None:
    cases = await reported(counter, 3)
    await counter.do(cases[1], "accept", INTAKE)
    [about] = await reported(counter, 1, about_body=COMMUNE)
    form = {"command": "accept", "cases": [*cases, about, "no-such-case", cases[0]]}
    bulk = await planned(counter, form)
    assert (bulk["state"], bulk["act_as"]) == ("planned", f"{INTAKE.split('@')[0]}@{OURS}")
    assert bulk["counts"] == counted(total=5, skipped=3, waiting=2)
    told = {one["case_id"]: one for one in await results(counter, bulk["bulk_id"])}
    assert told[cases[0]]["forecast"]["events"] == ["CaseAccepted", "ClockStopped", "ClockStarted"]
    assert told[cases[0]]["version"] == 2
    assert told[cases[1]]["forecast"]["code"] == "wrong_state"
    hidden = [{**told[one], "case_id": "", "number": 0} for one in (about, "no-such-case")]
    assert hidden[0] == hidden[1], "a case that is not visible is as one that is not there"
    assert hidden[0]["forecast"]["code"] == "unknown_case"
    row = await counter.desk.store.row(cases[0])
    assert row is not None
    assert row.state == "received"


OURS = "unit:26737~2025"
COUNTS = ("total", "skipped", "waiting", "done", "unchanged", "refused", "not_done")


def counted(**numbers: int) -> dict[str, int]:
    return {**dict.fromkeys(COUNTS, 0), **numbers}


async def test_what_was_planned_is_done_case_by_case_and_told_as_it_was(counter: Counter) -> None:
    cases = await reported(counter, 4)
    await counter.do(cases[3], "classify", INTAKE, category="waste")
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    await counter.do(cases[1], "note", OFFICER, text="Đã xem")
    view = await done(counter, bulk["bulk_id"])
    assert view["state"] == "finished"
    assert view["counts"] == counted(total=4, done=2, unchanged=1, refused=1)
    told = await results(counter, bulk["bulk_id"])
    assert [one["outcome"] for one in told] == ["done", "refused", "done", "unchanged"]
    assert told[1]["result"]["code"] == "version_mismatch"
    assert told[0]["new_version"] == told[0]["version"] + 1
    assert await categories(counter, cases) == ["waste", "road", "waste", "waste"]


async def test_the_cases_of_a_list_are_frozen_when_it_is_planned(counter: Counter) -> None:
    where = {"category": ["education"], "open": True}
    cases = await reported(counter, 3, category="education")
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "where": where})
    [later] = await reported(counter, 1, category="education")
    assert {one["case_id"] for one in await results(counter, bulk["bulk_id"])} == set(cases)
    await done(counter, bulk["bulk_id"])
    assert await categories(counter, [*cases, later]) == [*["waste"] * 3, "education"]


async def test_one_key_plans_once_also_at_once(counter: Counter) -> None:
    cases = await reported(counter, 2)
    form, key = {"command": "classify", "params": WASTE, "cases": cases}, str(uuid4())
    calls = (posted(counter, "bulk", form, **{"Idempotency-Key": key}) for _ in range(10))
    answers = await at_once(*calls)
    assert {answer.json()["bulk_id"] for answer in answers} == {answers[0].json()["bulk_id"]}
    other = {**form, "cases": cases[:1]}
    answer = await posted(counter, "bulk", other, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


async def test_a_bulk_run_again_after_a_crash_does_nothing_twice(counter: Counter) -> None:
    cases = await reported(counter, 5)
    form = {"command": "note", "params": {"text": "Đang kiểm tra"}, "cases": cases}
    bulk = await planned(counter, form, OFFICER)
    give = counter.commands.command

    async def dying(case_id: str, *args: Any, **more: Any) -> Any:
        answer = await give(case_id, *args, **more)
        if case_id == cases[2]:
            raise RuntimeError("killed after the write and before anybody heard of it")
        return answer

    counter.commands.command = dying  # type: ignore[method-assign]
    await posted(counter, f"bulk/{bulk['bulk_id']}/start", role=OFFICER)
    with pytest.raises(RuntimeError):
        await run(counter, bulk["bulk_id"])
    counter.commands.command = give  # type: ignore[method-assign]
    await run(counter, bulk["bulk_id"])
    assert (await seen(counter, bulk["bulk_id"], OFFICER))["counts"] == counted(total=5, done=5)
    for case_id in cases:
        types = [one.event.type for one in await counter.desk.store.load(case_id)]
        assert types.count("ProgressNoted") == 1


async def test_a_case_that_cannot_be_reached_is_never_told_as_done(counter: Counter) -> None:
    cases = await reported(counter, 2)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    await posted(counter, f"bulk/{bulk['bulk_id']}/start")
    counter.commands.down = True
    for _ in range(GIVE_UP):
        with pytest.raises(ApplicationError):
            await run(counter, bulk["bulk_id"])
    counter.commands.down = False
    await run(counter, bulk["bulk_id"])
    view = await seen(counter, bulk["bulk_id"])
    assert (view["state"], view["counts"]) == ("finished", counted(total=2, not_done=2))
    assert await categories(counter, cases) == ["road", "road"]


async def test_a_stopped_bulk_goes_on_when_it_is_started_again(counter: Counter) -> None:
    cases = await reported(counter, 3)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    path = f"bulk/{bulk['bulk_id']}"
    for _ in range(2):
        assert (await posted(counter, f"{path}/stop")).json()["state"] == "stopped"
    await run(counter, bulk["bulk_id"])
    assert (await seen(counter, bulk["bulk_id"]))["counts"] == counted(total=3, waiting=3)
    view = await done(counter, bulk["bulk_id"])
    assert view["counts"] == counted(total=3, done=3)
    for what in ("start", "stop"):
        answer = await posted(counter, f"{path}/{what}")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-bulk-state")


async def test_starting_twice_orders_one_workflow(counter: Counter) -> None:
    cases = await reported(counter, 1)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    path = f"bulk/{bulk['bulk_id']}/start"
    answers = await at_once(*(posted(counter, path) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    ordered = await Outbox(counter.desk.store.pool).lease(1_000, 60)
    assert [one.kind for one in ordered if one.case_id == bulk["bulk_id"]] == ["bulk"]


async def test_what_a_bulk_did_is_undone_where_it_is_still_so(counter: Counter) -> None:
    cases = await reported(counter, 3)
    await counter.do(cases[1], "classify", INTAKE, category="land")
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    early = await posted(counter, f"bulk/{bulk['bulk_id']}/undo", {})
    assert early.json()["type"] == "/problems/wrong-bulk-state"
    await done(counter, bulk["bulk_id"])
    await counter.do(cases[2], "classify", INTAKE, category="education")
    undo = await posted(counter, f"bulk/{bulk['bulk_id']}/undo", {"params": {"reason": "Nhầm"}})
    assert (undo.status_code, undo.json()["undoes"]) == (201, bulk["bulk_id"]), undo.text
    assert undo.json()["counts"] == counted(total=3, waiting=2, skipped=1)
    view = await done(counter, undo.json()["bulk_id"])
    assert view["counts"] == counted(total=3, done=2, skipped=1)
    assert await categories(counter, cases) == ["road", "land", "education"]
    last = (await results(counter, undo.json()["bulk_id"]))[-1]
    assert last["forecast"]["code"] == "changed_since"


@pytest.mark.parametrize(
    ("command", "params", "back", "before", "after"),
    [
        ("pause", {"waiting_for": "reporter"}, {}, False, True),
        ("set_severity", {"severity": "attention"}, {"reason": "Nhầm"}, "normal", "attention"),
        ("merge", {}, {"reason": "Khác"}, "received", "merged"),
    ],
)
async def test_each_kind_of_undo_leads_back_exactly(
    counter: Counter, command: str, params: Any, back: Any, before: Any, after: Any
) -> None:
    fact = {"pause": "paused", "set_severity": "severity", "merge": "state"}[command]
    [survivor, *cases] = await reported(counter, 3)
    more = {"into": survivor} if command == "merge" else {}
    said = {**params, **more, "reason": "Theo việc"}
    bulk = await planned(counter, {"command": command, "params": said, "cases": cases})
    states: list[set[Any]] = []
    for step in ("do", "undo"):
        if step == "undo":
            again = await posted(counter, f"bulk/{bulk['bulk_id']}/undo", {"params": back})
            bulk = again.json()
        assert (await done(counter, bulk["bulk_id"]))["counts"] == counted(total=2, done=2)
        rows = [await counter.desk.store.row(case_id) for case_id in cases]
        states.append({getattr(row, fact) for row in rows})
    assert states == [{after}, {before}]


async def test_what_has_no_opposite_is_refused_when_it_is_to_be_undone(counter: Counter) -> None:
    cases = await reported(counter, 1)
    form = {"command": "note", "params": {"text": "Đã xem"}, "cases": cases}
    bulk = await planned(counter, form, OFFICER)
    await done(counter, bulk["bulk_id"], OFFICER)
    answer = await posted(counter, f"bulk/{bulk['bulk_id']}/undo", {}, OFFICER)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/cannot-undo")
    assert all(name in answer.json()["specifics"] for name in OPPOSITES)
    assert set(OPPOSITES) < set(COMMANDS)
    assert {opposite.name for opposite in OPPOSITES.values()} < set(COMMANDS)


async def test_a_bulk_is_seen_by_the_account_that_planned_it_alone(counter: Counter) -> None:
    cases = await reported(counter, 1)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    other, path = counter.token(INTAKE, subject="binh"), f"/v1/bulk/{bulk['bulk_id']}"
    gets = [await counter.http.get(one, headers=other) for one in (path, f"{path}/results")]
    posts = [
        await counter.http.post(f"{path}/{what}", json={}, headers=other)
        for what in ("start", "stop", "undo")
    ]
    assert {answer.status_code for answer in (*gets, *posts)} == {404}
    assert {answer.json()["type"] for answer in gets} == {"/problems/unknown-bulk"}


@pytest.mark.parametrize(
    ("form", "role", "status"),
    [
        ({"command": "burn", "cases": ["x"]}, INTAKE, 422),
        ({"command": "accept"}, INTAKE, 422),
        ({"command": "accept", "cases": ["x"], "where": {}}, INTAKE, 422),
        ({"command": "accept", "cases": []}, INTAKE, 422),
        ({"command": "accept", "cases": ["x"] * (LIMIT + 1)}, INTAKE, 422),
        ({"command": "accept", "where": {"unit": ["99999"]}}, INTAKE, 422),
        ({"command": "escalate", "cases": ["x"]}, INTAKE, 422),
        ({"command": "note", "params": {"text": "x\u0000"}, "cases": ["x"]}, INTAKE, 422),
        ({"command": "extend", "params": {"days": 1.5}, "cases": ["x"]}, LEADER, 422),
        ({"command": "approve_response", "cases": ["x"]}, INTAKE, 403),
        ({"command": "accept", "cases": ["x"]}, f"auditor@{COMMUNE}", 403),
    ],
)
async def test_a_bulk_that_cannot_be_meant_is_told_before_anything_is_planned(
    counter: Counter, form: Any, role: str, status: int
) -> None:
    count = "select count(*) from bulk"
    before = await counter.desk.store.pool.fetchval(count)
    answer = await posted(counter, "bulk", form, role)
    assert answer.status_code == status, answer.text
    assert await counter.desk.store.pool.fetchval(count) == before


async def test_a_parameter_that_every_case_refuses_is_refused_before_anything_is_planned(
    counter: Counter,
) -> None:
    cases = await reported(counter, 2)
    wrong = {"category": "no-such-category", "reason": "Phân loại lại"}
    form = {"command": "classify", "params": wrong, "cases": cases}
    answer = await posted(counter, "bulk", form)
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/params/category"]
    plan = await planned(counter, {**form, "params": WASTE})
    assert plan["counts"]["waiting"] == 2


async def test_a_filter_of_a_bulk_that_cannot_be_meant_is_told_by_its_place(
    counter: Counter,
) -> None:
    form = {"command": "accept", "where": {"unit": ["nowhere"]}}
    answer = await posted(counter, "bulk", form)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/where/unit"]


async def test_more_cases_than_a_bulk_takes_are_refused_and_the_limit_is_told(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.bulk.LIMIT", 2)
    await reported(counter, 3, category="traffic")
    form = {"command": "accept", "where": {"category": ["traffic"]}}
    answer = await posted(counter, "bulk", form)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-cases")
    assert "nhiều nhất 2 vụ việc" in answer.json()["specifics"]


async def test_what_people_wrote_is_sealed_and_forgotten_when_nothing_is_left_to_do(
    counter: Counter,
) -> None:
    cases = await reported(counter, 1)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    pool, text = counter.desk.store.pool, WASTE["reason"].encode()
    sealed = "select sealed from bulk where bulk_id = $1"
    kept = await pool.fetchval(sealed, bulk["bulk_id"])
    assert kept
    assert text not in kept
    await done(counter, bulk["bulk_id"])
    assert await pool.fetchval(sealed, bulk["bulk_id"]) is None
    whole = str([dict(row) for row in await pool.fetch("select * from bulk_item")])
    assert WASTE["reason"] not in whole


async def test_a_plan_of_more_than_a_day_ago_is_forgotten(counter: Counter) -> None:
    cases = await reported(counter, 1)
    form = {"command": "classify", "params": WASTE, "cases": cases}
    bulk, pool = await planned(counter, form), counter.desk.store.pool
    age = "update bulk set planned_at = planned_at - $2::interval where bulk_id = $1"
    await pool.execute(age, bulk["bulk_id"], timedelta(days=1, minutes=1))
    early = await posted(counter, f"bulk/{bulk['bulk_id']}/start")
    assert early.json()["type"] == "/problems/wrong-bulk-state"
    await planned(counter, form)
    assert (await seen(counter, bulk["bulk_id"]))["state"] == "expired"
    answer = await posted(counter, f"bulk/{bulk['bulk_id']}/start")
    assert answer.json()["type"] == "/problems/wrong-bulk-state"


async def test_a_plan_that_was_stopped_before_it_ran_grows_no_younger(counter: Counter) -> None:
    cases = await reported(counter, 1)
    form = {"command": "classify", "params": WASTE, "cases": cases}
    bulk, pool = await planned(counter, form), counter.desk.store.pool
    age = "update bulk set planned_at = planned_at - $2::interval where bulk_id = $1"
    await pool.execute(age, bulk["bulk_id"], timedelta(days=1, minutes=1))
    assert (await posted(counter, f"bulk/{bulk['bulk_id']}/stop")).json()["state"] == "stopped"
    answer = await posted(counter, f"bulk/{bulk['bulk_id']}/start")
    assert answer.json()["type"] == "/problems/wrong-bulk-state"


#: What the account has when the bulk is started that it planned as intake officer of the commune.
LOST = {
    f"case_officer@{COMMUNE}": 403,
    "intake_officer@unit:26740": 403,
    f"leader@{COMMUNE}": 403,
    f"{INTAKE} in 26740": 403,
    INTAKE: 202,
}


async def test_a_bulk_is_started_only_by_who_still_has_the_role_in_which_it_was_planned(
    counter: Counter,
) -> None:
    cases = await reported(counter, 1)
    bulk = await planned(counter, {"command": "classify", "params": WASTE, "cases": cases})
    for role, status in LOST.items():
        answer = await posted(counter, f"bulk/{bulk['bulk_id']}/start", role=role)
        assert answer.status_code == status, role
        if status == 403:
            assert answer.json()["code"] == "role_not_in_force"
            assert f"intake_officer@{OURS}" in answer.json()["specifics"]
            await run(counter, bulk["bulk_id"])
            assert await categories(counter, cases) == ["road"]
    await run(counter, bulk["bulk_id"])
    assert await categories(counter, cases) == ["waste"]


async def test_a_bulk_of_an_account_that_was_ended_stops_before_its_next_part(
    counter: Counter,
) -> None:
    cases = await reported(counter, 1)
    form = {"command": "classify", "params": WASTE, "cases": cases}
    leaving, admin = counter.token(INTAKE, subject="leaving"), counter.token(f"admin@{PROVINCE}")
    plan = await counter.http.post("/v1/bulk", json=form, headers=leaving)
    bulk_id, url = plan.json()["bulk_id"], f"/v1/bulk/{plan.json()['bulk_id']}"
    assert (await counter.http.post(f"{url}/start", headers=leaving)).status_code == 202
    account = (await counter.http.get("/v1/me", headers=leaving)).json()["account"]
    end = {"account": account, "reason": "Nghỉ việc"}
    ended = await counter.http.post("/v1/tokens/revoke", json=end, headers=admin)
    assert ended.status_code == 200, ended.text
    await run(counter, bulk_id)
    assert await categories(counter, cases) == ["road"]
    await asyncio.sleep(1.1)  # a token tells whole seconds
    back = counter.token(INTAKE, subject="leaving")
    assert (await counter.http.get(url, headers=back)).json()["state"] == "stopped"
    assert (await counter.http.post(f"{url}/start", headers=back)).status_code == 202
    await run(counter, bulk_id)
    assert await categories(counter, cases) == ["waste"]


async def test_why_each_case_is_refused_is_told_in_the_language_asked_for(
    counter: Counter,
) -> None:
    case = (await reported(counter, 1))[0]
    await counter.do(case, "accept", INTAKE)
    bulk = await planned(counter, {"command": "accept", "cases": [case]})
    url = f"/v1/bulk/{bulk['bulk_id']}/results"
    for language, why, specifics in (
        ("vi", "Trạng thái không phù hợp", "Vụ việc đang ở trạng thái accepted; accept cần"),
        ("en", "Not in this state", "The case is accepted; accept needs"),
    ):
        sent = {**counter.token(INTAKE), "Accept-Language": language}
        answer = await counter.http.get(url, headers=sent)
        forecast = answer.json()["results"][0]["forecast"]
        assert (forecast["code"], forecast["why"]) == ("wrong_state", why)
        assert forecast["specifics"].startswith(specifics)
        assert answer.headers["content-language"] == language
        assert answer.headers["vary"] == "Accept-Language"
