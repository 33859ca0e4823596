"""A lost receipt is replaced against what the reporter left, and the old one opens nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.limits import Limits, Rate
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, GENEROUS, PROVINCE, Counter, at_once, counter_over

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


AN = {"name": "Nguyễn Văn Hoà", "phone": "0912 000 000", "email": "hoa@example.vn"}
WHY = {"basis": "CCCD đã xuất trình", "reason": "Mất biên nhận giấy"}
RIGHT = {**WHY, "name": "nguyễn văn hòa", "phone": "+84 912.000.000"}
INTAKE = f"intake_officer@{COMMUNE}"


async def replaced(
    counter: Counter,
    case_id: str,
    form: Mapping[str, Any] = RIGHT,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    sent = {**counter.token(INTAKE), **(headers or {})}
    return await counter.http.post(f"/v1/cases/{case_id}/receipt", json=form, headers=sent)


async def test_the_new_receipt_opens_the_case_and_the_old_one_nothing(counter: Counter) -> None:
    old = await counter.report(reporter=AN)
    answer = await replaced(counter, old["case_id"])
    assert answer.status_code == 200, answer.text
    new = answer.json()
    assert (new["code"], new["number"]) == (old["code"], 1)
    assert len(new["secret"]) * 5 >= 128
    assert (await counter.track(old)).status_code == 404
    assert (await counter.say(old, "withdraw")).status_code == 404
    assert (await counter.say(new, "supplement", text="Thêm")).status_code == 200
    [told] = (await counter.track(new)).json()["replacements"]
    assert (told["basis"], told["reason"]) == (WHY["basis"], WHY["reason"])
    assert told["by"].startswith("cán bộ tiếp nhận, ")
    assert "Tân Định" in told["by"]
    [told] = (await counter.track(new, **{"Accept-Language": "en"})).json()["replacements"]
    assert told["by"].startswith("intake officer, ")


async def test_it_can_be_lost_again(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    first = (await replaced(counter, receipt["case_id"])).json()
    second = (await replaced(counter, receipt["case_id"])).json()
    assert (first["number"], second["number"]) == (1, 2)
    assert (await counter.track(first)).status_code == 404
    assert len((await counter.track(second)).json()["replacements"]) == 2


async def test_a_repeat_gets_the_same_receipt_and_no_other_event(counter: Counter) -> None:
    receipt, key = await counter.report(reporter=AN), {"Idempotency-Key": str(uuid4())}
    answers = await at_once(*(replaced(counter, receipt["case_id"], headers=key) for _ in range(5)))
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len((await counter.track(answers[0].json())).json()["replacements"]) == 1
    other = await replaced(counter, receipt["case_id"], {**RIGHT, "reason": "Khác"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_a_report_made_again_under_its_key_tells_the_receipt_that_is_void(
    counter: Counter,
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    receipt = await counter.report(key, reporter=AN)
    await replaced(counter, receipt["case_id"])
    again = await counter.report(key, reporter=AN)
    assert again == receipt
    assert (await counter.track(again)).status_code == 404


#: What a person may say, and whether it is who reported.
SAID = {
    "phone": ({"phone": "0912000000"}, True),
    "with the country's number": ({"phone": "84912000000"}, True),
    "email in capitals": ({"email": "HOA@EXAMPLE.VN"}, True),
    "all": (AN, True),
    "name spelt otherwise": ({"name": "NGUYỄN VĂN HÒA", "email": AN["email"]}, True),
    "another name": ({"name": "Nguyễn Văn Hóa", "phone": AN["phone"]}, False),
    "another phone": ({"phone": "0912000001"}, False),
    "a piece of the phone": ({"phone": "000000"}, False),
    "one right, one wrong": ({"phone": AN["phone"], "email": "an@example.vn"}, False),
}


@pytest.mark.parametrize("case", SAID)
async def test_what_is_said_must_be_what_was_left(counter: Counter, case: str) -> None:
    said, holds = SAID[case]
    receipt = await counter.report(reporter=AN)
    answer = await replaced(counter, receipt["case_id"], {**WHY, **said})
    assert answer.status_code == (200 if holds else 403), answer.text
    assert holds or answer.json()["type"] == "/problems/identity-not-matched"
    assert (await counter.track(receipt)).status_code == (404 if holds else 200)


async def test_a_fact_that_was_not_left_proves_nothing(counter: Counter) -> None:
    receipt = await counter.report(reporter={"name": "Nguyễn Văn Hoà"})
    answer = await replaced(counter, receipt["case_id"])
    assert answer.json()["type"] == "/problems/identity-not-matched"


async def test_wrong_ones_are_answered_alike_after_equal_time(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    bodies, times = set(), []
    for wrong in ({"phone": "1"}, {"email": "x"}, {"name": "X", "phone": AN["phone"]}):
        began = time.perf_counter()
        answer = await replaced(counter, receipt["case_id"], {**WHY, **wrong})
        times.append(time.perf_counter() - began)
        bodies.add(answer.text)
    assert len(bodies) == 1
    told = bodies.pop()
    assert not any(fact in told for fact in ("Nguyễn", "0912", "hoa@"))
    assert min(times) >= 0.1


async def test_without_a_contact_a_reason_or_a_basis_it_is_not_even_compared(
    counter: Counter,
) -> None:
    receipt = await counter.report(reporter=AN)
    for form in (
        {**WHY, "name": AN["name"]},
        {**WHY, "phone": "không có"},
        {"phone": AN["phone"], "basis": "x"},
        {"phone": AN["phone"], "reason": "x"},
        {**RIGHT, "address": "x"},
    ):
        answer = await replaced(counter, receipt["case_id"], form)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert (await counter.track(receipt)).status_code == 200


@pytest.mark.parametrize("category", ["denunciation", "corruption"])
async def test_of_a_confidential_report_a_lost_receipt_stays_lost_and_that_is_said(
    counter: Counter, category: str
) -> None:
    receipt = await counter.report(category=category, reporter=AN)
    answer = await replaced(counter, receipt["case_id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_identity")
    assert "Lĩnh vực này không lưu" in answer.json()["specifics"]
    anonymous = await replaced(counter, (await counter.report())["case_id"])
    assert "Lĩnh vực này không lưu" not in anonymous.json()["specifics"]


#: Who may replace the receipt of a report that is with commune 26737.
REPLACING = {
    INTAKE: 200,
    f"case_officer@{COMMUNE}": 200,
    f"leader@{COMMUNE}": 200,
    f"collaborator@{COMMUNE}": 403,
    f"auditor@{COMMUNE}": 403,
    f"admin@{COMMUNE}": 403,
    f"integration@{COMMUNE}": 403,
    f"leader@{PROVINCE}": 403,
    "leader@unit:26740": 404,
}


async def test_only_whom_the_case_is_with_may_replace_it(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    found = {
        role: (await replaced(counter, receipt["case_id"], headers=counter.token(role))).status_code
        for role in REPLACING
    }
    assert found == REPLACING
    about = await counter.report(reporter=AN, about_body=COMMUNE)
    refused = await replaced(counter, about["case_id"])
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_case")


async def test_guessing_becomes_expensive_for_the_officer_and_for_the_case(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "wrong_identity": Rate(burst=3, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    mine, other = await counter.report(reporter=AN), await counter.report(reporter=AN)
    wrong = {**WHY, "phone": "0999"}
    answers = [(await replaced(counter, mine["case_id"], wrong)).status_code for _ in range(4)]
    assert answers == [403, 403, 403, 429]
    assert (await replaced(counter, other["case_id"])).status_code == 429
    colleague = counter.token(INTAKE, subject="binh")
    assert (await replaced(counter, mine["case_id"], headers=colleague)).status_code == 429
    assert (await replaced(counter, other["case_id"], headers=colleague)).status_code == 200


async def test_taking_a_case_out_of_a_merge_does_not_revive_a_void_receipt(
    counter: Counter,
) -> None:
    mine, other = await counter.report(reporter=AN), await counter.report()
    await counter.do(mine["case_id"], "merge", INTAKE, into=other["case_id"], reason="trùng")
    new = (await replaced(counter, mine["case_id"])).json()
    await counter.do(mine["case_id"], "unmerge", INTAKE, reason="khác")
    assert (await counter.track(mine)).status_code == 404
    assert (await counter.track(new)).status_code == 200


async def test_an_erased_identity_proves_nothing_any_more(counter: Counter) -> None:
    receipt = await counter.report(reporter=AN)
    vault = counter.desk.disclosures.vault
    ref = await vault.pool.fetchval(
        "select ref from identity where case_id = $1", receipt["case_id"]
    )
    await vault.destroy(ref)
    answer = await replaced(counter, receipt["case_id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_identity")
