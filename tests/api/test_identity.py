"""Who reported is opened by whom the case is with, and the reporter sees that it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter, at_once

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


AN = {"name": "Nguyễn Văn An", "phone": "0912000000"}
WHY = {"basis": "Luật Tiếp công dân Đ.7", "reason": "Cần hẹn gặp để xác minh"}
INTAKE = f"intake_officer@{COMMUNE}"


async def disclose(
    counter: Counter, case_id: str, headers: Mapping[str, str], form: Mapping[str, Any] = WHY
) -> httpx.Response:
    return await counter.http.post(f"/v1/cases/{case_id}/identity", json=form, headers=headers)


async def test_the_reporter_sees_who_opened_the_identity_and_why(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    opened = await disclose(counter, receipt["case_id"], counter.token(INTAKE))
    assert {name: opened.json()[name] for name in AN} == AN
    [told] = (await counter.track(receipt)).json()["disclosures"]
    assert (told["basis"], told["reason"]) == (WHY["basis"], WHY["reason"])
    assert told["to"].startswith("cán bộ tiếp nhận, ")
    assert "Tân Định" in told["to"]
    events = await counter.desk.store.load(receipt["case_id"])
    assert events[-1].version == opened.json()["version"]
    assert "Nguyễn" not in str(events)


#: Who may open the identity of a reporter whose case is with commune 26737.
OPENING = {
    INTAKE: 200,
    f"case_officer@{COMMUNE}": 200,
    f"leader@{COMMUNE}": 200,
    f"collaborator@{COMMUNE}": 403,
    f"auditor@{COMMUNE}": 403,
    f"admin@{COMMUNE}": 403,
    f"integration@{COMMUNE}": 403,
    f"leader@{PROVINCE}": 403,
    "leader@unit:26740": 404,
    "leader@unit:01": 404,
}


async def test_only_whom_the_case_is_with_may_open_it(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    answers = {
        role: await disclose(counter, receipt["case_id"], counter.token(role)) for role in OPENING
    }
    assert {role: answer.status_code for role, answer in answers.items()} == OPENING
    assert not [one for one in answers.values() if one.status_code != 200 and "An" in one.text]
    seen = (await counter.track(receipt)).json()["disclosures"]
    assert len(seen) == list(OPENING.values()).count(200)


async def test_the_body_complained_about_never_learns_who_did(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN, about_body=COMMUNE)
    answer = await disclose(counter, receipt["case_id"], counter.token(INTAKE))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_case")
    above = await disclose(counter, receipt["case_id"], counter.token(f"leader@{PROVINCE}"))
    assert above.json()["name"] == AN["name"]


async def test_a_repeat_tells_it_again_without_another_event(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    headers = {**counter.token(INTAKE), "Idempotency-Key": str(uuid4())}
    calls = (disclose(counter, receipt["case_id"], headers) for _ in range(10))
    answers = await at_once(*calls)
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len((await counter.track(receipt)).json()["disclosures"]) == 1
    other = await disclose(counter, receipt["case_id"], headers, {**WHY, "reason": "Khác"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_ten_at_once_are_ten_events(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    headers = counter.token(INTAKE)
    answers = await at_once(*(disclose(counter, receipt["case_id"], headers) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["version"] for answer in answers}) == 10


async def test_without_a_reason_a_case_or_an_identity_nothing_is_opened(counter: Counter) -> None:
    headers, receipt = counter.token(INTAKE), await counter.report()
    nobody = await disclose(counter, receipt["case_id"], headers)
    assert (nobody.status_code, nobody.json()["type"]) == (404, "/problems/no-identity")
    assert (await disclose(counter, str(uuid4()), headers)).json()["code"] == "unknown_case"
    silent = await disclose(counter, receipt["case_id"], headers, {"basis": "x"})
    assert silent.json()["errors"][0]["pointer"] == "/reason"
    assert (await counter.track(receipt)).json()["disclosures"] == []


async def test_an_erased_identity_is_gone_and_no_event_says_that_it_was_seen(
    counter: Counter,
) -> None:
    receipt = await counter.report(reporter=AN)
    vault = counter.desk.disclosures.vault
    ref = await vault.pool.fetchval(
        "select ref from identity where case_id = $1", receipt["case_id"]
    )
    await vault.destroy(ref)
    answer = await disclose(counter, receipt["case_id"], counter.token(INTAKE))
    assert answer.json()["code"] == "no_identity"
    assert (await counter.track(receipt)).json()["disclosures"] == []
