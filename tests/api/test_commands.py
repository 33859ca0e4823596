"""Officers act on a case: versions, keys, roles, and what is allowed before it is tried."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.access import ACCESS
from api.catalogue import PROBLEMS
from api.examples import EXAMPLES
from domain.access import GRANTS
from domain.commands import COMMANDS
from domain.params import parse
from eventlog.store import EventStore
from tests.api.counter import COMMUNE, PROVINCE, Counter, at_once

pytestmark = pytest.mark.asyncio(loop_scope="module")

INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
SECOND = "leader@unit:01"


@pytest.fixture
def store(shared_store: EventStore) -> EventStore:
    return shared_store


async def give(
    counter: Counter, case_id: str, name: str, role: str, /, **params: Any
) -> httpx.Response:
    return await sent(counter, case_id, name, counter.token(role), params)


async def sent(
    counter: Counter, case_id: str, name: str, headers: dict[str, str], params: Any = None
) -> httpx.Response:
    url = f"/v1/cases/{case_id}/commands/{name}"
    return await counter.http.post(url, json=params or {}, headers=headers)


async def version(counter: Counter, case_id: str) -> int:
    row = await counter.desk.store.row(case_id)
    assert row is not None
    return row.version


async def test_a_command_answers_with_the_new_version_which_can_be_read_at_once(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    answer = await give(counter, case_id, "accept", INTAKE)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "case_id": case_id,
        "version": 5,
        "events": ["CaseAccepted", "ClockStopped", "ClockStarted"],
    }
    assert answer.headers["ETag"] == '"5"'
    url, headers = f"/v1/cases/{case_id}", counter.token(INTAKE)
    read = await counter.http.get(url, headers=headers)
    assert (read.headers["ETag"], read.json()["state"]) == ('"5"', "accepted")
    listed = await counter.http.get("/v1/cases?sort=received&limit=200", headers=headers)
    assert [one["version"] for one in listed.json()["cases"] if one["case_id"] == case_id] == [5]


async def test_of_two_officers_on_one_case_the_second_gets_412_and_the_current_version(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    seen = {"If-Match": f'"{await version(counter, case_id)}"'}
    first, second = (counter.token(INTAKE, subject=one) for one in ("an", "binh"))
    answer = await sent(counter, case_id, "accept", {**first, **seen})
    assert answer.status_code == 200
    for name, params in (("accept", {}), ("decline", EXAMPLES["decline"])):
        late = await sent(counter, case_id, name, {**second, **seen}, params)
        assert late.status_code == 412
        said = late.json()
        assert (said["type"], said["code"]) == ("/problems/version-mismatch", "version_mismatch")
        assert said["current_version"] == answer.json()["version"]
        assert late.headers["ETag"] == answer.headers["ETag"]
    assert await version(counter, case_id) == answer.json()["version"]
    again = {**second, "If-Match": answer.headers["ETag"]}
    assert (await sent(counter, case_id, "note", again, {"text": "Đã xem"})).status_code == 200


async def test_of_many_at_once_who_saw_the_same_version_one_acts(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    headers = {**counter.token(OFFICER), "If-Match": f'"{await version(counter, case_id)}"'}
    calls = (sent(counter, case_id, "note", headers, {"text": f"Ghi {n}"}) for n in range(20))
    answers = await at_once(*calls)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    history = await counter.desk.store.load(case_id)
    assert [one.event.type for one in history].count("ProgressNoted") == 1


async def test_what_was_due_before_a_stale_command_is_left_to_the_timer(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    before = await version(counter, case_id)
    counter.clock.now = counter.clock.now.replace(month=6)
    stale = {**counter.token(INTAKE), "If-Match": f'"{before - 1}"'}
    assert (await sent(counter, case_id, "accept", stale)).status_code == 412
    assert await version(counter, case_id) == before
    fresh = {**counter.token(INTAKE), "If-Match": f'W/"{before}"'}
    answer = await sent(counter, case_id, "note", fresh, {"text": "Đã xem"})
    assert answer.status_code == 200, "the version that the officer saw is the one that counts"
    assert answer.json()["events"][-1] == "ProgressNoted"
    assert "DeadlineMissed" in answer.json()["events"]


@pytest.mark.parametrize("value", ["", "7", '"x"', '"0"', '"1", "2"', "abc", '"99999999999"'])
async def test_an_if_match_that_is_no_version_is_told_so(counter: Counter, value: str) -> None:
    case_id = (await counter.report())["case_id"]
    answer = await sent(counter, case_id, "accept", {**counter.token(INTAKE), "If-Match": value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["header"] == "If-Match"


async def test_fifty_equal_requests_at_once_make_one_event(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    headers = {**counter.token(OFFICER), "Idempotency-Key": str(uuid4())}
    calls = (sent(counter, case_id, "note", headers, {"text": "Một lần"}) for _ in range(50))
    answers = await at_once(*calls)
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].status_code == 200
    history = await counter.desk.store.load(case_id)
    assert [one.event.type for one in history].count("ProgressNoted") == 1


async def test_what_became_of_a_command_is_found_by_its_key_alone(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    headers, keys = counter.token(INTAKE), [f"{uuid4()}/a b"[:40].replace(" ", "+"), str(uuid4())]
    for key, name in zip(keys, ("accept", "accept"), strict=True):
        await sent(counter, case_id, name, {**headers, "Idempotency-Key": key})
    done, refused = [
        (await counter.http.get(f"/v1/commands/{key}", headers=headers)).json() for key in keys
    ]
    assert (done["outcome"], done["case_id"], done["version"]) == ("done", case_id, 5)
    assert done["events"][0] == "CaseAccepted"
    assert (refused["outcome"], refused["code"]) == ("refused", "wrong_state")
    assert refused["why"] == "Trạng thái không phù hợp"
    assert refused["specifics"].startswith("Vụ việc đang ở trạng thái accepted")
    english = {**headers, "Accept-Language": "en"}
    again = await counter.http.get(f"/v1/commands/{keys[1]}", headers=english)
    assert again.json()["why"] == "Not in this state"
    assert again.headers["content-language"] == "en"
    never = await counter.http.get(f"/v1/commands/{uuid4()}", headers=headers)
    assert (never.status_code, never.json()["type"]) == (404, "/problems/unknown-key")
    others = counter.token(INTAKE, subject="binh")
    assert (await counter.http.get(f"/v1/commands/{keys[0]}", headers=others)).status_code == 404


async def test_one_key_for_another_case_command_or_version_is_refused(counter: Counter) -> None:
    one, two = [(await counter.report())["case_id"] for _ in range(2)]
    headers = {**counter.token(OFFICER), "Idempotency-Key": str(uuid4())}
    first = await sent(counter, one, "note", headers, {"text": "Một"})
    assert first.status_code == 200
    for case_id, name, params, more in (
        (two, "note", {"text": "Một"}, {}),
        (one, "attach_evidence", {"text": "Một"}, {}),
        (one, "note", {"text": "Hai"}, {}),
        (one, "note", {"text": "Một"}, {"If-Match": '"2"'}),
    ):
        answer = await sent(counter, case_id, name, {**headers, **more}, params)
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused"), name
    assert (await sent(counter, one, "note", headers, {"text": "Một"})).json() == first.json()


async def test_temporal_down_is_503_with_retry_after_and_nothing_half_done(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    before = await version(counter, case_id)
    headers = {**counter.token(INTAKE), "Idempotency-Key": str(uuid4())}
    outcome = f"/v1/commands/{headers['Idempotency-Key']}"
    counter.commands.down = True
    answer = await sent(counter, case_id, "accept", headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert await version(counter, case_id) == before
    assert (await counter.http.get(outcome, headers=headers)).status_code == 404
    counter.commands.down = False
    assert (await sent(counter, case_id, "accept", headers)).status_code == 200
    assert (await counter.http.get(outcome, headers=headers)).json()["outcome"] == "done"


async def test_a_case_that_is_not_for_the_caller_is_not_there_for_them(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    about = (await counter.report(about_body=COMMUNE))["case_id"]
    absent = await give(counter, str(uuid4()), "note", LEADER, text="Có không?")
    for role, wanted in ((SECOND, case_id), (LEADER, about), ("leader@unit:26740", case_id)):
        answer = await give(counter, wanted, "note", role, text="Có không?")
        assert (answer.status_code, answer.json()) == (404, absent.json())
        asked = f"/v1/cases/{wanted}/allowed"
        seen = await counter.http.get(asked, headers=counter.token(role))
        assert (seen.status_code, seen.json()) == (404, absent.json())


async def test_a_collaborator_helps_where_the_own_body_has_a_part_and_nowhere_else(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    about = (await counter.report(about_body=COMMUNE))["case_id"]
    role = f"collaborator@{COMMUNE}"
    assert (await give(counter, case_id, "note", role, text="Đã xem")).status_code == 200
    assert (await give(counter, about, "note", role, text="Đã xem")).status_code == 404
    away = await give(counter, case_id, "note", "collaborator@unit:26740", text="Đã xem")
    assert away.status_code == 404
    above = f"collaborator@{PROVINCE}"
    assert (await give(counter, about, "note", above, text="Đã xem")).status_code == 200
    both = counter.token(above, LEADER)
    answer = await sent(counter, about, "note", {**both, "Act-As": above}, {"text": "Đã xem"})
    assert answer.status_code == 404, "no role of somebody whose body it complains about"


async def test_who_has_several_roles_says_which_one_acts(counter: Counter) -> None:
    case_id = (await counter.report())["case_id"]
    headers = counter.token(INTAKE, LEADER)
    assert (await sent(counter, case_id, "accept", headers)).json()["type"] == (
        "/problems/ambiguous-role"
    )
    chosen = {**headers, "Act-As": LEADER}
    assert (await sent(counter, case_id, "accept", chosen)).status_code == 200
    events = await counter.desk.store.load(case_id)
    assert events[-1].event.actor.role == "leader"


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_each_command_has_a_route_an_example_and_the_roles_of_the_rules(
    counter: Counter, name: str
) -> None:
    assert ACCESS[f"command_{name}"].roles == GRANTS[name].roles - {"reporter"}
    parse(COMMANDS[name].params, dict(EXAMPLES[name]))
    case_id = (await counter.report())["case_id"]
    auditor = await give(counter, case_id, name, f"auditor@{COMMUNE}", **EXAMPLES[name])
    assert auditor.json()["type"] == "/problems/not-permitted"
    role = sorted(GRANTS[name].roles - {"reporter"})[-1]
    answer = await give(counter, case_id, name, f"{role}@{COMMUNE}", **EXAMPLES[name])
    assert answer.status_code in {200, 409, 422, 403}, answer.text
    assert answer.status_code == 200 or answer.json()["code"], answer.text
    wrong = await give(counter, case_id, name, f"{role}@{COMMUNE}", nonsense=1)
    assert wrong.status_code == 422


async def test_a_command_that_there_is_not_and_parameters_that_are_none_are_told(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    assert (await give(counter, case_id, "burn", LEADER)).status_code == 404
    bare = await counter.http.post(
        f"/v1/cases/{case_id}/commands/accept", headers=counter.token(INTAKE)
    )
    assert bare.status_code == 200, "a command without parameters needs no body"
    missing = await give(counter, case_id, "escalate", LEADER)
    assert missing.json()["errors"][0]["pointer"] == "/reason"
    for raw in (b'{"\\ud800": 1}', b'{"text": "\\u0000"}', b"[]", b'{"text": 1e999}'):
        headers = {**counter.token(OFFICER), "Content-Type": "application/json"}
        url = f"/v1/cases/{case_id}/commands/note"
        answer = await counter.http.post(url, content=raw, headers=headers)
        assert answer.status_code in {400, 422}, raw


# -- what is allowed -------------------------------------------------------------------------


async def allowed(counter: Counter, case_id: str, *roles: str, **headers: str) -> dict[str, Any]:
    url, sent_too = f"/v1/cases/{case_id}/allowed", {**counter.token(*roles), **headers}
    answer = await counter.http.get(url, headers=sent_too)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return {one["command"]: one for one in answer.json()["commands"]}


async def test_what_is_reported_as_allowed_is_never_refused_for_who_or_where_and_vice_versa(
    counter: Counter,
) -> None:
    for role in (INTAKE, OFFICER, LEADER, f"collaborator@{COMMUNE}", f"leader@{PROVINCE}"):
        for name in sorted(COMMANDS):
            case_id = (await counter.report())["case_id"]
            if name in {"assign", "extend", "take", "draft_response", "request_input"}:
                await counter.do(case_id, "accept", INTAKE)
            if role.split("@")[0] not in ACCESS[f"command_{name}"].roles:
                continue
            said = (await allowed(counter, case_id, role))[name]
            answer = await give(counter, case_id, name, role, **EXAMPLES[name])
            code = None if answer.status_code == 200 else answer.json()["code"]
            gate = {"not_permitted", "out_of_scope", "not_accountable", "wrong_state"}
            assert said["allowed"] == (code not in gate), (role, name, said, answer.text)
            if not said["allowed"]:
                assert said["code"] == code


async def test_why_not_is_told_in_the_callers_language_and_for_all_roles_of_a_person(
    counter: Counter,
) -> None:
    case_id = (await counter.report())["case_id"]
    vi = await allowed(counter, case_id, INTAKE, LEADER)
    assert set(vi) == set(COMMANDS)
    assert vi["accept"]["act_as"] == [INTAKE, LEADER]
    assert vi["instruct"]["act_as"] == [LEADER]
    assert vi["extend"]["code"] == "wrong_state"
    assert vi["extend"]["why"] == PROBLEMS["wrong_state"].title.vi
    en = await allowed(counter, case_id, INTAKE, **{"Accept-Language": "en"})
    assert en["extend"]["why"] == PROBLEMS["not_permitted"].title.en
    auditor = await allowed(counter, case_id, f"auditor@{COMMUNE}")
    assert {one["code"] for one in auditor.values()} == {"not_permitted"}
