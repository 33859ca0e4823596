"""What a reporter sees and may do with the receipt, and what nobody learns without it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.app import build
from api.limits import Limits, Rate
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, GENEROUS, Counter, at_once, counter_over

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
ANSWER = {"text": "Đã vá xong.", "act": "Vá mặt đường", "done_on": "2026-03-02", "evidence": "ảnh"}
#: A case from its acceptance until its reporter is told; what is said inside stays inside.
LIFE: list[tuple[str, str, dict[str, Any]]] = [
    ("accept", INTAKE, {}),
    ("assign", INTAKE, {"lead": COMMUNE}),
    ("take", OFFICER, {}),
    ("note", OFFICER, {"text": "Nội bộ: nghi nhà thầu làm ẩu."}),
    ("draft_response", OFFICER, {**ANSWER, "text": "Bản nháp chưa duyệt."}),
    ("return_response", LEADER, {"reason": "Viết lại."}),
    ("draft_response", OFFICER, ANSWER),
    ("approve_response", LEADER, {}),
    ("inform", INTAKE, {"text": "Cảm ơn anh đã phản ánh."}),
]


async def live(counter: Counter, case_id: str, steps: int = len(LIFE)) -> None:
    for name, actor, params in LIFE[:steps]:
        counter.clock.now += timedelta(minutes=1)
        await counter.do(case_id, name, actor, **params)


async def test_a_new_report_has_an_owner_and_a_promised_time(counter: Counter) -> None:
    receipt = await counter.report()
    seen = (await counter.track(receipt)).json()
    assert (seen["code"], seen["state"]) == (receipt["code"], "received")
    assert seen["accountable"] == {"ref": "unit:26737", "name": seen["accountable"]["name"]}
    assert "Tân Định" in seen["accountable"]["name"]
    promised = seen["promised"]
    assert (promised["step"], promised["overdue"]) == ("accept", False)
    assert promised["due_at"] == "2026-03-04T17:00:00+07:00"
    assert promised["basis"]
    assert len(promised["explanation"]) >= 3
    assert seen["received_at"] == "2026-03-02T09:00:00+07:00"
    assert (seen["answers"], seen["disclosures"], seen["merged"]) == ([], [], False)
    assert (seen["unit"]["code"], seen["located_by"]) == ("26737", "unit")
    assert (seen["refused_on"], seen["redirected_to"], seen["replacements"]) == (None, None, [])


async def test_a_promise_that_was_missed_is_shown_as_missed(counter: Counter) -> None:
    receipt = await counter.report()
    counter.clock.now += timedelta(days=3)
    assert (await counter.track(receipt)).json()["promised"]["overdue"]


async def test_the_answer_is_shown_and_nothing_said_inside(counter: Counter) -> None:
    receipt = await counter.report()
    await live(counter, receipt["case_id"], len(LIFE) - 1)
    assert (await counter.track(receipt)).json()["answers"] == []
    counter.clock.now += timedelta(minutes=1)
    await counter.do(receipt["case_id"], "inform", INTAKE, text="Cảm ơn anh đã phản ánh.")
    answer = await counter.track(receipt)
    assert answer.json()["answers"] == [
        {
            "at": "2026-03-02T09:09:00+07:00",
            "reached": True,
            "text": "Đã vá xong.",
            "act": "Vá mặt đường",
            "done_on": "2026-03-02",
            "message": "Cảm ơn anh đã phản ánh.",
        }
    ]
    assert not any(word in answer.text for word in ("Nội bộ", "chưa duyệt", "Viết lại"))


async def test_a_draft_that_nobody_approved_is_not_told_with_a_refusal(counter: Counter) -> None:
    receipt = await counter.report()
    case_id = receipt["case_id"]
    await live(counter, case_id, 5)
    for name, actor, params in (
        ("return", OFFICER, {"reason": "Không thuộc thẩm quyền."}),
        ("decline", INTAKE, {"reason": "Đã có kết luận.", "basis": "QĐ 12"}),
        ("inform", INTAKE, {"text": "Không thụ lý."}),
    ):
        counter.clock.now += timedelta(minutes=1)
        await counter.do(case_id, name, actor, **params)
    told = (await counter.track(receipt)).json()["answers"]
    assert [(one["text"], one["message"]) for one in told] == [(None, "Không thụ lý.")]


async def test_an_answer_that_was_reopened_is_not_told_again_with_a_refusal(
    counter: Counter,
) -> None:
    receipt = await counter.report()
    await live(counter, receipt["case_id"])
    counter.clock.now += timedelta(minutes=1)
    await counter.say(receipt, "feedback", satisfied=False, reason="Vẫn còn")
    for name, actor, params in (
        ("return", OFFICER, {"reason": "Không thuộc thẩm quyền."}),
        ("decline", INTAKE, {"reason": "Đã có kết luận.", "basis": "QĐ 12"}),
        ("inform", INTAKE, {"text": "Không thụ lý."}),
    ):
        counter.clock.now += timedelta(minutes=1)
        await counter.do(receipt["case_id"], name, actor, **params)
    told = (await counter.track(receipt)).json()["answers"]
    assert [one["text"] for one in told] == ["Đã vá xong.", None]


async def test_a_merged_report_shows_its_survivor_but_not_another_reporters_words(
    counter: Counter,
) -> None:
    mine, other = await counter.report(), await counter.report(text="Cũng ổ gà ấy")
    await counter.do(mine["case_id"], "merge", INTAKE, into=other["case_id"], reason="trùng")
    await live(counter, other["case_id"])
    seen = (await counter.track(mine)).json()
    assert (seen["code"], seen["state"], seen["merged"]) == (mine["code"], "merged", True)
    assert [(one["text"], one["message"]) for one in seen["answers"]] == [("Đã vá xong.", None)]
    assert "Cũng ổ gà" not in (await counter.track(mine)).text


async def test_a_reporter_is_told_who_is_competent_and_on_what_basis_it_was_refused(
    counter: Counter,
) -> None:
    other, none = await counter.report(), await counter.report()
    to = {"to": "unit:00001", "reason": "Không thuộc địa bàn"}
    await counter.do(other["case_id"], "redirect", INTAKE, **to)
    seen = (await counter.track(other)).json()
    assert (seen["outcome"], seen["redirected_to"]["ref"]) == ("redirected", "unit:00001")
    why = {"basis": "Luật Khiếu nại Đ.11", "reason": "Đã giải quyết"}
    await counter.do(none["case_id"], "decline", INTAKE, **why)
    answer = await counter.track(none)
    assert (answer.json()["outcome"], answer.json()["refused_on"]) == ("refused", why["basis"])
    assert why["reason"] not in answer.text


async def test_a_reporter_adds_to_the_report_once(counter: Counter) -> None:
    receipt, key = await counter.report(), str(uuid4())
    said = [await counter.say(receipt, "supplement", key, text="Thêm ảnh") for _ in range(2)]
    assert {one.status_code for one in said} == {200}
    assert said[0].json() == said[1].json()
    assert (await counter.track(receipt)).json()["supplements"] == 1
    other = await counter.say(receipt, "supplement", key, text="Khác")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_a_case_that_was_added_to_as_often_as_it_bears_keeps_it_all_and_says_where_to_go(
    counter: Counter,
) -> None:
    receipt = await counter.report()
    for number in range(50):
        assert (await counter.say(receipt, "supplement", text=f"Thêm {number}")).is_success
    more = await counter.say(receipt, "supplement", text="Nữa")
    assert (more.status_code, more.json()["code"]) == (409, "supplement_limit")
    assert f"hãy liên hệ {COMMUNE}" in more.json()["specifics"]
    assert (await counter.track(receipt)).json()["supplements"] == 50


async def test_a_satisfied_reporter_is_heard(counter: Counter) -> None:
    receipt = await counter.report()
    await live(counter, receipt["case_id"])
    heard = await counter.say(receipt, "feedback", satisfied=True)
    assert heard.json()["reopened"] is None


async def test_not_satisfied_with_a_reason_opens_the_case_again(counter: Counter) -> None:
    receipt, key = await counter.report(), str(uuid4())
    await live(counter, receipt["case_id"])
    said = {"satisfied": False, "reason": "Vẫn còn ổ gà"}
    heard = [await counter.say(receipt, "feedback", key, **said) for _ in range(2)]
    assert heard[0].json()["reopened"] is True
    assert heard[0].json() == heard[1].json()
    seen = (await counter.track(receipt)).json()
    assert (seen["state"], seen["reopened"]) == ("in_progress", 1)


async def test_not_satisfied_without_a_reason_is_heard_and_told_that_a_reason_opens_the_case(
    counter: Counter,
) -> None:
    receipt = await counter.report()
    await live(counter, receipt["case_id"])
    heard = (await counter.say(receipt, "feedback", satisfied=False)).json()
    assert (heard["events"], heard["reopened"]) == (["FeedbackReceived"], False)
    assert (heard["why_not"], "kèm lý do" in heard["why"]) == ("reason_missing", True)
    heard = (await counter.say(receipt, "feedback", satisfied=False, reason="Vẫn còn")).json()
    assert (heard["reopened"], heard["why_not"], heard["why"]) == (True, None, None)


async def test_after_the_window_feedback_is_heard_and_the_rule_is_named(counter: Counter) -> None:
    receipt = await counter.report()
    await live(counter, receipt["case_id"])
    counter.clock.now += timedelta(days=30)
    heard = await counter.say(receipt, "feedback", satisfied=False, reason="Vẫn còn")
    assert heard.json() == {
        "version": heard.json()["version"],
        "events": ["FeedbackReceived"],
        "reopened": False,
        "why_not": "window_over",
        "why": "Đã hết thời hạn mở lại: hãy gửi phản ánh mới.",
    }


async def test_feedback_before_an_answer_is_refused(counter: Counter) -> None:
    heard = await counter.say(await counter.report(), "feedback", satisfied=True)
    assert (heard.status_code, heard.json()["type"]) == (409, "/problems/wrong-state")


async def test_a_reporter_takes_the_report_back(counter: Counter) -> None:
    receipt = await counter.report()
    assert (await counter.say(receipt, "withdraw", reason="Đã tự xử lý")).status_code == 200
    seen = (await counter.track(receipt)).json()
    assert (seen["state"], seen["outcome"], seen["promised"]) == ("withdrawn", "withdrawn", None)
    again = await counter.say(receipt, "supplement", text="Khoan đã")
    assert again.status_code == 409


async def test_with_temporal_down_reporters_see_and_are_asked_to_come_again(
    counter: Counter,
) -> None:
    receipt = await counter.report()
    counter.commands.down = True
    assert (await counter.track(receipt)).status_code == 200
    heard = await counter.say(receipt, "supplement", text="Thêm")
    assert (heard.status_code, heard.json()["type"]) == (503, "/problems/unavailable")
    assert int(heard.headers["Retry-After"]) > 0


async def test_a_misread_code_is_understood(counter: Counter) -> None:
    receipt = await counter.report()
    sloppy = {**receipt, "code": receipt["code"].lower().replace("-", "").replace("0", "o")}
    assert (await counter.track(sloppy)).json()["code"] == receipt["code"]


async def test_wrong_receipts_are_answered_alike_and_in_equal_time(counter: Counter) -> None:
    mine, other = await counter.report(), await counter.report()
    wrong = {
        "another's secret": {**mine, "secret": other["secret"]},
        "no secret": {**mine, "secret": "-"},
        "unknown code": {**mine, "code": "HA-00000-00000-0"},
        "no code": {**mine, "code": "nonsense"},
        "secret of nothing": {"code": "nonsense", "secret": mine["secret"]},
    }
    texts, times = set(), {}
    for name, receipt in wrong.items():
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            answer = await counter.track(receipt)
            taken.append(time.perf_counter() - began)
            texts.add((answer.status_code, answer.text))
        times[name] = median(taken)
    assert len(texts) == 1
    assert next(iter(texts))[0] == 404
    assert min(times.values()) >= 0.1


async def test_wrong_receipts_become_expensive_and_right_ones_of_others_do_not(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "wrong_receipt": Rate(burst=5, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    mine, other = await counter.report(), await counter.report()
    wrong = {**mine, "secret": other["secret"]}
    answers = await at_once(*(counter.track(wrong) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [404] * 5 + [429] * 3
    after = await counter.track(wrong)
    assert (after.status_code, after.headers["Retry-After"]) == (429, "60")
    assert (await counter.track(mine)).status_code == 200, "a right one is no guess"
    elsewhere = httpx.ASGITransport(build(counter.desk), client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://hoiam.test") as http:
        another = replace(counter, http=http)
        assert (await another.track(mine)).status_code == 200
        assert (await another.track(wrong)).status_code == 404, "the limit is not theirs"


async def test_refused_unseen_a_wrong_secret_and_an_unknown_code_look_the_same(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "wrong_receipt": Rate(burst=1, per_minute=1)}
    counter = counter_over(store, limits=Limits(rates, lambda: 0.0))
    mine, other = await counter.report(), await counter.report()
    wrong = {**mine, "secret": other["secret"]}
    unknown = {**mine, "code": "HA-00000-00000-0"}
    assert (await counter.track(wrong)).status_code == 404
    seen, took = set(), []
    for receipt in (wrong, unknown, {**wrong, "code": "nonsense"}):
        began = time.perf_counter()
        answer = await counter.track(receipt)
        took.append(time.perf_counter() - began)
        seen.add((answer.status_code, answer.headers["Retry-After"], answer.text))
    assert [status for status, _, _ in seen] == [429]
    assert min(took) >= 0.1


async def test_a_receipt_opens_its_own_case_only(counter: Counter) -> None:
    mine, other = await counter.report(), await counter.report()
    for what, form in (
        ("supplement", {"text": "x"}),
        ("feedback", {"satisfied": True}),
        ("withdraw", {}),
    ):
        answer = await counter.say({**other, "secret": mine["secret"]}, what, **form)
        assert answer.status_code == 404
    assert (await counter.track(other)).json()["state"] == "received"
