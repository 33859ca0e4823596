"""Reports in: whose word is taken for what, and once only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from activities.receipts import check_code
from domain.events import CaseReported, Event
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, NOW, PROVINCE, TEXT, Counter, at_once, counter_over, report

REPORTER = {"name": "Nguyễn Văn An", "phone": "0912000000"}


async def first(counter: Counter, case_id: str) -> tuple[Event, CaseReported]:
    event = (await counter.desk.store.load(case_id, unseal=True))[0].event
    assert isinstance(event.body, CaseReported)
    return event, event.body


async def count(store: EventStore, table: str) -> int:
    found: int = await store.pool.fetchval(f"select count(*) from {table}")  # noqa: S608 - ours
    return found


async def test_the_public_reports_and_gets_a_receipt(counter: Counter) -> None:
    answer = await counter.http.post("/v1/reports", json=report())
    assert answer.status_code == 201
    receipt = answer.json()
    assert check_code(receipt["code"]) == receipt["code"]
    assert len(receipt["secret"]) * 5 >= 128
    assert answer.headers["Location"] == f"/v1/track/{receipt['code']}"
    event, body = await first(counter, receipt["case_id"])
    assert (str(event.actor), event.occurred_at) == ("reporter", NOW)
    assert (body.text, body.accountable, body.reporter_ref) == (TEXT, "unit:26737~2025", None)


async def test_what_is_left_out_is_other_by_the_web(counter: Counter) -> None:
    answer = await counter.http.post("/v1/reports", json={"unit": "26737", "text": TEXT})
    _, body = await first(counter, answer.json()["case_id"])
    assert (body.category, body.channel) == ("other", "web")


async def test_who_reported_is_in_the_vault_and_nowhere_else(counter: Counter) -> None:
    receipt = await counter.report(reporter=REPORTER)
    assert receipt["identity_kept"]
    _, body = await first(counter, receipt["case_id"])
    assert body.reporter_ref
    identity = await counter.desk.disclosures.vault.open(body.reporter_ref)
    assert identity is not None
    assert identity.given == REPORTER


@pytest.mark.parametrize("category", ["denunciation", "corruption"])
async def test_a_confidential_category_keeps_no_identity(
    counter: Counter, store: EventStore, category: str
) -> None:
    receipt = await counter.report(category=category, reporter=REPORTER)
    assert not receipt["identity_kept"]
    assert (await first(counter, receipt["case_id"]))[1].reporter_ref is None
    assert await count(store, "identity") == 0


async def test_fifty_equal_requests_at_once_make_one_case(
    counter: Counter, store: EventStore
) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    form = report(reporter=REPORTER)
    answers = await at_once(
        *(counter.http.post("/v1/reports", json=form, headers=headers) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await count(store, "case_row") == 1
    assert await count(store, "identity") == 1


@pytest.mark.parametrize(
    "changes", [{"text": "Khác"}, {"reporter": None}, {"reporter": {"name": "Bình"}}]
)
async def test_a_key_belongs_to_one_request(counter: Counter, changes: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    await counter.report(headers, reporter=REPORTER)
    form = report(**{"reporter": REPORTER, **changes})
    answer = await counter.http.post("/v1/reports", json=form, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


async def test_each_client_has_keys_of_its_own(counter: Counter) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    public = await counter.report(headers)
    officer = await counter.report({**headers, **counter.token(f"intake_officer@{COMMUNE}")})
    assert public["case_id"] != officer["case_id"]


async def test_a_report_is_taken_while_temporal_is_down(counter: Counter) -> None:
    counter.commands.down = True
    assert (await counter.report())["code"]


async def test_an_officer_enters_a_letter_as_of_the_day_it_came(counter: Counter) -> None:
    headers = counter.token(f"intake_officer@{COMMUNE}")
    receipt = await counter.report(
        headers, channel="letter", received_at="2026-02-27T09:00:00+07:00"
    )
    event, _ = await first(counter, receipt["case_id"])
    assert event.occurred_at.isoformat() == "2026-02-27T02:00:00+00:00"
    assert event.actor.role == "intake_officer"
    assert event.actor.subject
    assert "an" not in event.actor.subject


@pytest.mark.parametrize(
    ("role", "channel"),
    [
        (f"intake_officer@{COMMUNE}", "phone"),
        ("collaborator@front:26737", "phone"),
        (f"case_officer@{COMMUNE}", "letter"),
        (f"leader@{PROVINCE}", "in_person"),
        (f"integration@{PROVINCE}", "zalo"),
    ],
)
async def test_who_takes_a_report_for_somebody_else_and_when_it_came_is_kept(
    counter: Counter, role: str, channel: str
) -> None:
    came = "2026-02-27T09:00:00+07:00"
    headers = counter.token(role)
    receipt = await counter.report(headers, channel=channel, received_at=came, reporter=REPORTER)
    event, body = await first(counter, receipt["case_id"])
    assert (event.occurred_at, body.channel) == (datetime.fromisoformat(came), channel)
    account = (await counter.http.get("/v1/me", headers=headers)).json()["account"]
    assert (event.actor.role, event.actor.subject) == (role.partition("@")[0], account)
    assert receipt["identity_kept"]
    row = await counter.desk.store.row(receipt["case_id"])
    assert row is not None
    assert row.received_at == event.occurred_at
    assert row.due_at is not None
    assert row.due_at.isoformat() == "2026-03-03T10:00:00+00:00"


async def test_a_letter_from_before_the_reform_is_entered_by_the_heir(counter: Counter) -> None:
    headers = counter.token(f"intake_officer@{COMMUNE}")
    receipt = await counter.report(headers, unit="26734", received_at="2025-06-30T09:00:00+07:00")
    assert (await first(counter, receipt["case_id"]))[1].unit == "26734"
    form = report(unit="26734", received_at="2025-06-30T09:00:00+07:00")
    far = counter.token("intake_officer@unit:00001")
    answer = await counter.http.post("/v1/reports", json=form, headers=far)
    assert answer.json()["type"] == "/problems/out-of-scope"


@pytest.mark.parametrize(
    "field", [{"received_at": "2026-02-27T09:00:00+07:00"}, {"channel_message_id": "z-1"}]
)
async def test_the_public_cannot_say_when_or_as_what_it_came(
    counter: Counter, field: dict[str, str]
) -> None:
    answer = await counter.http.post("/v1/reports", json=report(**field))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(field))}"


async def test_one_message_of_a_channel_makes_one_report(counter: Counter) -> None:
    headers = counter.token(f"integration@{PROVINCE}", subject="zalo")
    sent = {"channel": "zalo", "channel_message_id": "m-1"}
    assert await counter.report(headers, **sent) == await counter.report(headers, **sent)


#: Who may enter a report for commune 26737.
ENTERING = {
    f"intake_officer@{COMMUNE}": True,
    f"case_officer@{COMMUNE}": True,
    f"leader@{PROVINCE}": True,
    "collaborator@front:26737": True,
    f"integration@{PROVINCE}": True,
    f"intake_officer@{PROVINCE} in 26737": True,
    f"intake_officer@{PROVINCE} in 26740": False,
    f"intake_officer@{COMMUNE} in 26740": False,
    f"intake_officer@{COMMUNE} in 79": False,
    "intake_officer@unit:26740": False,
    "intake_officer@unit:01": False,
    "intake_officer@unit:99999": False,
    "intake_officer@unit:760": False,
    f"auditor@{PROVINCE}": False,
    f"admin@{PROVINCE}": False,
}


async def test_who_may_enter_a_report_for_a_commune(counter: Counter) -> None:
    found = {}
    for role in ENTERING:
        headers = counter.token(role)
        answer = await counter.http.post("/v1/reports", json=report(), headers=headers)
        found[role] = {201: True, 403: False}[answer.status_code]
    assert found == ENTERING


async def test_an_account_with_several_roles_says_which_one_acts(counter: Counter) -> None:
    roles = (f"intake_officer@{COMMUNE}", f"leader@{PROVINCE}")
    headers = counter.token(*roles)
    answer = await counter.http.post("/v1/reports", json=report(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/ambiguous-role")
    receipt = await counter.report({**headers, "Act-As": roles[1]})
    assert (await first(counter, receipt["case_id"]))[0].actor.role == "leader"
    other = {**headers, "Act-As": f"leader@{COMMUNE}"}
    answer = await counter.http.post("/v1/reports", json=report(), headers=other)
    assert answer.status_code == 403


async def test_reports_can_be_closed_to_the_public(store: EventStore) -> None:
    closed = counter_over(store, public_reports=False)
    answer = await closed.http.post("/v1/reports", json=report())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    await closed.report(closed.token(f"intake_officer@{COMMUNE}"))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"unit": "99999"}, "/unit"),
    ({"unit": "26734"}, "/unit"),
    ({"category": "ufo"}, "/category"),
    ({"channel": "pigeon"}, "/channel"),
    ({"about_body": "unit:0"}, "/about_body"),
    ({"text": "  "}, "/text"),
    ({"text": "a" * 20_001}, "/text"),
    ({"text": "a\x00b"}, "/text"),
    ({"unknown": 1}, "/unknown"),
    ({"reporter": {"name": "An", "age": 7}}, "/reporter/age"),
    ({"received_at": "2026-02-27T09:00:00"}, "/received_at"),
]


async def test_what_is_wrong_is_named_and_nothing_is_written(
    counter: Counter, store: EventStore
) -> None:
    for changes, pointer in WRONG:
        answer = await counter.http.post("/v1/reports", json=report(**changes))
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert TEXT not in answer.text
    assert await count(store, "event") == 0


async def test_a_future_moment_is_refused(counter: Counter) -> None:
    form = report(received_at="2026-03-02T10:00:00+07:00")
    headers = counter.token(f"intake_officer@{COMMUNE}")
    answer = await counter.http.post("/v1/reports", json=form, headers=headers)
    assert answer.json()["errors"][0]["pointer"] == "/received_at"


@pytest.mark.parametrize(
    "came",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T12:00:00-11:00",
        "0001-01-01T00:00:00+07:00",
        "0001-01-01T00:00:00Z",
    ],
)
async def test_a_moment_at_the_end_of_all_calendars_is_refused_like_any_other(
    counter: Counter, came: str
) -> None:
    headers = counter.token(f"intake_officer@{COMMUNE}")
    answer = await counter.http.post("/v1/reports", json=report(received_at=came), headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/received_at"
