"""What is said of a request that was sent wrongly: where, and what is wanted, in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.app import described
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter, report

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEADER = f"leader@{PROVINCE}"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def told(counter: Counter, path: str, language: str = "en", **headers: str) -> Any:
    """The errors of an officer's GET that is refused as invalid."""
    sent = {**counter.token(LEADER), "Accept-Language": language, **headers}
    answer = await counter.http.get(path, headers=sent)
    assert answer.status_code == 422, answer.text
    return answer.json()["errors"]


@pytest.mark.parametrize("kind", ["text/plain", FORM, "multipart/form-data; boundary=x", None])
async def test_json_that_is_not_called_json_is_told_which_header_it_wants(
    counter: Counter, kind: str | None
) -> None:
    content, headers = json.dumps(report()).encode(), {"Content-Type": kind} if kind else {}
    for language in ("vi", "en"):
        answer = await counter.http.post(
            "/v1/reports", content=content, headers={**headers, "Accept-Language": language}
        )
        assert answer.status_code == 415, answer.text
        assert answer.json()["type"] == "/problems/unsupported-media-type"
        assert "Content-Type: application/json" in answer.json()["detail"]


async def test_a_command_that_could_be_empty_asks_for_the_header_too(counter: Counter) -> None:
    made, officer = await counter.report(), counter.token(f"intake_officer@{COMMUNE}")
    url = f"/v1/cases/{made['case_id']}/commands/accept"
    answer = await counter.http.post(url, content=b"{}", headers={**officer, "Content-Type": FORM})
    assert answer.status_code == 415
    assert (await counter.http.post(url, headers=officer)).status_code == 200


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/merge+json"])
async def test_json_by_another_name_is_taken(counter: Counter, kind: str) -> None:
    content, headers = json.dumps(report()).encode(), {"Content-Type": kind}
    answer = await counter.http.post("/v1/reports", content=content, headers=headers)
    assert answer.status_code == 201


async def test_every_route_that_takes_json_is_described_to_refuse_other_kinds() -> None:
    operations = [one for path in described()["paths"].values() for one in path.values()]
    taking = [one for one in operations if "requestBody" in one]
    assert len(taking) > 20
    for one in taking:
        json_wanted = "application/json" in one["requestBody"]["content"]
        wanted = json_wanted or one["operationId"] == "upload_file"
        assert ("415" in one["responses"]) == wanted, one["operationId"]


async def test_open311_takes_forms_as_before(counter: Counter) -> None:
    form = {"service_code": "road", "description": "Ổ gà", "address_id": "26737"}
    answer = await counter.http.post("/open311/v2/requests.json", data=form)
    assert answer.status_code == 201, answer.text


async def test_a_fault_of_the_whole_body_points_at_the_whole_document(counter: Counter) -> None:
    wrong: tuple[Any, ...] = ([], "text", 7)
    for sent in wrong:
        [fault] = (await counter.http.post("/v1/reports", json=sent)).json()["errors"]
        assert fault["pointer"] == ""


async def test_a_pointer_is_written_as_rfc_6901_says(counter: Counter) -> None:
    answer = await counter.http.post("/v1/reports", json=report(**{"a/b~c": 1}))
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/a~1b~0c"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/cases?unit=760@x",
        "/v1/cases?unit=760@",
        "/v1/cases?accountable=unit:760@2025-13-01",
        "/v1/cases?as_of=2026-01-01T00:00:00Z&responsible=unit:760@x",
    ],
)
async def test_a_day_that_is_none_is_told_how_to_be_written(counter: Counter, path: str) -> None:
    for language, words in (("en", "as 760@2025-06-30"), ("vi", "như 760@2025-06-30")):
        [fault] = await told(counter, path, language)
        assert words in fault["detail"]
        assert "isoformat" not in fault["detail"]


async def test_a_filter_is_called_by_its_name_whatever_is_wrong_with_it(counter: Counter) -> None:
    for path in (
        "/v1/cases?unit=26737&unit=nowhere",
        "/v1/cases?unit=26737&unit=",
        "/v1/cases?unit=%00",
    ):
        assert {fault["query"] for fault in await told(counter, path)} == {"unit"}, path
    [fault] = await told(counter, "/v1/cases?state=gone")
    assert fault["query"] == "state"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("header", "value", "example"),
    [
        ("If-Match", "99", '"7"'),
        ("If-Match", '"x"', '"7"'),
        ("Idempotency-Key", "khóa của tôi 2026", "0b1f1c9e-6c1e-4a55-9d55-0a8d5d0f8d11"),
    ],
)
async def test_a_header_that_does_not_fit_is_told_with_an_example(
    counter: Counter, header: str, value: str, example: str, language: str
) -> None:
    made = await counter.report()
    officer = counter.token(f"intake_officer@{COMMUNE}")
    headers = {**officer, "Accept-Language": language, header: value}
    sent = [(name.encode(), text.encode()) for name, text in headers.items()]
    url = f"/v1/cases/{made['case_id']}/commands/accept"
    answer = await counter.http.post(url, headers=sent)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["header"] == header
    assert example in fault["detail"]
    assert "^" not in fault["detail"]
    assert fault["detail"].startswith("Viết" if language == "vi" else "Write")


