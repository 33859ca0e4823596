"""Vietnamese for whoever asks for nothing, English for whoever asks for it; never a mixture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.problems import Problem
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, Counter

pytestmark = pytest.mark.asyncio(loop_scope="module")
INTAKE, LEADER = (f"{role}@{COMMUNE}" for role in ("intake_officer", "leader"))
#: Words without which hardly a sentence is said, and which the other language does not have.
ENGLISH = re.compile(
    r"\b(the|is|was|not|and|with|from|by|of|for|only|must|than|should|due|days?|working|counted"
    r"|paused|extended|weekend|holiday|legal|value|input|string|permitted|required|valid)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile(
    r"\b(ngày|không|được|đến|hạn|tính|theo|kể|từ|tạm|dừng|lúc|gia|giờ|của|và|phải|cần|chưa|cán|bộ)\b",
    re.IGNORECASE,
)
#: What a day off is called, and how a decree is cited, stays Vietnamese.
NAMES = re.compile(r"holiday: [^:]*|Thông tư [^,]*|Quy định [^ ]*")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def track(counter: Counter, receipt: dict[str, str], **headers: str) -> Any:
    answer = await counter.track(receipt, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def clocks(counter: Counter, case_id: str, **headers: str) -> Any:
    sent = {**counter.token(INTAKE), **headers}
    answer = await counter.http.get(f"/v1/cases/{case_id}/clocks", headers=sent)
    assert answer.status_code == 200, answer.text
    return answer.json()["clocks"]


def told(promised: Any) -> str:
    return "\n".join((*promised["basis"], *promised["explanation"]))


def every_line(shown: list[Any]) -> Iterator[str]:
    for clock in shown:
        yield from clock["basis"]
        yield from (line["text"] for line in clock["lines"])


async def test_a_reporter_who_asks_for_no_language_reads_vietnamese(counter: Counter) -> None:
    receipt = await counter.report()
    promised = (await track(counter, receipt))["promised"]
    assert promised["explanation"][0].startswith(
        "2026-03-02 2 ngày làm việc kể từ 2026-03-02 09:00 +0700 theo accept@2 (Chưa tìm thấy"
    )
    assert promised["explanation"][1:] == [
        "2026-03-03 [1] ngày làm việc: tính là ngày thứ 1 trên 2",
        "2026-03-04 [2] ngày làm việc: tính là ngày thứ 2 trên 2",
        "2026-03-04 đến hạn 2026-03-04 17:00 +0700",
    ]
    assert not ENGLISH.search(told(promised))


async def test_a_reporter_who_asks_for_english_reads_english(counter: Counter) -> None:
    receipt = await counter.report()
    answer = await counter.track(receipt, **{"Accept-Language": "en"})
    promised = answer.json()["promised"]
    assert promised["explanation"][-1] == "2026-03-04 due 2026-03-04 17:00 +0700"
    assert not VIETNAMESE.search(told(promised))
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("en", "Accept-Language")


async def test_clocks_paused_and_extended_are_told_in_the_language_asked_for(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    for name, actor, params in (
        ("accept", INTAKE, {}),
        ("assign", INTAKE, {"lead": COMMUNE}),
        ("extend", LEADER, {"days": 5, "reason": "Chờ vật tư"}),
        ("pause", f"case_officer@{COMMUNE}", {"waiting_for": "reporter", "reason": "Hỏi lại"}),
        ("resume", f"case_officer@{COMMUNE}", {"reason": "Đã trả lời"}),
    ):
        counter.clock.now += timedelta(days=1)
        await counter.do(case_id, name, actor, **params)
    vietnamese = "\n".join(every_line(await clocks(counter, case_id)))
    english = "\n".join(every_line(await clocks(counter, case_id, **{"Accept-Language": "en"})))
    for words in ("gia hạn 5 ngày làm việc", "tạm dừng từ", "Chủ nhật", "không tính ngày đầu"):
        assert words in vietnamese
    for words in ("extended by 5 working days", "paused from", "weekend", "first day not counted"):
        assert words in english
    assert not ENGLISH.search(vietnamese)
    assert not VIETNAMESE.search(NAMES.sub("", english))
    assert len(vietnamese.splitlines()) == len(english.splitlines())


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/reports", {"json": {"text": "", "unit": 7, "more": 1, "channel": "a" * 300}}),
    ("POST", "/v1/reports", {"json": []}),
    ("GET", "/v1/cases", {"params": {"state": "lost", "limit": "many", "overdue": "perhaps"}}),
    ("GET", "/v1/cases", {"params": {"due_before": "soon", "limit": "0", "q": "!"}}),
    ("GET", "/v1/stats", {"params": {"q": "ổ gà", "as_of": "2026-03-01T00:00:00Z"}}),
    ("GET", "/v1/stats", {"params": {"as_of": "2036-03-01T00:00:00Z"}}),
    ("GET", "/v1/cases", {"params": {"after": "elsewhere"}}),
]


@pytest.mark.parametrize(("method", "path", "sent"), WRONG)
async def test_each_wrong_member_is_told_in_the_language_asked_for(
    counter: Counter, method: str, path: str, sent: dict[str, Any]
) -> None:
    headers = counter.token(INTAKE)
    wrong = await counter.http.request(method, path, headers=headers, **sent)
    headers["Accept-Language"] = "en"
    again = await counter.http.request(method, path, headers=headers, **sent)
    assert (wrong.status_code, again.status_code) == (422, 422), wrong.text
    vietnamese, english = said(wrong.json()), said(again.json())
    assert not ENGLISH.search(vietnamese), vietnamese
    assert not VIETNAMESE.search(english), english
    assert len(vietnamese.splitlines()) == len(english.splitlines())
    assert "Value error" not in english
    assert "xem specifics" not in vietnamese


def said(problem: Any) -> str:
    """All sentences of a problem that are in the caller's language."""
    errors = (one["detail"] for one in problem.get("errors", ()))
    return "\n".join((problem["title"], problem["detail"], *errors))


async def test_what_is_particular_is_told_in_the_language_asked_for(counter: Counter) -> None:
    sent = {"unit": "00000", "text": "Ổ gà"}
    answer = await counter.http.post("/v1/reports", json=sent)
    problem = answer.json()
    assert answer.status_code == 422
    assert "'00000'" in problem["specifics"]
    assert problem["errors"][0]["detail"] == problem["specifics"]
    assert not ENGLISH.search(said(problem)), problem
    answer = await counter.http.post("/v1/reports", json=sent, headers={"Accept-Language": "en"})
    english = answer.json()["specifics"]
    assert english.startswith("Unknown unit '00000'")
    assert not VIETNAMESE.search(english)


async def test_what_the_book_of_phrases_lacks_is_told_apart_from_the_sentences() -> None:
    problem = Problem("invalid", errors=[{"query": "x", "detail": "Of another time."}])
    told = problem.told("vi")
    assert told["specifics"] == "Of another time."
    assert told["errors"][0]["detail"].endswith("xem specifics.")
    assert problem.told("en")["errors"][0]["detail"] == "Of another time."
