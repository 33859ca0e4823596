"""A report with a place instead of a unit, and asking for the unit before reporting."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from domain.events import CaseReported
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, TEXT, Counter, at_once

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


INSIDE = {"latitude": 10.79, "longitude": 106.69}
SPLIT = {"latitude": 10.782, "longitude": 106.7005}
HOME = "12 Hai Bà Trưng, P. Đa Kao, TP. HCM"


def placed(**place: Any) -> dict[str, Any]:
    return {"category": "road", "text": TEXT, **place}


async def reported(counter: Counter, case_id: str) -> CaseReported:
    body = (await counter.desk.store.load(case_id, unseal=True))[0].event.body
    assert isinstance(body, CaseReported)
    return body


async def test_a_report_with_coordinates_goes_to_the_unit_there_and_says_how_sure(
    counter: Counter,
) -> None:
    answer = await counter.http.post("/v1/reports", json=placed(coordinates=INSIDE))
    assert answer.status_code == 201, answer.text
    unit = answer.json()["unit"]
    assert unit == {
        "code": "26737",
        "name": "Tân Định, Hồ Chí Minh",
        "located_by": "coordinates",
        "distance_m": None,
    }
    body = await reported(counter, answer.json()["case_id"])
    assert (body.unit, body.located_by) == ("26737~2025", "coordinates")
    assert (body.latitude_e6, body.longitude_e6) == (10_790_000, 106_690_000)
    row = await counter.desk.store.row(answer.json()["case_id"])
    assert row is not None
    assert (row.latitude_e6, row.longitude_e6) == (10_790_000, 106_690_000)


async def test_a_report_with_an_address_goes_to_the_unit_it_names_and_keeps_it_sealed(
    counter: Counter, store: EventStore
) -> None:
    answer = await counter.http.post("/v1/reports", json=placed(address=HOME))
    assert answer.json()["unit"]["located_by"] == "address"
    case_id = answer.json()["case_id"]
    assert (await reported(counter, case_id)).address == HOME
    blind = (await store.load(case_id))[0].event.body.model_dump()
    assert (blind["address"], blind["unit"]) == (None, "26737~2025")
    kept = await store.pool.fetchval("select string_agg(body::text, '') from event")
    assert "Trưng".encode().hex() not in kept


async def test_beside_a_unit_a_place_tells_where_in_it(counter: Counter) -> None:
    form = placed(unit="26740", coordinates=SPLIT, address="trước chợ")
    answer = await counter.http.post("/v1/reports", json=form)
    unit = answer.json()["unit"]
    assert (unit["code"], unit["located_by"]) == ("26740", "unit")
    assert unit["distance_m"] == pytest.approx(781, abs=3)


async def test_where_it_is_not_clear_candidates_are_told_and_nothing_is_written(
    counter: Counter, store: EventStore
) -> None:
    before = await store.pool.fetchval("select count(*) from event")
    answer = await counter.http.post("/v1/reports", json=placed(coordinates=SPLIT))
    said = answer.json()
    assert (answer.status_code, said["type"]) == (422, "/problems/unit-unclear")
    assert said["errors"][0]["pointer"] == "/coordinates"
    assert {one["code"] for one in said["candidates"]} == {"26737", "26740"}
    assert all(one["distance_m"] < 2_000 for one in said["candidates"])
    assert await store.pool.fetchval("select count(*) from event") == before
    chosen = said["candidates"][0]["code"]
    taken = await counter.http.post("/v1/reports", json=placed(coordinates=SPLIT, unit=chosen))
    assert taken.json()["unit"]["code"] == chosen


@pytest.mark.parametrize(
    ("place", "problem", "pointer"),
    [
        ({}, "invalid", "/unit"),
        ({"coordinates": {"latitude": 0, "longitude": 0}}, "invalid", "/coordinates"),
        ({"coordinates": {"latitude": 91, "longitude": 0}}, "invalid", "/coordinates/latitude"),
        ({"coordinates": {"latitude": 10.79}}, "invalid", "/coordinates/longitude"),
        ({"coordinates": [10.79, 106.69]}, "invalid", "/coordinates"),
        ({"address": "Paris"}, "unit-unclear", "/address"),
        ({"address": "\x00"}, "invalid", "/address"),
        ({"address": "a" * 501}, "invalid", "/address"),
        ({"unit": "26737", "coordinates": {"latitude": 0, "longitude": 0}}, None, None),
        ({"unit": "00001", "coordinates": INSIDE}, "invalid", "/coordinates"),
    ],
)
async def test_a_place_that_cannot_be_is_named(
    counter: Counter, place: dict[str, Any], problem: str | None, pointer: str | None
) -> None:
    answer = await counter.http.post("/v1/reports", json=placed(**place))
    if problem is None:  # nothing is known of where this unit is: its word is taken
        assert answer.status_code == 201
        return
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert (said["type"], said["errors"][0]["pointer"]) == (f"/problems/{problem}", pointer)


async def test_a_number_that_is_none_is_refused(counter: Counter) -> None:
    content = b'{"text": "x", "coordinates": {"latitude": NaN, "longitude": 1e999}}'
    headers = {"Content-Type": "application/json"}
    answer = await counter.http.post("/v1/reports", content=content, headers=headers)
    assert answer.status_code in {400, 422}


async def test_fifty_equal_reports_with_a_place_are_one(counter: Counter) -> None:
    headers, form = {"Idempotency-Key": str(uuid4())}, placed(coordinates=INSIDE, address=HOME)
    answers = await at_once(
        *(counter.http.post("/v1/reports", json=form, headers=headers) for _ in range(50))
    )
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    for changed in ({"coordinates": INSIDE}, {"address": HOME}, {"unit": "26737"}):
        other = await counter.http.post("/v1/reports", json=placed(**changed), headers=headers)
        assert other.json()["code"] == "key_reused", changed


async def test_an_officer_enters_a_place_in_their_territory_only(counter: Counter) -> None:
    form = placed(coordinates=INSIDE)
    for role, status in ((f"intake_officer@{COMMUNE}", 201), ("intake_officer@unit:26740", 403)):
        answer = await counter.http.post("/v1/reports", json=form, headers=counter.token(role))
        assert answer.status_code == status, answer.text
    unclear = await counter.http.post(
        "/v1/reports", json=placed(coordinates=SPLIT), headers=counter.token("leader@unit:79")
    )
    assert unclear.json()["type"] == "/problems/unit-unclear"


async def test_the_unit_of_a_place_is_asked_before_reporting(counter: Counter) -> None:
    clear = (await counter.http.post("/v1/places", json={"address": HOME})).json()
    assert clear["located_by"] == "address"
    assert clear["unit"] == clear["candidates"][0]
    assert (clear["unit"]["why"], clear["unit"]["former"]) == ("former_name", "Đa Kao")
    unclear = (await counter.http.post("/v1/places", json={"coordinates": SPLIT})).json()
    assert (unclear["unit"], unclear["located_by"]) == (None, None)
    assert len(unclear["candidates"]) == 2
    nowhere = await counter.http.post("/v1/places", json={"address": "Paris"})
    assert nowhere.json() == {"unit": None, "located_by": None, "candidates": []}
    for wrong in ({}, {"coordinates": {"latitude": 48.85, "longitude": 2.35}}):
        assert (await counter.http.post("/v1/places", json=wrong)).status_code == 422


async def test_a_home_that_is_asked_for_is_in_no_log(counter: Counter) -> None:
    with capture_logs() as lines:
        await counter.http.post("/v1/places", json={"address": HOME})
        await counter.http.post("/v1/reports", json=placed(address=HOME))
    told = json.dumps(lines, ensure_ascii=False)
    assert not [word for word in ("Trưng", "Đa Kao", "Trung") if word in told]
