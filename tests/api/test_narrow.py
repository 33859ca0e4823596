"""A role over a part of a territory, and roles of one account that do not mix, act nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.testing import ActivityEnvironment

from activities.bulk import BulkActivities
from activities.messages import BulkInput
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, NOW, PROVINCE, Counter

pytestmark = pytest.mark.asyncio(loop_scope="module")

AN = {"name": "Nguyễn Văn An", "phone": "0912000000"}
WHY = {"basis": "Luật Tiếp công dân Đ.7", "reason": "Cần hẹn gặp để xác minh"}
INTAKE = f"intake_officer@{COMMUNE}"
#: The leader of the province, and the same for one commune alone: that of the cases or another.
WHOLE, HERE, NEXT = (f"leader@{PROVINCE}{part}" for part in ("", " in 26737", " in 26740"))
#: What is done to a case in the name of whom it is with.
DOING: Mapping[str, Mapping[str, str]] = {
    "identity": WHY,
    "receipt": {**WHY, "phone": AN["phone"]},
    "commands/note": {"text": "Đã xem"},
    "commands/classify": {"category": "waste", "reason": "Nội dung là rác thải"},
}
#: A week before the reform in which commune 26737 took the place of 26734.
BEFORE = datetime(2025, 6, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def about_commune(counter: Counter) -> str:
    """A case in the commune that the province answers for: it complains about the commune."""
    return str((await counter.report(reporter=AN, about_body=COMMUNE))["case_id"])


async def do(
    counter: Counter, case_id: str, what: str, *roles: str, act_as: str | None = None, **form: Any
) -> httpx.Response:
    headers = {**counter.token(*roles), "Idempotency-Key": str(uuid4())}
    if act_as is not None:
        headers["Act-As"] = act_as
    sent = form or DOING[what]
    return await counter.http.post(f"/v1/cases/{case_id}/{what}", json=sent, headers=headers)


def told(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code")


async def events(counter: Counter, case_id: str) -> list[str]:
    return [one.event.type for one in await counter.desk.store.load(case_id)]


@pytest.mark.parametrize("what", DOING)
async def test_a_role_above_opens_nothing_of_a_case_about_another_body_of_the_account(
    counter: Counter, what: str
) -> None:
    case_id = await about_commune(counter)
    before = await events(counter, case_id)
    mixed = (f"leader@{COMMUNE}", WHOLE)
    refused = await do(counter, case_id, what, *mixed, act_as=WHOLE)
    assert told(refused) == (404, "unknown_case")
    assert await events(counter, case_id) == before
    assert (await do(counter, case_id, what, WHOLE)).status_code == 200


@pytest.mark.parametrize("what", DOING)
async def test_a_role_for_a_part_of_a_territory_does_nothing_outside_that_part(
    counter: Counter, what: str
) -> None:
    case_id = await about_commune(counter)
    before = await events(counter, case_id)
    for roles, act_as in (((NEXT,), None), ((NEXT, HERE), NEXT), ((NEXT, INTAKE), NEXT)):
        refused = await do(counter, case_id, what, *roles, act_as=act_as)
        assert told(refused) == (404, "unknown_case"), roles
    assert await events(counter, case_id) == before
    assert (await do(counter, case_id, what, NEXT, HERE, act_as=HERE)).status_code == 200


@pytest.mark.parametrize("what", ["identity", "receipt"])
async def test_a_case_out_of_sight_is_answered_as_one_that_is_not_there(
    counter: Counter, what: str
) -> None:
    case_id = await about_commune(counter)
    there, nowhere = [await do(counter, one, what, NEXT) for one in (case_id, str(uuid4()))]
    assert there.json() == nowhere.json()


async def test_a_collaborator_for_a_part_of_a_territory_helps_in_that_part_alone(
    counter: Counter,
) -> None:
    case_id = await about_commune(counter)
    for part, status in ((" in 26740", 404), (" in 26737", 200), ("", 200)):
        answer = await do(counter, case_id, "commands/note", f"collaborator@{PROVINCE}{part}")
        assert answer.status_code == status, part


async def test_a_part_reaches_the_cases_of_a_unit_whose_place_it_took(counter: Counter) -> None:
    counter.clock.now = BEFORE
    case_id = (await counter.report(unit="26734"))["case_id"]
    counter.clock.now = NOW
    assert (await do(counter, case_id, "commands/note", INTAKE)).status_code == 200
    row = await counter.desk.store.row(case_id)
    assert row is not None
    assert row.unit == "26734"
    helper = f"collaborator@{COMMUNE} in 26737"
    assert (await do(counter, case_id, "commands/note", helper)).status_code == 200


async def test_only_the_roles_that_reach_a_case_are_told_as_allowed_there(
    counter: Counter,
) -> None:
    case_id = await about_commune(counter)
    url, headers = f"/v1/cases/{case_id}/allowed", counter.token(NEXT, HERE)
    said = (await counter.http.get(url, headers=headers)).json()
    note = next(one for one in said["commands"] if one["command"] == "note")
    assert note["act_as"] == [HERE]


#: Commands on two cases, and how they name the second one.
ON_TWO = {"merge": "into", "link": "to"}


@pytest.mark.parametrize("name", ON_TWO)
@pytest.mark.parametrize("known", ["seen", "hidden", "none"])
async def test_a_second_case_out_of_sight_is_as_one_that_is_not_there(
    counter: Counter, name: str, known: str
) -> None:
    mine = (await counter.report(unit="26740", about_body="unit:26740"))["case_id"]
    other = str(uuid4()) if known == "none" else await about_commune(counter)
    form = {ON_TWO[name]: other, "reason": "Cùng một việc"}
    roles = (WHOLE,) if known == "seen" else (NEXT,)
    if known == "seen" and name == "merge":  # nor may a merge hand it to whom it is about
        mine = await about_commune(counter)
    key = str(uuid4())
    headers = {**counter.token(*roles), "Idempotency-Key": key}
    url = f"/v1/cases/{mine}/commands/{name}"
    answer = await counter.http.post(url, json=form, headers=headers)
    if known == "seen":
        assert answer.status_code == 200, answer.text
        again = await counter.http.post(url, json=form, headers=headers)
        assert again.json() == answer.json()
        return
    assert told(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == f"/{ON_TWO[name]}"
    assert answer.json()["specifics"] == f"Không có vụ việc {other}."
    became = await counter.http.get(f"/v1/commands/{key}", headers=counter.token(*roles))
    assert became.status_code == 404
    assert "CaseLinked" not in await events(counter, mine)
    assert known == "none" or "CaseLinked" not in await events(counter, other)


async def planned(
    counter: Counter, path: str, form: Mapping[str, Any], *roles: str
) -> tuple[str, list[dict[str, Any]]]:
    """The id of a plan, and what it says of each case."""
    headers = counter.token(*roles)
    answer = await counter.http.post(f"/v1/{path}", json=form, headers=headers)
    assert answer.status_code == 201, answer.text
    bulk_id = answer.json()["bulk_id"]
    shown = await counter.http.get(f"/v1/bulk/{bulk_id}/results", headers=headers)
    return bulk_id, shown.json()["results"]


@pytest.mark.parametrize("name", ON_TWO)
async def test_a_bulk_joins_no_case_with_one_out_of_sight(counter: Counter, name: str) -> None:
    mine = (await counter.report(unit="26740", about_body="unit:26740"))["case_id"]
    said = []
    for other in (await about_commune(counter), str(uuid4())):
        params = {ON_TWO[name]: other, "reason": "Cùng một việc"}
        form = {"command": name, "params": params, "cases": [mine, "no-such-case"]}
        one, _ = (await planned(counter, "bulk", form, NEXT))[1]
        said.append({**one["forecast"], "outcome": one["outcome"], "other": other})
        alone = {**form, "cases": [mine]}
        answer = await counter.http.post("/v1/bulk", json=alone, headers=counter.token(NEXT))
        assert told(answer) == (422, "invalid")
        why = f"Không có vụ việc {other}."
        assert answer.json()["errors"] == [{"pointer": f"/params/{ON_TWO[name]}", "detail": why}]
    for one in said:
        assert (one["code"], one["outcome"]) == ("invalid", "skipped")
        assert one["specifics"] == f"Không có vụ việc {one['other']}."


async def test_an_undo_reaches_only_what_the_role_that_plans_it_sees(counter: Counter) -> None:
    case_id = await about_commune(counter)
    params = {"category": "waste", "reason": "Nội dung là rác thải"}
    form = {"command": "classify", "params": params, "cases": [case_id]}
    bulk_id, _ = await planned(counter, "bulk", form, HERE)
    assert (await started(counter, bulk_id, HERE)).status_code == 202
    for role, code in ((NEXT, "unknown_case"), (HERE, None)):
        undo = {"params": {"reason": "Nhầm"}}
        [one] = (await planned(counter, f"bulk/{bulk_id}/undo", undo, role))[1]
        assert one["forecast"]["code"] == code, role


async def test_a_bulk_is_started_only_in_a_role_that_is_over_all_its_cases_still(
    counter: Counter,
) -> None:
    case_id = await about_commune(counter)
    form = {"command": "note", "params": {"text": "Đã xem"}, "cases": [case_id]}
    bulk_id, _ = await planned(counter, "bulk", form, WHOLE)
    refused = await started(counter, bulk_id, NEXT)
    assert told(refused) == (403, "role_not_in_force")
    assert "ProgressNoted" not in await events(counter, case_id)
    assert (await started(counter, bulk_id, HERE)).status_code == 202
    assert "ProgressNoted" in await events(counter, case_id)


async def started(counter: Counter, bulk_id: str, role: str) -> httpx.Response:
    """A bulk that was let run, until its end."""
    url = f"/v1/bulk/{bulk_id}/start"
    answer = await counter.http.post(url, headers=counter.token(role))
    work = BulkActivities(counter.desk.planner.bulks, counter.commands)
    while await ActivityEnvironment().run(work.run_bulk, BulkInput(bulk_id=bulk_id)):
        pass
    return answer
