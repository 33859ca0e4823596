"""Units, bodies and categories: found without diacritics, as of any day, by anybody."""

from __future__ import annotations

from typing import Any

import pytest

from domain.context import Law
from eventlog.store import EventStore
from tests.api.counter import Counter, counter_over
from workers.packs import calendars, read_book
from workers.register import vietnam

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


@pytest.fixture
def counter(store: EventStore) -> Counter:
    """The interface over the register of Vietnam."""
    law = Law(read_book(), calendars(), vietnam(), "Asia/Ho_Chi_Minh")
    return counter_over(store, law=lambda: law)


async def ask(counter: Counter, place: str, **asked: Any) -> Any:
    answer = await counter.http.get(f"/v1/{place}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_unit_is_found_without_diacritics_as_of_a_day(counter: Counter) -> None:
    now = await ask(counter, "units", q="tan dinh", level="commune")
    here = next(one for one in now["units"] if one["code"] == "26737")
    assert (now["on"], here["name"], here["level"]) == ("2026-03-02", "Phường Tân Định", "commune")
    assert here["above"] == [{"code": "79", "name": "Thành phố Hồ Chí Minh"}]
    assert here["valid_from"] == "2025-07-01"
    before = await ask(counter, "units", q="26737", on="2025-06-30")
    assert [one["name"] for one in before["units"]] == ["Phường Đa Kao"]
    assert [one["name"] for one in before["units"][0]["above"]] == [
        "Quận 1",
        "Thành phố Hồ Chí Minh",
    ]
    assert len((await ask(counter, "units", q="tan", limit=3))["units"]) == 3
    assert (await ask(counter, "units", q="!!"))["units"] == []


async def test_units_are_walked_down_from_the_top(counter: Counter) -> None:
    tops = await ask(counter, "units", limit=200)
    assert len(tops["units"]) == 34
    assert {one["level"] for one in tops["units"]} == {"province"}
    under = await ask(counter, "units", under="79", limit=200)
    assert {one["above"][0]["code"] for one in under["units"]} == {"79"}
    assert len((await ask(counter, "units", on="2025-06-30", limit=200))["units"]) == 63
    districts = await ask(counter, "units", under="79", on="2025-06-30", limit=200)
    assert {one["level"] for one in districts["units"]} == {"district"}
    assert (await ask(counter, "units", under="79", level="district"))["units"] == []


async def test_a_body_is_found_by_its_name_and_by_its_unit(counter: Counter) -> None:
    found = await ask(counter, "bodies", q="uy ban nhan dan phuong tan dinh")
    assert found["bodies"][0]["ref"] == "unit:26737"
    assert found["bodies"][0]["kind"] == "government"
    assert found["bodies"][0]["unit"]["code"] == "26737"
    own = await ask(counter, "bodies", unit="79")
    refs = [one["ref"] for one in own["bodies"]]
    assert refs[:3] == ["unit:79", "party:79", "front:79"]
    fronts = await ask(counter, "bodies", unit="79", kind="front")
    assert [one["ref"] for one in fronts["bodies"]] == ["front:79"]
    old, new = "Ban Tuyên giáo Thành ủy Hà Nội", "Ban Tuyên giáo và Dân vận Thành ủy Hà Nội"
    for on, name in (("2025-02-02", old), ("2026-03-02", new)):
        said = await ask(counter, "bodies", q="ban tuyen giao thanh uy ha noi", on=on)
        assert said["bodies"][0]["name"] == name
    assert all(
        one["kind"] == "government"
        for one in (await ask(counter, "bodies", kind="government"))["bodies"]
    )


async def test_a_body_is_called_as_on_the_day(counter: Counter) -> None:
    for on, name in (("2026-04-29", "tỉnh Đồng Nai"), ("2026-04-30", "thành phố Đồng Nai")):
        [body] = (await ask(counter, "bodies", unit="75", kind="government", on=on))["bodies"]
        assert body["name"] == f"Ủy ban nhân dân {name}"
        assert body["unit"]["name"].casefold() == name.casefold()
        found = await ask(counter, "bodies", q=f"uy ban nhan dan {name}", on=on)
        assert found["bodies"][0] == body


async def test_categories_are_those_of_the_policy_of_the_day(counter: Counter) -> None:
    said = await ask(counter, "categories", limit=200)
    assert said["pack"].startswith("since-2025-07@")
    everything = {one["id"] for one in said["categories"]}
    assert {"road", "other"} <= everything
    assert any(one["confidential"] for one in said["categories"])
    road = next(one for one in said["categories"] if one["id"] == "road")
    for words in (road["vi"], road["en"], "road"):
        found = await ask(counter, "categories", q=words)
        assert "road" in {one["id"] for one in found["categories"]}
    classic = await ask(counter, "categories", on="2024-03-04", limit=200)
    assert classic["pack"].startswith("classic@")
    assert (await ask(counter, "categories", q="?!"))["categories"] == []


@pytest.mark.parametrize(
    ("place", "asked", "name"),
    [
        ("units", {"under": "99999"}, "under"),
        ("units", {"under": "760"}, "under"),
        ("bodies", {"unit": "99999"}, "unit"),
        ("bodies", {"kind": "club"}, "kind"),
        ("categories", {"on": "1900-01-01"}, "on"),
        ("categories", {"on": "yesterday"}, "on"),
        ("units", {"q": "a\0b"}, "q"),
        ("units", {"q": " "}, "q"),
        ("units", {"limit": "0"}, "limit"),
        ("units", {"limit": "201"}, "limit"),
        ("units", {"nonsense": "x"}, "nonsense"),
    ],
)
async def test_a_question_without_an_answer_says_which_part_is_wrong(
    counter: Counter, place: str, asked: dict[str, str], name: str
) -> None:
    answer = await counter.http.get(f"/v1/{place}", params=asked)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["query"] == name


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2025-07-01"])
async def test_any_day_of_the_calendar_may_be_asked_for(counter: Counter, on: str) -> None:
    for place in ("units", "bodies"):
        for asked in ({"q": "tan dinh"}, {}):
            answer = await counter.http.get(f"/v1/{place}", params={"on": on, **asked})
            assert answer.status_code == 200, answer.text
