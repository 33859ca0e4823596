"""Open311 GeoReport v2: the standard's names and errors, over the same intake and scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import httpx
import pytest

from api.limits import RATES, Limits
from api.open311.formats import written
from api.open311.models import Service
from domain.events import CaseReported
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, NOW, PROVINCE, TEXT, Counter, at_once, counter_over

V2 = "/open311/v2"
AGENT = f"integration@{PROVINCE}"
OFFICER = f"intake_officer@{COMMUNE}"
PERSON = {"first_name": "An", "last_name": "Nguyễn Văn", "phone": "0912000000"}
#: Lists of one thing, which XML cannot tell from the thing itself.
LISTS = {"services", "service_requests", "attributes", "values", "endpoints", "formats", "errors"}
NUMBERS = {"order", "code", "lat", "long"}


def form(**changes: Any) -> dict[str, str]:
    """A request as the standard's clients send it."""
    usual = {"service_code": "road", "description": TEXT, "address_id": "26737"}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


async def post(
    counter: Counter,
    headers: Mapping[str, str] | None = None,
    suffix: str = "json",
    /,
    **changes: Any,
) -> httpx.Response:
    url = f"{V2}/requests.{suffix}"
    return await counter.http.post(url, data=form(**changes), headers=headers)


async def made(
    counter: Counter, headers: Mapping[str, str] | None = None, /, **changes: Any
) -> dict[str, Any]:
    answer = await post(counter, headers, **changes)
    assert answer.status_code == 201, answer.text
    [said] = answer.json()
    return dict(said)


async def got(
    counter: Counter, path: str, headers: Mapping[str, str] | None = None, **query: str
) -> httpx.Response:
    return await counter.http.get(f"{V2}/{path}", headers=headers, params=query)


async def listed(counter: Counter, headers: Mapping[str, str], **query: str) -> list[str]:
    answer = await got(counter, "requests.json", headers, **query)
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json()]


async def first(counter: Counter, code: str) -> CaseReported:
    case_id = await counter.desk.store.pool.fetchval(
        "select case_id from case_row where code = $1", code
    )
    body = (await counter.desk.store.load(case_id, unseal=True))[0].event.body
    assert isinstance(body, CaseReported)
    return body


def spark(element: ET.Element) -> Any:
    """What an element says, by the convention that the standard names."""
    if element.tag in LISTS:
        return [spark(part) for part in element]
    if len(element):
        return {part.tag: spark(part) for part in element}
    return {"true": True, "false": False, None: None}.get(element.text, element.text)


def as_text(value: Any) -> Any:
    """JSON with its numbers as texts, which is all that XML can say."""
    if isinstance(value, dict):
        return {name: as_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_text(part) for part in value]
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


# What there is


