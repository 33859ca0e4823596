"""After a merge each reporter keeps the own receipt, thread, answer and right to reopen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from activities.messages import Answer
from domain.actor import Actor
from domain.case import Case
from domain.evolve import fold
from eventlog.outbox import Outbox
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter
from workers.relay import Relay
from workflows.gateway import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
ANSWER = {"text": "Đã vá xong.", "act": "Vá mặt đường", "done_on": "2026-03-02", "evidence": "ảnh"}
Receipt = Mapping[str, str]


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


@dataclass
class Door:
    """The relay's way to the cases, without Temporal between."""

    counter: Counter

    async def start(self, case_id: str, unit: str | None = None, *, look: bool = False) -> None:
        """Nothing waits for a workflow here."""

    async def command(
        self, case_id: str, name: str, params: dict[str, Any], actor: Actor, key: str
    ) -> Answer:
        return await self.counter.commands.command(case_id, name, params, actor, key)


async def relay(counter: Counter) -> None:
    """Do outside what was promised, until nothing is left."""
    hand_over = Relay(Outbox(counter.desk.store.pool), cast("Gateway", Door(counter)))
    while await hand_over.relay_once():
        pass


async def do(counter: Counter, receipt: Receipt, name: str, actor: str, **params: Any) -> None:
    counter.clock.now += timedelta(minutes=1)
    await counter.do(receipt["case_id"], name, actor, **params)


async def answer(counter: Counter, receipt: Receipt, text: str = "Đã vá xong.") -> None:
    """From a draft until everybody was told."""
    await do(counter, receipt, "draft_response", OFFICER, **{**ANSWER, "text": text})
    await do(counter, receipt, "approve_response", LEADER)
    await do(counter, receipt, "inform", INTAKE, text="Riêng cho một người.")
    await relay(counter)


async def merged_pair(counter: Counter) -> tuple[Receipt, Receipt]:
    """A report that was merged into another one, on which somebody works."""
    mine = await counter.report(text="Ổ gà trước nhà tôi")
    other = await counter.report(text="Ổ gà lớn")
    await do(counter, other, "accept", INTAKE)
    await do(counter, other, "assign", INTAKE, lead=COMMUNE)
    await do(counter, mine, "merge", INTAKE, into=other["case_id"], reason="Cùng một ổ gà")
    return mine, other


async def tracked(counter: Counter, receipt: Receipt) -> Any:
    seen = await counter.track(receipt)
    assert seen.status_code == 200
    return seen.json()


async def reporters(counter: Counter, receipt: Receipt, role: str = OFFICER) -> Any:
    url = f"/v1/cases/{receipt['case_id']}/reporters"
    return await counter.http.get(url, headers=counter.token(role))


async def case_of(counter: Counter, receipt: Receipt) -> Case:
    history = await counter.desk.store.load(receipt["case_id"])
    case = fold(receipt["case_id"], [recorded.event for recorded in history])
    assert case is not None
    return case


async def test_each_reporter_follows_the_matter_with_the_own_receipt(counter: Counter) -> None:
    mine, other = await merged_pair(counter)
    seen = await tracked(counter, mine)
    assert (seen["code"], seen["state"], seen["merged"]) == (mine["code"], "merged", True)
    assert seen["promised"]["step"] == "answer"
    assert (await tracked(counter, other))["merged"] is False
    assert (await counter.track({**other, "secret": mine["secret"]})).status_code == 404


async def test_what_a_merged_reporter_adds_stays_theirs_and_reaches_who_works_on_the_survivor(
    counter: Counter,
) -> None:
    mine, other = await merged_pair(counter)
    assert (await counter.say(mine, "supplement", text="Sáng nay có người ngã")).status_code == 200
    assert (await counter.say(other, "supplement", text="Rộng hơn trước")).status_code == 200
    assert (await tracked(counter, mine))["supplements"] == 1
    told = (await reporters(counter, other)).json()["reporters"]
    assert [
        (one["code"], one["text"], [said["text"] for said in one["supplements"]]) for one in told
    ] == [
        (other["code"], "Ổ gà lớn", ["Rộng hơn trước"]),
        (mine["code"], "Ổ gà trước nhà tôi", ["Sáng nay có người ngã"]),
    ]
    assert [one["merged_into"] for one in told] == [None, other["case_id"]]
    assert "Sáng nay" not in (await counter.track(other)).text


async def test_who_works_on_the_last_survivor_sees_everybody_who_is_owed_the_answer(
    counter: Counter,
) -> None:
    first, second = await merged_pair(counter)
    third = await counter.report(text="Mặt đường hỏng")
    await do(counter, second, "merge", INTAKE, into=third["case_id"], reason="Cùng đoạn đường")
    told = (await reporters(counter, third)).json()["reporters"]
    assert [one["code"] for one in told] == [third["code"], first["code"], second["code"]]


