"""Candidates for duplicates over HTTP: who is shown what, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eventlog.case_text import CaseText, forget_text
from eventlog.projector import Projector
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, Counter

HERE = f"intake_officer@{COMMUNE}"
TEXT = "Ổ gà lớn trước cổng trường Đinh Tiên Hoàng"


@pytest.fixture
async def index(store: EventStore, database: str) -> Any:
    """Brings the text index up to now when it is called."""

    async def catch_up() -> None:
        sealer = Sealer(database)
        while await sealer.seal_once():
            pass
        await sealer.close()
        await Projector(store.pool, store.keys, [CaseText()]).catch_up()

    return catch_up


async def asked(counter: Counter, case_id: str, *roles: str, **headers: str) -> Any:
    sent = {**counter.token(*(roles or (HERE,))), **headers}
    return await counter.http.get(f"/v1/cases/{case_id}/duplicates", headers=sent)


async def found(counter: Counter, case_id: str, *roles: str) -> list[str]:
    answer = await asked(counter, case_id, *roles)
    assert answer.status_code == 200, answer.text
    return [one["case"]["case_id"] for one in answer.json()["candidates"]]


async def test_a_report_of_the_same_thing_is_found_and_told_why(
    counter: Counter, index: Any
) -> None:
    first = await counter.report(text="Trước CỔNG trường dinh tien hoang có ổ gà sâu")
    await counter.report(text="Cống bốc mùi ở chợ", category="drainage_flood")
    counter.clock.now += timedelta(hours=5)
    second = await counter.report(text=TEXT)
    await index()
    answer = await asked(counter, second["case_id"])
    (one,) = answer.json()["candidates"]
    assert one["case"]["code"] == first["code"]
    assert (one["hours_apart"], one["same_unit"], one["same_category"]) == (5, True, True)
    assert (one["metres"], one["joined"]) == (None, None)
    assert one["words"] == ["gà", "trước", "cổng", "trường", "đinh", "tiên", "hoàng"]
    assert one["why"] == [
        "Cùng đơn vị.",
        "Nhận cách nhau 5 giờ.",
        "Cùng lĩnh vực.",
        "Cùng nhắc đến: gà, trước, cổng, trường, đinh, tiên, hoàng.",
    ]
    assert answer.headers["Content-Language"] == "vi"
    english = await asked(counter, second["case_id"], **{"Accept-Language": "en"})
    assert english.json()["candidates"][0]["why"][:3] == [
        "In the same unit.",
        "Received 5 h apart.",
        "Of the same category.",
    ]


async def test_with_coordinates_the_distance_is_told_and_the_place_counts_most(
    counter: Counter, index: Any
) -> None:
    def at(latitude: float) -> dict[str, Any]:
        return {"coordinates": {"latitude": latitude, "longitude": 106.701}}

    near = await counter.report(text="Hố sâu", **at(10.7765))
    alike = await counter.report(text=TEXT, **at(10.786))
    mine = await counter.report(text=TEXT, **at(10.776))
    await index()
    told = (await asked(counter, mine["case_id"], **{"Accept-Language": "en"})).json()
    first, second = told["candidates"]
    assert [one["case"]["code"] for one in (first, second)] == [near["code"], alike["code"]]
    assert (first["metres"], second["metres"]) == (56, 1113)
    assert (first["why"][0], first["score"] > second["score"]) == ("56 m apart.", True)


async def test_the_likest_come_first_and_no_more_than_asked_for(
    counter: Counter, index: Any
) -> None:
    other = await counter.report(text="Đèn đường hỏng")
    alike = await counter.report(text=TEXT)
    mine = await counter.report(text=TEXT)
    await index()
    assert await found(counter, mine["case_id"]) == [alike["case_id"], other["case_id"]]
    url = f"/v1/cases/{mine['case_id']}/duplicates"
    first = await counter.http.get(url, params={"limit": 1}, headers=counter.token(HERE))
    assert [one["case"]["case_id"] for one in first.json()["candidates"]] == [alike["case_id"]]


async def test_what_has_the_same_words_elsewhere_in_the_province_is_found_by_who_may_see_it(
    counter: Counter, index: Any
) -> None:
    mine = await counter.report(text=TEXT)
    there = await counter.report(text=TEXT, unit="26740", category="other")
    away = await counter.report(text=TEXT, unit="00001")
    await index()
    assert await found(counter, mine["case_id"]) == []
    assert await found(counter, mine["case_id"], "leader@unit:79") == [there["case_id"]]
    country = ("leader@unit:79", "leader@unit:01")
    assert away["case_id"] not in await found(counter, mine["case_id"], *country)


async def test_a_case_about_ones_own_body_is_no_candidate(counter: Counter, index: Any) -> None:
    mine = await counter.report(text=TEXT)
    about = await counter.report(text=TEXT, about_body=COMMUNE)
    await index()
    assert await found(counter, mine["case_id"]) == []
    assert await found(counter, mine["case_id"], "leader@unit:79") == [about["case_id"]]
    assert (await asked(counter, about["case_id"])).status_code == 404


async def test_what_lies_long_ago_is_no_candidate(counter: Counter, index: Any) -> None:
    await counter.report(text=TEXT)
    counter.clock.now += timedelta(days=61)
    later = await counter.report(text=TEXT)
    await index()
    assert await found(counter, later["case_id"]) == []


async def test_what_is_joined_already_is_marked(counter: Counter, index: Any) -> None:
    mine, merged, linked, beside = [await counter.report(text=TEXT) for _ in range(4)]
    into = {"into": mine["case_id"], "reason": "trùng"}
    await counter.do(merged["case_id"], "merge", HERE, **into)
    await counter.do(beside["case_id"], "merge", HERE, **into)
    await counter.do(mine["case_id"], "link", HERE, to=linked["case_id"])
    await index()
    told = (await asked(counter, mine["case_id"])).json()["candidates"]
    assert {one["case"]["case_id"]: one["joined"] for one in told} == {
        merged["case_id"]: "merged_into_this",
        beside["case_id"]: "merged_into_this",
        linked["case_id"]: "linked",
    }
    told = (await asked(counter, merged["case_id"])).json()["candidates"]
    assert {one["case"]["case_id"]: one["joined"] for one in told} == {
        mine["case_id"]: "survivor_of_this",
        beside["case_id"]: "same_survivor",
        linked["case_id"]: None,
    }


async def test_a_text_that_was_erased_speaks_for_nothing_any_more(
    counter: Counter, index: Any, store: EventStore
) -> None:
    mine, other = await counter.report(text=TEXT), await counter.report(text=TEXT)
    await index()
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("delete from case_key where case_id = $1", other["case_id"])
        await forget_text(connection, other["case_id"])
    (one,) = (await asked(counter, mine["case_id"])).json()["candidates"]
    assert one["words"] == []
    own = await asked(counter, other["case_id"])
    assert own.json()["candidates"][0]["words"] == []


async def test_candidates_are_for_who_may_read_the_texts(counter: Counter) -> None:
    case_id = (await counter.report(text=TEXT))["case_id"]
    url = f"/v1/cases/{case_id}/duplicates"
    assert (await counter.http.get(url)).status_code == 401
    for role, status in (
        (HERE, 200),
        ("case_officer@unit:79", 200),
        (f"auditor@{COMMUNE}", 403),
        ("admin@unit:79", 403),
        (f"collaborator@{COMMUNE}", 403),
        ("integration@unit:79", 403),
        ("leader@unit:26740", 404),
    ):
        assert (await asked(counter, case_id, role)).status_code == status, role
    assert (await asked(counter, "nothing")).status_code == 404