@pytest.mark.parametrize("version", ['"1"', 'W/"1"', "*"])
async def test_a_version_that_fits_is_taken(counter: Counter, version: str) -> None:
    made = await counter.report()
    headers = {**counter.token(f"intake_officer@{COMMUNE}"), "If-Match": version}
    url = f"/v1/cases/{made['case_id']}/commands/accept"
    assert (await counter.http.post(url, headers=headers)).status_code in {200, 412}


async def test_a_reporter_withdraws_without_a_word(counter: Counter) -> None:
    made = await counter.report()
    url = f"/v1/track/{made['code']}/withdraw"
    answer = await counter.http.post(url, headers={"Receipt-Secret": made["secret"]})
    assert answer.status_code == 200, answer.text
    assert "CaseClosed" in answer.json()["events"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_at": 1772000000},
        {"received_at": "1772000000"},
        {"received_at": 1772000000.5},
        {"received_at": True},
        {"coordinates": {"latitude": "10.7884", "longitude": 106.6902}},
        {"coordinates": {"latitude": 10.7884, "longitude": True}},
    ],
)
async def test_a_report_has_moments_as_text_and_degrees_as_numbers(
    counter: Counter, wrong: dict[str, Any]
) -> None:
    officer = counter.token(f"intake_officer@{COMMUNE}")
    answer = await counter.http.post("/v1/reports", json=report(**wrong), headers=officer)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["pointer"].startswith(f"/{next(iter(wrong))}")


async def test_a_moment_in_an_address_is_text_with_its_offset_too(counter: Counter) -> None:
    for moment in ("1772000000", "-1.5", "2026-03-01"):
        [fault] = await told(counter, f"/v1/cases?as_of={moment}")
        assert "2026-03-01T09:00:00+07:00" in fault["detail"]
    sent = counter.token(LEADER)
    path = "/v1/cases?received_since=2026-03-01T09:00:00%2B07:00"
    assert (await counter.http.get(path, headers=sent)).status_code == 200


@pytest.mark.parametrize("wrong", ["no", "true", 0, 1])
async def test_satisfied_is_true_or_false_and_nothing_that_looks_like_it(
    counter: Counter, wrong: Any
) -> None:
    answer = await counter.say(await counter.report(), "feedback", satisfied=wrong)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == "/satisfied"
    assert fault["detail"] == "Phải là true hoặc false."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/cases/a%20b", "as it was given"),
        ("/v1/bulk/a%20b", "as it was given"),
        ("/v1/bulk/abc%0A", "as it was given"),
        ("/v1/commands/a%20key%20with%20spaces", "as it was given"),
        ("/v1/accounts/nobody", "as GET /v1/me tells it"),
        ("/v1/subscriptions/mine", "as 019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11"),
        ("/v1/subscriptions?after=X", "the next of the page before"),
        ("/v1/officers?after=%C3%A1", "the next of the page before"),
        ("/v1/events?types=Case-Closed", "CaseEscalated,CaseClosed"),
        ("/open311/v2/requests.json?status=gone", "open,closed"),
        ("/open311/v2/requests.json?service_code=a;b", "road,waste"),
    ],
)
async def test_what_has_a_form_is_told_in_words_and_not_by_a_pattern(
    counter: Counter, path: str, words: str
) -> None:
    admin = counter.token(LEADER, f"admin@{PROVINCE}", f"integration@{PROVINCE}")
    role = {"Act-As": f"admin@{PROVINCE}"} if "/accounts/" in path else {}
    for language in ("en", "vi"):
        asked = {**admin, **role, "Accept-Language": language}
        answer = await counter.http.get(path, headers=asked)
        assert answer.status_code in {400, 422}, answer.text
        assert "^" not in answer.text
        if language == "en":
            assert words in answer.text


async def test_open311_asks_for_moments_as_text_and_tells_a_long_text_in_characters(
    counter: Counter,
) -> None:
    moment = await counter.http.get("/open311/v2/requests.json?start_date=1767225600")
    assert moment.status_code == 400
    assert "2026-03-01T09:00:00+07:00" in moment.text
    form = {"service_code": "road", "description": "a" * 4_001, "address_id": "26737"}
    long = await counter.http.post("/open311/v2/requests.json", data=form)
    assert "Nhiều nhất 4000 ký tự." in long.text