async def test_everybody_is_told_the_answer_once_and_nobody_anothers_words(
    counter: Counter,
) -> None:
    mine, other = await merged_pair(counter)
    assert (await tracked(counter, mine))["answers"] == []
    await do(counter, other, "take", OFFICER)
    await answer(counter, other)
    seen = await tracked(counter, mine)
    assert [(one["text"], one["message"]) for one in seen["answers"]] == [("Đã vá xong.", None)]
    informed = await counter.desk.store.load(mine["case_id"])
    assert [e.event.type for e in informed].count("ReporterInformed") == 1
    told = (await reporters(counter, other)).json()["reporters"]
    assert all(one["informed_at"] for one in told)


async def test_a_merged_reporter_judges_the_answer_for_themselves(counter: Counter) -> None:
    mine, other = await merged_pair(counter)
    early = await counter.say(mine, "feedback", satisfied=True)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/wrong-state")
    await do(counter, other, "take", OFFICER)
    await answer(counter, other)
    heard = await counter.say(mine, "feedback", satisfied=True, text="Cảm ơn")
    assert heard.status_code == 200
    told = (await reporters(counter, other)).json()["reporters"]
    assert [[(v["satisfied"], v["text"]) for v in one["verdicts"]] for one in told] == [
        [],
        [(True, "Cảm ơn")],
    ]
    assert (await case_of(counter, other)).satisfied is None


async def test_a_dissatisfied_merged_reporter_opens_the_own_case_and_leaves_the_others_alone(
    counter: Counter,
) -> None:
    mine, other = await merged_pair(counter)
    await do(counter, other, "take", OFFICER)
    await answer(counter, other)
    await do(counter, other, "close", OFFICER, outcome="solved_unconfirmed")
    heard = await counter.say(mine, "feedback", satisfied=False, reason="Trước nhà tôi vẫn còn")
    assert heard.json()["reopened"] is True
    seen = await tracked(counter, mine)
    assert (seen["state"], seen["merged"], seen["reopened"]) == ("accepted", False, 1)
    assert seen["promised"]["step"] == "assign"
    assert [one["text"] for one in seen["answers"]] == ["Đã vá xong."]
    survivor = await case_of(counter, other)
    assert (survivor.state, survivor.survivor_of) == ("closed", ())
    assert len((await reporters(counter, other)).json()["reporters"]) == 1


async def test_each_reporter_has_a_window_of_their_own(counter: Counter) -> None:
    mine, other = await merged_pair(counter)
    await do(counter, other, "take", OFFICER)
    await answer(counter, other)
    heard = await counter.say(other, "feedback", satisfied=False, reason="Chưa xong")
    assert heard.json()["reopened"] is True
    counter.clock.now += timedelta(days=5)
    await answer(counter, other, "Đã vá lại.")
    seen = await tracked(counter, mine)
    assert [one["text"] for one in seen["answers"]] == ["Đã vá xong.", "Đã vá lại."]
    counter.clock.now += timedelta(days=10)  # of the first answer the window is over
    heard = await counter.say(mine, "feedback", satisfied=False, reason="Trước nhà tôi vẫn còn")
    assert heard.json()["reopened"] is True
    counter.clock.now += timedelta(days=30)
    late = await counter.say(other, "feedback", satisfied=False, reason="Vẫn còn")
    assert late.json()["why_not"] == "window_over"


async def test_reopened_after_a_merge_it_may_be_merged_again_and_keeps_all_its_answers(
    counter: Counter,
) -> None:
    mine, other = await merged_pair(counter)
    await do(counter, other, "take", OFFICER)
    await answer(counter, other)
    await counter.say(mine, "feedback", satisfied=False, reason="Vẫn còn")
    third = await counter.report(text="Mặt đường hỏng")
    await do(counter, third, "accept", INTAKE)
    await do(counter, third, "assign", INTAKE, lead=COMMUNE)
    await do(counter, third, "take", OFFICER)
    await do(counter, mine, "merge", INTAKE, into=third["case_id"], reason="Cùng đoạn đường")
    await answer(counter, third, "Đã làm lại cả đoạn.")
    seen = await tracked(counter, mine)
    assert [one["text"] for one in seen["answers"]] == ["Đã vá xong.", "Đã làm lại cả đoạn."]
    assert len((await tracked(counter, other))["answers"]) == 1


async def test_an_undone_merge_leaves_everything_as_it_was_clocks_included(
    counter: Counter,
) -> None:
    mine, other = await counter.report(text="Ổ gà"), await counter.report(text="Ổ gà khác")
    await do(counter, mine, "accept", INTAKE)
    await do(counter, mine, "assign", INTAKE, lead=COMMUNE)
    await do(counter, mine, "take", OFFICER)
    await do(counter, mine, "draft_response", OFFICER, **ANSWER)
    before, shown = await case_of(counter, mine), (await counter.track(mine)).content
    listed = await counter.desk.store.row(mine["case_id"])
    beside = await case_of(counter, other)
    await do(counter, mine, "merge", INTAKE, into=other["case_id"], reason="trùng")
    assert (await counter.track(mine)).content != shown
    await do(counter, mine, "unmerge", INTAKE, reason="Hai việc khác nhau")
    after, now = await case_of(counter, mine), await counter.desk.store.row(mine["case_id"])
    assert (await counter.track(mine)).content == shown
    assert replace(after, version=before.version, last_at=before.last_at) == before
    assert listed is not None
    assert now is not None
    assert replace(now, version=listed.version, changed_at=listed.changed_at) == listed
    alone = await case_of(counter, other)
    assert replace(alone, version=beside.version, last_at=beside.last_at) == beside