async def test_discovery_names_the_standard_the_address_and_both_formats(counter: Counter) -> None:
    said = (await got(counter, "discovery.json")).json()
    [endpoint] = said["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://hoiam.test/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert said["changeset"] <= "2026"
    assert "Bearer" in said["key_service"]


async def test_the_services_are_the_categories_of_the_policy_in_force(counter: Counter) -> None:
    said = (await got(counter, "services.json")).json()
    pack = counter.desk.law().at(NOW).pack
    assert [one["service_code"] for one in said] == [one.id for one in pack.categories]
    assert {one["type"] for one in said} == {"realtime"}
    groups = {one["service_code"]: one["group"] for one in said}
    assert groups["corruption"] == groups["denunciation"] != groups["road"]
    assert said[0]["keywords"].split(", ")[-1] == "road"
    english = await got(counter, "services.json", {"Accept-Language": "en"})
    assert english.json()[0]["service_name"] == "Roads and pavements"


async def test_a_service_asks_whom_the_report_complains_about(counter: Counter) -> None:
    said = (await got(counter, "services/road.json")).json()
    assert said["service_code"] == "road"
    [attribute] = said["attributes"]
    assert (attribute["code"], attribute["required"]) == ("about_body", False)
    assert (await got(counter, "services/ufo.json")).status_code == 404


# Requests in


async def test_a_request_is_a_report_with_a_receipt(counter: Counter) -> None:
    answer = await post(counter)
    assert answer.status_code == 201
    [said] = answer.json()
    assert answer.headers["Location"] == f"{V2}/requests/{said['service_request_id']}.json"
    seen = await counter.track({"code": said["service_request_id"], "secret": said["secret"]})
    assert seen.json()["state"] == "received"
    body = await first(counter, said["service_request_id"])
    assert (body.text, body.category, body.channel, body.unit) == (
        TEXT,
        "road",
        "api",
        "26737~2025",
    )


async def test_the_secret_is_told_once_and_never_read(counter: Counter) -> None:
    said = await made(counter)
    code, headers = said["service_request_id"], counter.token(OFFICER)
    for path in (f"requests/{code}", f"tokens/{code}", "requests"):
        for suffix in ("json", "xml"):
            answer = await got(counter, f"{path}.{suffix}", headers)
            assert answer.status_code == 200, answer.text
            assert said["secret"] not in answer.text


async def test_who_reports_goes_into_the_vault(counter: Counter, store: EventStore) -> None:
    said = await made(counter, **PERSON, email="an@example.org")
    body = await first(counter, said["service_request_id"])
    assert body.reporter_ref
    identity = await counter.desk.disclosures.vault.open(body.reporter_ref)
    assert identity is not None
    wanted = {"name": "Nguyễn Văn An", "phone": "0912000000", "email": "an@example.org"}
    assert identity.given == wanted


async def test_the_unit_is_found_from_an_address_and_only_officers_read_it(
    counter: Counter,
) -> None:
    place = "12 Hai Bà Trưng, Phường Tân Định, Hồ Chí Minh"
    said = await made(counter, address_id=None, address_string=place, lat="10.7884", long="106.69")
    code = said["service_request_id"]
    body = await first(counter, code)
    assert (body.unit, body.address, body.latitude_e6) == ("26737~2025", place, 10_788_400)
    [seen] = (await got(counter, f"requests/{code}.json", counter.token(OFFICER))).json()
    assert (seen["address"], seen["lat"], seen["long"]) == (place, 10.7884, 106.69)
    for headers in ({}, counter.token(f"auditor@{PROVINCE}")):
        answer = await got(counter, f"requests/{code}.json", headers)
        assert (answer.json()[0]["address_id"], answer.json()[0]["lat"]) == ("26737", None)
        assert "Hai Bà Trưng" not in answer.text


async def test_a_place_that_is_not_clear_is_answered_with_what_may_be_meant(
    counter: Counter,
) -> None:
    answer = await post(counter, address_id=None, address_string="Bến Nghé")
    [error] = answer.json()
    assert (answer.status_code, error["code"]) == (400, 400)
    assert "address_id" in error["description"]
    assert "26737" in error["description"]
    assert "26740" in error["description"]


async def test_what_is_complained_about_does_not_handle_it(counter: Counter) -> None:
    said = await made(counter, **{"attribute[about_body]": COMMUNE})
    body = await first(counter, said["service_request_id"])
    assert body.about_body == "unit:26737~2025"
    assert body.accountable == PROVINCE


async def test_a_link_is_kept_as_the_last_line_and_is_not_fetched(counter: Counter) -> None:
    link = "http://127.0.0.1:9/photo.jpg"
    said = await made(counter, media_url=link)
    assert (await first(counter, said["service_request_id"])).text == f"{TEXT}\n{link}"


async def test_a_parameter_without_a_value_is_as_one_that_is_not_there(counter: Counter) -> None:
    empty = dict.fromkeys(("email", "phone", "media_url", "lat", "long", "api_key"), "")
    said = await made(counter, **empty, jurisdiction_id="city.gov", device_id="tt222111")
    body = await first(counter, said["service_request_id"])
    assert (body.text, body.reporter_ref) == (TEXT, None)
    everything = await got(counter, "requests.json", counter.token(OFFICER), status="", page="1")
    assert len(everything.json()) == 1


async def test_equal_requests_under_one_key_make_one_case(
    counter: Counter, store: EventStore
) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    answers = await at_once(*(post(counter, headers) for _ in range(10)))
    assert len({answer.text for answer in answers}) == 1
    assert await store.pool.fetchval("select count(*) from case_row") == 1
    other = await post(counter, headers, description="Khác")
    assert other.status_code == 400


async def test_one_message_of_a_program_makes_one_case(counter: Counter) -> None:
    headers, message = counter.token(AGENT), {"channel_message_id": "m-1"}
    one, other = [await made(counter, headers, **message) for _ in range(2)]
    assert one == other
    assert (await post(counter, **message)).status_code == 403


async def test_a_token_counts_in_the_header_and_in_the_form_but_in_no_address(
    counter: Counter, store: EventStore
) -> None:
    bearer = counter.token(AGENT)
    key = bearer["Authorization"].removeprefix("Bearer ")
    closed = counter_over(store, public_reports=False)
    assert (await post(closed)).status_code == 403
    assert (await post(closed, api_key="xyz")).status_code == 403
    assert (await post(closed, bearer)).status_code == 201
    said = await made(closed, api_key=key)
    actor = await store.pool.fetchval(
        "select actor from event join case_row using (case_id) where code = $1 and "
        "event.version = 1",
        said["service_request_id"],
    )
    assert actor.startswith(AGENT)
    for path in ("requests.json", "services.json"):
        refused = await got(counter, path, api_key=key)
        assert refused.status_code == 403
        assert key not in refused.text


async def test_a_role_without_the_territory_cannot_send(counter: Counter) -> None:
    assert (await post(counter, counter.token("integration@unit:01"))).status_code == 403
    assert (await post(counter, counter.token(f"auditor@{PROVINCE}"))).status_code == 403


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"service_code": None}, 400, "service_code"),
    ({"service_code": "ufo"}, 404, "service_code"),
    ({"description": None}, 400, "description"),
    ({"description": "a" * 4_001}, 400, "description"),
    ({"description": "a\x00b"}, 400, "description"),
    ({"address_id": None}, 400, "address_id"),
    ({"address_id": "99999"}, 400, "address_id"),
    ({"attribute[about_body]": "unit:0"}, 400, "attribute[about_body]"),
    ({"attribute[ufo]": "1"}, 400, "attribute[ufo]"),
    ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ({"lat": "91", "long": "106"}, 400, "lat"),
    ({"lat": "nan", "long": "106"}, 400, "lat"),
    ({"lat": "10.79", "address_id": None}, 400, "lat, long"),
    ({"address_string": "Ở đâu đó", "address_id": None}, 400, "address_id"),
]


