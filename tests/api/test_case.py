"""One case over HTTP: who may see it, as it stands and stood, its history and its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from eventlog.store import EventStore
from tests.api.counter import COMMUNE, NOW, PROVINCE, TEXT, Counter

pytestmark = pytest.mark.asyncio(loop_scope="module")

INTAKE, OFFICER = f"intake_officer@{COMMUNE}", f"case_officer@{COMMUNE}"
LEADER, AUDITOR = f"leader@{COMMUNE}", f"auditor@{PROVINCE}"
MINUTE = timedelta(minutes=1)
PLACES = ("", "/history", "/clocks")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def look(
    counter: Counter,
    case_id: str,
    role: str | Sequence[str] = INTAKE,
    place: str = "",
    **asked: Any,
) -> httpx.Response:
    roles = (role,) if isinstance(role, str) else role
    headers = {**counter.token(*roles), **asked.pop("headers", {})}
    return await counter.http.get(f"/v1/cases/{case_id}{place}", headers=headers, params=asked)


async def see(counter: Counter, case_id: str, *args: Any, **asked: Any) -> Any:
    answer = await look(counter, case_id, *args, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def then(counter: Counter, case_id: str, name: str, actor: str, **params: Any) -> None:
    """A minute later somebody does something."""
    counter.clock.now += MINUTE
    await counter.do(case_id, name, actor, **params)


# -- who may see it --------------------------------------------------------------------------

#: Who may see a case of commune 26737 that climbed nowhere.
SEEING = {
    INTAKE: 200,
    OFFICER: 200,
    LEADER: 200,
    f"auditor@{COMMUNE}": 200,
    f"admin@{COMMUNE}": 200,
    f"collaborator@{COMMUNE}": 403,
    f"integration@{COMMUNE}": 403,
    f"leader@{PROVINCE}": 200,
    AUDITOR: 200,
    f"auditor@{PROVINCE} in 26740": 404,
    "leader@unit:26740": 404,
    "admin@unit:26740": 404,
    "leader@unit:01": 404,
    "leader@unit:760": 404,
}


@pytest.mark.parametrize("place", PLACES)
async def test_a_case_is_seen_by_its_body_and_above_and_is_unknown_to_all_others(
    counter: Counter, place: str
) -> None:
    case_id = (await counter.report())["case_id"]
    answers = {role: await look(counter, case_id, role, place) for role in SEEING}
    assert {role: answer.status_code for role, answer in answers.items()} == SEEING
    nowhere = await look(counter, str(uuid4()), INTAKE, place)
    hidden = answers["leader@unit:01"]
    assert (nowhere.status_code, nowhere.text) == (404, hidden.text)
    assert hidden.json()["code"] == "unknown_case"
    assert (await counter.http.get(f"/v1/cases/{case_id}{place}")).status_code == 401


@pytest.mark.parametrize("place", PLACES)
async def test_a_case_about_a_body_is_unknown_to_its_people_in_any_role(
    counter: Counter, place: str
) -> None:
    case_id = (await counter.report(about_body=COMMUNE))["case_id"]
    above = f"leader@{PROVINCE}"
    assert (await look(counter, case_id, above, place)).status_code == 200
    for roles in ((INTAKE,), (LEADER, above), (f"collaborator@{COMMUNE}", AUDITOR)):
        assert (await look(counter, case_id, roles, place)).status_code == 404
    acting = {"Act-As": above}
    answer = await look(counter, case_id, (LEADER, above), place, headers=acting)
    assert answer.status_code == 404


@pytest.mark.parametrize("case_id", ["%00", "a%00b", "a%20b", "x" * 101, "%F0%9F%98%80"])
async def test_what_cannot_be_an_id_is_refused(counter: Counter, case_id: str) -> None:
    for place in PLACES:
        assert (await look(counter, case_id, INTAKE, place)).status_code == 422


# -- the case --------------------------------------------------------------------------------


async def test_a_case_says_what_is_known_of_it(counter: Counter) -> None:
    receipt = await counter.report(reporter={"name": "Nguyễn Văn An"}, channel="zalo")
    case_id = receipt["case_id"]
    await counter.say(receipt, "supplement", text="Thêm ảnh")
    await then(counter, case_id, "accept", INTAKE)
    await then(counter, case_id, "assign", INTAKE, lead=COMMUNE, coordinating=["transport:79"])
    await then(counter, case_id, "take", OFFICER + "#b2")
    await then(counter, case_id, "request_input", OFFICER, body="transport:79", days=3, text="?")
    said = await see(counter, case_id)
    agency = {"ref": "transport:79", "name": "Sở Giao thông vận tải"}
    body = {"ref": COMMUNE, "name": "Tân Định"}
    assert said["text"] == TEXT
    assert said["supplements"] == ["Thêm ảnh"]
    assert (said["state"], said["assignee"], said["channel"]) == ("in_progress", "b2", "zalo")
    assert (said["accountable"], said["lead"]) == (body, body)
    assert (said["coordinating"], said["asked"]) == ([agency], [agency])
    assert said["identity_kept"]
    assert "Nguyễn" not in str(said)
    listed = await counter.http.get("/v1/cases?limit=200", headers=counter.token(INTAKE))
    item = next(one for one in listed.json()["cases"] if one["case_id"] == case_id)
    assert {name: said[name] for name in item} == item
    assert item["received_at"] == "2026-03-02T09:00:00+07:00"
    assert item["due_at"].endswith("17:00:00+07:00")


async def test_what_people_wrote_is_for_those_who_work_on_cases(counter: Counter) -> None:
    receipt = await counter.report()
    case_id = receipt["case_id"]
    await counter.say(receipt, "supplement", text="Thêm ảnh")
    await then(counter, case_id, "note", INTAKE, text="Ghi chú nội bộ")
    words = (TEXT, "Thêm ảnh", "Ghi chú")
    for role in (AUDITOR, f"admin@{COMMUNE}"):
        told = [(await look(counter, case_id, role, place)).text for place in PLACES]
        assert not [word for word in words if any(word in one for one in told)]
        assert (await see(counter, case_id, role))["text"] is None
        events = (await see(counter, case_id, role, "/history"))["events"]
        assert all(one["words"] is None for one in events), "null says that they see none"
    both = (AUDITOR, "leader@unit:26740")
    assert (await see(counter, case_id, both))["text"] is None
    assert (await see(counter, case_id, f"leader@{PROVINCE}"))["text"] == TEXT
    history = (await look(counter, case_id, INTAKE, "/history")).text
    assert all(word in history for word in words)


# -- versions --------------------------------------------------------------------------------


async def test_who_has_the_version_already_is_told_so(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    first = await look(counter, case_id)
    tag = first.headers["ETag"]
    assert tag == f'"{first.json()["version"]}"'
    for known in (tag, f"W/{tag}", f'"999", {tag}', "*"):
        same = await look(counter, case_id, headers={"If-None-Match": known})
        assert (same.status_code, same.headers["ETag"], same.content) == (304, tag, b"")
    for known in ('"999"', "1", "", ","):
        again = await look(counter, case_id, headers={"If-None-Match": known})
        assert again.status_code == 200
    await then(counter, case_id, "accept", INTAKE)
    changed = await look(counter, case_id, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["state"]) == (200, "accepted")
    assert changed.headers["ETag"] != tag
    hidden = await look(counter, case_id, "leader@unit:01", headers={"If-None-Match": "*"})
    assert hidden.status_code == 404


async def test_what_time_alone_made_overdue_is_told_although_the_version_is_the_same(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    first = await look(counter, case_id)
    due = datetime.fromisoformat(first.json()["due_at"])
    known = {"If-None-Match": first.headers["ETag"]}
    counter.clock.now = due - timedelta(microseconds=1)
    assert (await look(counter, case_id, headers=known)).status_code == 304
    counter.clock.now = due
    late = await look(counter, case_id, headers=known)
    assert (late.status_code, late.json()["overdue"]) == (200, True)
    listed = await counter.http.get(
        "/v1/cases", params={"view": "overdue", "limit": 200}, headers=counter.token(INTAKE)
    )
    assert case_id in {one["case_id"] for one in listed.json()["cases"]}


# -- the past --------------------------------------------------------------------------------


async def test_a_case_is_shown_as_it_stood_at_any_past_moment(counter: Counter) -> None:
    receipt = await counter.report()
    case_id = receipt["case_id"]
    await then(counter, case_id, "accept", INTAKE)
    await then(counter, case_id, "set_severity", LEADER, severity="hot_spot", reason="gần trường")
    counter.clock.now = NOW + timedelta(days=30)
    seen = [
        await see(counter, case_id, as_of=(NOW + at).isoformat())
        for at in (0 * MINUTE, MINUTE - timedelta(microseconds=1), MINUTE, 2 * MINUTE)
    ]
    assert [one["state"] for one in seen] == ["received", "received", "accepted", "accepted"]
    assert [one["severity"] for one in seen] == ["normal", "normal", "normal", "hot_spot"]
    assert not any(one["overdue"] for one in seen)
    assert (await see(counter, case_id))["overdue"]
    late = await see(counter, case_id, as_of=(NOW + timedelta(days=29)).isoformat())
    assert (late["overdue"], late["version"]) == (True, seen[-1]["version"])
    due = seen[-1]["due_at"]
    on_time = datetime.fromisoformat(due) - timedelta(microseconds=1)
    at_due = [await see(counter, case_id, as_of=at) for at in (on_time.isoformat(), due)]
    assert [one["overdue"] for one in at_due] == [False, True]


async def test_before_its_report_and_after_now_there_is_nothing_to_show(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    before = await look(counter, case_id, as_of=(NOW - MINUTE).isoformat())
    assert (before.status_code, before.json()["code"]) == (404, "unknown_case")
    for name in ("as_of", "known_at"):
        ahead = await look(counter, case_id, **{name: (NOW + timedelta(days=9999)).isoformat()})
        assert (ahead.status_code, ahead.json()["errors"][0]["query"]) == (422, name)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02",
        "2026-03-02T09:00:00",
        "9999-12-31T23:59:59-12:00",
        "x",
        "0001-01-01T00:00:00+12:00",
    ],
)
async def test_a_moment_has_an_offset_and_lies_in_the_calendar(
    counter: Counter, moment: str
) -> None:
    case_id = (await counter.report())["case_id"]
    for name in ("as_of", "known_at"):
        assert (await look(counter, case_id, **{name: moment})).status_code == 422
    for name in ("due_before", "received_since", "received_before"):
        answer = await counter.http.get(
            "/v1/cases", params={name: moment}, headers=counter.token(INTAKE)
        )
        assert answer.status_code == 422


async def test_what_was_entered_late_was_not_known_before_it_was_entered(counter: Counter) -> None:
    counter.clock.now = datetime.now(UTC)
    week = timedelta(days=7)
    received = counter.clock.now - week
    entered = counter.token(INTAKE)
    receipt = await counter.report(entered, received_at=received.isoformat(), channel="letter")
    counter.clock.now += timedelta(seconds=5)
    case_id, then_ = receipt["case_id"], (received + week / 2).isoformat()
    assert (await see(counter, case_id, as_of=then_))["state"] == "received"
    assert (await look(counter, case_id, known_at=then_)).status_code == 404
    recorded = (await see(counter, case_id, INTAKE, "/history"))["events"][0]["recorded_at"]
    known = await see(counter, case_id, known_at=recorded)
    assert datetime.fromisoformat(known["received_at"]) == received
    both = await look(counter, case_id, as_of=then_, known_at=recorded)
    assert both.status_code == 200


# -- history and clocks ----------------------------------------------------------------------


async def test_the_history_tells_who_did_what_and_when(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    await then(counter, case_id, "accept", INTAKE + "#a9", reason="đúng thẩm quyền")
    told = await see(counter, case_id, INTAKE, "/history")
    events = {one["type"]: one for one in told["events"]}
    assert [one["version"] for one in told["events"]] == list(range(1, told["version"] + 1))
    assert events["CaseReported"]["actor"] == {"role": "reporter", "body": None, "account": None}
    assert events["CaseReported"]["words"] == {"text": TEXT}
    assert events["CaseReported"]["facts"]["channel"] == "web"
    accepted = events["CaseAccepted"]
    assert accepted["occurred_at"] == "2026-03-02T09:01:00+07:00"
    assert accepted["words"] == {"reason": "đúng thẩm quyền"}
    assert accepted["actor"] == {
        "role": "intake_officer",
        "body": {"ref": COMMUNE, "name": "Tân Định"},
        "account": "a9",
    }


async def test_the_history_is_read_in_pages_that_lose_nothing(
    counter: Counter, store: EventStore
) -> None:
    case_id = (await counter.report())["case_id"]
    for number in range(7):
        await then(counter, case_id, "note", INTAKE, text=f"ghi chú {number}")
    whole = await see(counter, case_id, INTAKE, "/history")
    assert (whole["next"], len(whole["events"])) == (None, whole["version"])
    for limit in (1, 2, 3, len(whole["events"])):
        pages, after = [], 0
        while after is not None:
            page = await see(counter, case_id, INTAKE, "/history", after=after, limit=limit)
            assert len(page["events"]) <= limit
            pages += page["events"]
            after = page["next"]
        assert pages == whole["events"]
    beyond = await see(counter, case_id, INTAKE, "/history", after=2**31 - 1)
    assert (beyond["events"], beyond["next"]) == ([], None)


async def test_words_whose_key_is_gone_are_gone_from_case_and_history(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    await counter.desk.store.pool.execute("delete from case_key where case_id = $1", case_id)
    assert (await see(counter, case_id))["text"] is None
    told = await see(counter, case_id, INTAKE, "/history")
    assert all(one["words"] == {} for one in told["events"])


async def test_each_clock_is_explained_line_by_line(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    await then(counter, case_id, "accept", INTAKE)
    told = await see(counter, case_id, AUDITOR, "/clocks")
    accept, assign = told["clocks"]
    assert (accept["kind"], accept["overdue"]) == ("accept", False)
    assert accept["stopped"]
    assert (assign["kind"], assign["stopped"], assign["overdue"]) == ("assign", None, False)
    assert assign["body"] == {"ref": COMMUNE, "name": "Tân Định"}
    assert assign["due_at"] == (await see(counter, case_id))["due_at"]
    assert assign["lines"][0]["text"].startswith(("1 ", "2 ", "3 ", "4 ", "5 "))
    assert assign["lines"][-1]["text"].startswith("đến hạn ")
    assert [line["counted"] for line in assign["lines"] if line["counted"]] == list(
        range(1, sum(line["counted"] is not None for line in assign["lines"]) + 1)
    )
    earlier = await see(counter, case_id, AUDITOR, "/clocks", as_of=NOW.isoformat())
    assert [(one["kind"], one["stopped"]) for one in earlier["clocks"]] == [("accept", None)]
    counter.clock.now += timedelta(days=60)
    late = await see(counter, case_id, AUDITOR, "/clocks")
    assert [one["overdue"] for one in late["clocks"]] == [False, True]