async def test_who_reported_is_for_who_may_read_the_survivor(counter: Counter) -> None:
    mine, other = await merged_pair(counter)
    for role, status in (
        (OFFICER, 200),
        (f"auditor@{COMMUNE}", 403),
        ("leader@unit:26740", 404),
    ):
        assert (await reporters(counter, other, role)).status_code == status, role
    url = f"/v1/cases/{other['case_id']}/reporters"
    assert (await counter.http.get(url)).status_code == 401
    own = (await reporters(counter, mine)).json()["reporters"]
    assert [one["merged_into"] for one in own] == [other["case_id"]]


async def answered_with_file(
    counter: Counter, receipt: Receipt, text: str, by: str = COMMUNE
) -> str:
    """An answer that a body gives to a case, and the id of the file that came with it."""
    headers = counter.token(OFFICER)
    file = str((await counter.upload(text.encode(), headers))["attachment_id"])
    account = (await counter.http.get("/v1/me", headers=headers)).json()["account"]
    counter.clock.now += timedelta(minutes=1)
    who = f"{OFFICER}#{account}"
    form = {**ANSWER, "text": text, "attachments": [file]}
    await counter.do(receipt["case_id"], "draft_response", who, **form)
    await do(counter, receipt, "approve_response", f"leader@{by}")
    await do(counter, receipt, "inform", f"intake_officer@{by}")
    await relay(counter)
    return file


async def shown(counter: Counter, receipt: Receipt) -> tuple[list[str], list[str]]:
    """The texts of the answers that a reporter is shown, and the ids of the files."""
    headers = {"Receipt-Secret": receipt["secret"]}
    url = f"/v1/track/{receipt['code']}/attachments"
    files = [one["attachment_id"] for one in (await counter.http.get(url, headers=headers)).json()]
    for file in files:
        one = await counter.http.get(f"{url}/{file}", headers=headers)
        assert one.json()["type"] == "/problems/not-scanned", "it is theirs, once it is scanned"
    return [one["text"] for one in (await tracked(counter, receipt))["answers"]], files


async def test_the_files_of_an_answer_are_for_those_who_are_shown_the_answer(
    counter: Counter,
) -> None:
    mine, other = await counter.report(text="Ổ gà"), await counter.report(text="Ổ gà lớn")
    await do(counter, other, "accept", INTAKE)
    await do(counter, other, "assign", INTAKE, lead=COMMUNE)
    await do(counter, other, "take", OFFICER)
    early = await answered_with_file(counter, other, "Trước khi gộp.")
    heard = await counter.say(other, "feedback", satisfied=False, reason="Vẫn còn")
    assert heard.json()["reopened"] is True
    counter.clock.now += timedelta(minutes=1)
    await do(counter, mine, "merge", INTAKE, into=other["case_id"], reason="Cùng một ổ gà")
    assert await shown(counter, mine) == ([], [])
    both = await answered_with_file(counter, other, "Khi đã gộp.")
    assert await shown(counter, mine) == (["Khi đã gộp."], [both])
    counter.clock.now += timedelta(minutes=1)
    heard = await counter.say(mine, "feedback", satisfied=False, reason="Vẫn còn")
    assert heard.json()["reopened"] is True
    assert await shown(counter, mine) == (["Khi đã gộp."], [both]), "what was given stays"
    counter.clock.now += timedelta(minutes=1)
    heard = await counter.say(other, "feedback", satisfied=False, reason="Chưa xong")
    assert heard.json()["reopened"] is True
    late = await answered_with_file(counter, other, "Sau khi tách.", PROVINCE)
    assert await shown(counter, mine) == (["Khi đã gộp."], [both])
    texts = ["Trước khi gộp.", "Khi đã gộp.", "Sau khi tách."]
    assert await shown(counter, other) == (texts, [early, both, late])


async def test_a_file_comes_through_a_survivor_of_a_survivor_only_while_both_are_merged(
    counter: Counter,
) -> None:
    first, second = await merged_pair(counter)
    third = await counter.report(text="Mặt đường hỏng")
    for name, actor, more in (
        ("accept", INTAKE, {}),
        ("assign", INTAKE, {"lead": COMMUNE}),
        ("take", OFFICER, {}),
    ):
        await do(counter, third, name, actor, **more)
    await do(counter, second, "merge", INTAKE, into=third["case_id"], reason="Cùng đoạn đường")
    file = await answered_with_file(counter, third, "Đã làm lại cả đoạn.")
    for receipt in (first, second, third):
        assert await shown(counter, receipt) == (["Đã làm lại cả đoạn."], [file])