@pytest.mark.parametrize("suffix", ["json", "xml"])
async def test_what_is_wrong_is_named_in_the_standards_words(
    counter: Counter, store: EventStore, suffix: str
) -> None:
    for changes, status, name in WRONG:
        answer = await post(counter, None, suffix, **changes)
        [error] = errors(answer)
        assert (answer.status_code, int(error["code"])) == (status, status), answer.text
        assert name in error["description"]
        assert TEXT not in answer.text
    assert await store.pool.fetchval("select count(*) from event") == 0


def errors(answer: httpx.Response) -> list[dict[str, Any]]:
    if answer.headers["content-type"] == "application/json; charset=utf-8":
        return list(answer.json())
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == "errors"
    return list(spark(root))


async def test_whatever_goes_wrong_is_told_in_the_manner_of_the_standard(counter: Counter) -> None:
    tried = {
        "nothing.json": 404,
        "nothing": 404,
        "services.pdf": 404,
        "requests/HA-00000-00000-0.xml": 404,
        "tokens/1.json": 404,
        "requests.xml": 403,
        "requests.json?page=0": 400,
    }
    for path, status in tried.items():
        answer = await counter.http.get(f"{V2}/{path}")
        assert (answer.status_code, int(errors(answer)[0]["code"])) == (status, status), path
    refused = await got(counter, "requests.json", {"Accept-Language": "en"})
    assert "Lists need a token" in errors(refused)[0]["description"]
    wrong_method = await counter.http.delete(f"{V2}/services.json")
    assert (wrong_method.status_code, wrong_method.headers["Allow"]) == (405, "GET, HEAD")
    assert errors(wrong_method)


# Reading


async def test_without_a_token_nobody_sees_more_than_status_service_times_and_unit(
    counter: Counter,
) -> None:
    said = await made(counter, **PERSON)
    answer = await got(counter, f"requests/{said['service_request_id']}.json")
    [seen] = answer.json()
    shown = {name: value for name, value in seen.items() if value is not None}
    assert shown == {
        "service_request_id": said["service_request_id"],
        "status": "open",
        "status_notes": "Mới tiếp nhận",
        "service_name": "Đường sá, vỉa hè",
        "service_code": "road",
        "requested_datetime": "2026-03-02T09:00:00+07:00",
        "updated_datetime": "2026-03-02T09:00:00+07:00",
        "expected_datetime": seen["expected_datetime"],
        "address": "Tân Định, Hồ Chí Minh",
        "address_id": "26737",
    }
    assert seen["expected_datetime"] > "2026-03-02"


#: What each role reads of a report in commune 26737: its description, its course, or the same as
#: everybody; and whether it has a list.
READING = {
    OFFICER: ("words", True),
    f"case_officer@{COMMUNE}": ("words", True),
    f"leader@{PROVINCE}": ("words", True),
    f"auditor@{PROVINCE}": ("course", True),
    f"admin@{PROVINCE}": ("course", True),
    f"auditor@{PROVINCE} in 26740": ("public", True),
    "leader@unit:01": ("public", True),
    "auditor@unit:01": ("public", True),
    AGENT: ("public", False),
    "collaborator@front:26737": ("public", False),
}


async def test_who_reads_what_of_a_request(counter: Counter) -> None:
    said = await made(counter)
    code, found = said["service_request_id"], {}
    for role in READING:
        headers = counter.token(role)
        [seen] = (await got(counter, f"requests/{code}.json", headers)).json()
        reads = "words" if seen["description"] == TEXT else "course"
        if seen["agency_responsible"] is None:
            assert seen["description"] is None
            reads = "public"
        answer = await got(counter, "requests.json", headers)
        assert answer.status_code in (200, 403)
        found[role] = (reads, answer.status_code == 200)
        in_list = [one["description"] for one in answer.json() if "description" in one]
        if answer.status_code == 200:
            assert in_list == ([] if reads == "public" else [seen["description"]])
    assert found == READING


async def test_a_case_about_a_body_is_in_no_list_of_that_body(counter: Counter) -> None:
    said = await made(counter, **{"attribute[about_body]": COMMUNE})
    code = said["service_request_id"]
    for role in (OFFICER, f"leader@{COMMUNE}"):
        headers = counter.token(role)
        assert await listed(counter, headers) == []
        [seen] = (await got(counter, f"requests/{code}.json", headers)).json()
        assert (seen["description"], seen["agency_responsible"]) == (None, None)
    assert await listed(counter, counter.token(f"leader@{PROVINCE}")) == [code]


async def test_codes_that_are_known_are_read_together_without_a_token(counter: Counter) -> None:
    codes = [(await made(counter))["service_request_id"] for _ in range(2)]
    asked = ", ".join((codes[1].lower(), "HA-00000-00000-0", "ufo", codes[0]))
    answer = await got(counter, "requests.json", service_request_id=asked, status="closed")
    assert [one["service_request_id"] for one in answer.json()] == codes[::-1]
    assert {one["description"] for one in answer.json()} == {None}
    too_many = await got(counter, "requests.json", service_request_id=",".join(codes * 26))
    assert too_many.status_code == 400


async def test_the_filters_of_the_standard(counter: Counter) -> None:
    officer, entering = counter.token(OFFICER), counter.token(OFFICER)
    codes = {}
    for days, service in ((100, "road"), (80, "waste"), (1, "road")):
        receipt = await counter.report(
            entering, category=service, received_at=(NOW - timedelta(days=days)).isoformat()
        )
        codes[days] = receipt["code"]
    closed = await counter.report()
    await counter.do(closed["case_id"], "withdraw", "reporter", reason="xong")
    codes[0] = closed["code"]
    asked: list[tuple[dict[str, str], Iterable[int]]] = [
        ({}, (0, 1, 80)),
        ({"service_code": "road"}, (0, 1)),
        ({"service_code": "road,waste"}, (0, 1, 80)),
        ({"service_code": "ufo"}, ()),
        ({"status": "open"}, (1, 80)),
        ({"status": "closed"}, (0,)),
        ({"status": "open,closed"}, (0, 1, 80)),
        ({"start_date": day(101)}, (80, 100)),
        ({"end_date": day(50)}, (80, 100)),
        ({"start_date": day(80), "end_date": day(1)}, (1, 80)),
        ({"start_date": day(79), "end_date": day(2)}, ()),
        ({"updated_after": day(101)}, (0, 1, 80, 100)),
        ({"updated_after": day(-1)}, ()),
    ]
    for query, wanted in asked:
        assert await listed(counter, officer, **query) == [codes[days] for days in wanted], query
    far = await got(counter, "requests.json", officer, start_date=day(100), end_date=day(1))
    assert far.status_code == 400


def day(before: int) -> str:
    """So many days before now, as the standard writes it."""
    return f"{NOW - timedelta(days=before):%Y-%m-%dT%H:%M:%SZ}"


async def test_pages_hold_each_request_once_in_a_stable_order(counter: Counter) -> None:
    officer, receipts = counter.token(OFFICER), []
    for _ in range(7):
        receipts.append(await counter.report())
        counter.clock.now += timedelta(minutes=1)
    newest_first = [receipt["code"] for receipt in receipts[::-1]]
    pages = [await listed(counter, officer, page=str(n), page_size="3") for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [code for page in pages for code in page] == newest_first
    await counter.do(receipts[0]["case_id"], "accept", OFFICER)
    assert await listed(counter, officer) == newest_first
    deep = await got(counter, "requests.json", officer, page="100000", page_size="1000")
    assert deep.status_code == 400


async def test_a_poller_sees_what_changed_since_it_last_looked(counter: Counter) -> None:
    officer, receipt = counter.token(OFFICER), await counter.report()
    await counter.report()
    counter.clock.now += timedelta(hours=1)
    moment = f"{counter.clock.now:%Y-%m-%dT%H:%M:%SZ}"
    await counter.do(receipt["case_id"], "accept", OFFICER)
    assert await listed(counter, officer, updated_after=moment) == [receipt["code"]]


async def test_closed_is_told_with_its_outcome_and_its_day(counter: Counter) -> None:
    receipt = await counter.report()
    counter.clock.now += timedelta(hours=1)
    await counter.do(receipt["case_id"], "withdraw", "reporter", reason="xong")
    english = {"Accept-Language": "en"}
    [seen] = (await got(counter, f"requests/{receipt['code']}.json", english)).json()
    assert (seen["status"], seen["status_notes"]) == ("closed", "Withdrawn")
    assert seen["updated_datetime"] == "2026-03-02T10:00:00+07:00"
    assert seen["expected_datetime"] is None


async def test_guessing_codes_becomes_expensive(counter: Counter, store: EventStore) -> None:
    guarded = counter_over(store, limits=Limits(RATES, lambda: 0.0))
    url = f"{V2}/requests/HA-00000-00000-0.json"
    answers = [await guarded.http.get(url) for _ in range(RATES["wrong_receipt"].burst + 1)]
    assert [answer.status_code for answer in answers[-2:]] == [404, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json()[0]["code"] == 429
    code = (await made(counter, **PERSON))["service_request_id"]
    found = f"{V2}/requests/{code}.json"
    assert (await guarded.http.get(found)).status_code == 429, "a code alone can be guessed"
    officer = await guarded.http.get(found, headers=guarded.token(OFFICER))
    assert officer.status_code == 200, "who has a token is not their neighbour"


async def test_both_formats_say_the_same(counter: Counter) -> None:
    said = await made(counter, **PERSON)
    headers, code = counter.token(OFFICER), said["service_request_id"]
    paths = ("discovery", "services", "services/road", "requests", f"requests/{code}")
    for path in (*paths, f"tokens/{code}"):
        as_json = await got(counter, f"{path}.json", headers)
        as_xml = await got(counter, f"{path}.xml", headers)
        assert as_xml.headers["content-type"] == "text/xml; charset=utf-8"
        assert as_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        root = ET.fromstring(as_xml.content)  # noqa: S314 - our own
        assert spark(root) == as_text(as_json.json()), path
        assert root.tag == ROOTS[path.partition("/")[0] + ("/" if path == "services/road" else "")]


ROOTS = {
    "discovery": "discovery",
    "services": "services",
    "services/": "service_definition",
    "requests": "service_requests",
    "tokens": "service_requests",
}


def test_what_xml_cannot_hold_is_replaced_and_the_rest_is_escaped() -> None:
    told = Service(
        service_code="a<b>&", service_name="\x0b\ud83d", description="ổ gà 🕳", metadata=True,
        keywords="", group="]]>",
    )  # fmt: skip
    root = ET.fromstring(written("services", [told], "xml").body)  # noqa: S314 - our own
    [seen] = spark(root)
    assert (seen["service_code"], seen["group"]) == ("a<b>&", "]]>")
    assert (seen["service_name"], seen["description"]) == ("\ufffd\ufffd", "ổ gà 🕳")
