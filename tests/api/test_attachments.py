"""Files out: who gets which, before and after a scanner looked at it, and how it is given."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from activities.file_care import FileCare
from activities.scanner import Clamd, Scanner
from api.access import ACCESS
from domain.actor import ROLES
from eventlog.file_keys import object_of
from eventlog.pg import OwnConnection
from eventlog.scans import Scans
from eventlog.verify_files import verify_files
from tests.activities.clamd import EICAR, Daemon, listening
from tests.activities.samples import TAKEN, picture
from tests.api.counter import COMMUNE, ELSEWHERE, PROVINCE, Counter

PDF = TAKEN["application/pdf"]
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)


class Case:
    """A case with files, and everybody who may ask for them."""

    def __init__(self, counter: Counter, receipt: dict[str, str]) -> None:
        self.counter, self.receipt, self.id = counter, receipt, receipt["case_id"]

    @property
    def url(self) -> str:
        return f"/v1/cases/{self.id}/attachments"

    async def get(self, path: str = "", **headers: str) -> httpx.Response:
        return await self.counter.http.get(f"{self.url}{path}", headers=headers)

    async def as_(self, role: str, path: str = "", **headers: str) -> httpx.Response:
        return await self.get(path, **self.counter.token(role), **headers)

    async def own(self, path: str = "", secret: str | None = None) -> httpx.Response:
        """As the reporter."""
        url = f"/v1/track/{self.receipt['code']}/attachments{path}"
        headers = {"Receipt-Secret": secret or self.receipt["secret"]}
        return await self.counter.http.get(url, headers=headers)

    async def ids(self) -> list[str]:
        return [one["attachment_id"] for one in (await self.as_(INTAKE)).json()]


async def reported(counter: Counter, *contents: bytes, **changes: Any) -> Case:
    ids = [(await counter.upload(content))["attachment_id"] for content in contents]
    return Case(counter, await counter.report(attachments=ids, **changes))


async def command(case: Case, name: str, role: str, **form: Any) -> httpx.Response:
    headers = {**case.counter.token(role), "Idempotency-Key": str(uuid4())}
    url = f"/v1/cases/{case.id}/commands/{name}"
    return await case.counter.http.post(url, json=form, headers=headers)


async def officers_file(counter: Counter, content: bytes, role: str = OFFICER) -> str:
    return str((await counter.upload(content, counter.token(role)))["attachment_id"])


async def scan(counter: Counter, scanner: Scanner | None) -> int:
    care = FileCare(counter.desk.files, Scans(counter.desk.store.pool), scanner, counter.clock)
    await counter.desk.store.pool.execute("update attachment set scan_after = '-infinity'")
    return await care.scan()


# -- who gets what ---------------------------------------------------------------------------

#: By role and body: what comes of asking for the list, and for a file in each state of its scan.
#: 404: the case is not to be seen at all; 403: no such role may ask.
SEES, LOOKS, STRANGER, NEVER = (200, 200, 200), (200, 409, 200), (404, 404, 404), (403, 403, 403)
MATRIX = {
    **{f"{role}@{COMMUNE}": SEES for role in ("intake_officer", "case_officer", "leader")},
    **{f"{role}@{PROVINCE}": SEES for role in ("intake_officer", "case_officer", "leader")},
    **{f"{role}@{at}": LOOKS for role in ("auditor", "admin") for at in (COMMUNE, PROVINCE)},
    **{
        f"{role}@{at}": STRANGER
        for role in ("intake_officer", "case_officer", "leader", "auditor", "admin")
        for at in (ELSEWHERE, "unit:26740")
    },
    **{
        f"{role}@{at}": NEVER
        for role in ("collaborator", "integration")
        for at in (COMMUNE, PROVINCE, ELSEWHERE)
    },
}


def test_the_matrix_has_every_role() -> None:
    assert {row.partition("@")[0] for row in MATRIX} == ROLES


async def test_who_sees_a_case_gets_its_files_as_their_role_and_the_scan_allow(
    counter: Counter,
) -> None:
    case = await reported(counter, PDF)
    [name] = await case.ids()
    got = {
        role: [(await case.as_(role)).status_code, (await case.as_(role, f"/{name}")).status_code]
        for role in MATRIX
    }
    async with listening() as daemon:
        assert await scan(counter, Clamd("127.0.0.1", daemon.port)) == 1
    for role, answers in got.items():
        answers.append((await case.as_(role, f"/{name}")).status_code)
    assert {role: tuple(answers) for role, answers in got.items()} == MATRIX
    assert (await case.get()).status_code == 401
    assert (await case.get(f"/{name}")).status_code == 401


async def test_a_case_about_a_body_shows_that_body_no_file(counter: Counter) -> None:
    case = await reported(counter, PDF, about_body=COMMUNE)
    above = f"leader@{PROVINCE}"
    [file] = (await case.as_(above)).json()
    for path in ("", f"/{file['attachment_id']}"):
        assert (await case.as_(LEADER, path)).status_code == 404
        assert (await case.as_(above, path)).status_code == 200


@pytest.mark.parametrize("state", ["unscanned", "pending"])
async def test_before_a_scanner_called_it_clean_only_officers_get_a_file(
    counter: Counter, state: str
) -> None:
    case = await reported(counter, picture())
    if state == "pending":
        async with listening(Daemon(answers=[""])) as daemon:
            await scan(counter, Clamd("127.0.0.1", daemon.port))
    [file] = (await case.as_(INTAKE)).json()
    assert file["scan"] == state
    path = f"/{file['attachment_id']}"
    for answer in (await case.as_(f"auditor@{COMMUNE}", path), await case.own(path)):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-scanned")
        assert "Retry-After" in answer.headers
    assert (await case.as_(INTAKE, path)).status_code == 200


async def test_nobody_gets_a_harmful_file_and_everybody_is_told_why(counter: Counter) -> None:
    case = await reported(counter, b"harmful: " + EICAR, PDF)
    harmful, letter = await case.ids()
    async with listening() as daemon:
        assert await scan(counter, Clamd("127.0.0.1", daemon.port)) == 2
    states = {one["attachment_id"]: one["scan"] for one in (await case.as_(LEADER)).json()}
    assert states == {harmful: "infected", letter: "clean"}
    for answer in (
        *[await case.as_(role, f"/{harmful}") for role in (INTAKE, LEADER, f"admin@{COMMUNE}")],
        await case.own(f"/{harmful}"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/infected")
    assert (await case.own(f"/{letter}")).content == PDF


# -- the reporter ----------------------------------------------------------------------------


async def test_a_reporter_has_the_own_files_and_those_of_the_answer_once_told(
    counter: Counter,
) -> None:
    case = await reported(counter, PDF)
    more = (await counter.upload(b"more of it"))["attachment_id"]
    said = await counter.say(case.receipt, "supplement", attachments=[more])
    assert said.status_code == 200, said.text
    inside = await officers_file(counter, b"for the office only")
    shown = await officers_file(counter, b"the mended road")
    assert (await command(case, "accept", INTAKE)).status_code == 200
    assert (await command(case, "assign", INTAKE, lead=COMMUNE)).status_code == 200
    attached = await command(case, "attach_evidence", OFFICER, attachments=[inside])
    assert attached.json()["events"] == ["EvidenceAttached"]
    drafted = await command(
        case, "draft_response", OFFICER, text="Đã vá xong.", attachments=[shown]
    )
    assert drafted.status_code == 200, drafted.text
    mine = [file["attachment_id"] for file in (await case.own()).json()]
    assert (len(mine), mine[-1]) == (2, more), "an answer that was not given is not shown"
    await command(case, "approve_response", LEADER)
    assert (await command(case, "inform", INTAKE, text="Đã xử lý.")).status_code == 200
    assert [file["attachment_id"] for file in (await case.own()).json()] == [*mine, shown]
    async with listening() as daemon:
        await scan(counter, Clamd("127.0.0.1", daemon.port))
    assert (await case.own(f"/{shown}")).content == b"the mended road"
    hidden = await case.own(f"/{inside}")
    assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/unknown-attachment")
    assert set(await case.ids()) == {*mine, inside, shown}


async def test_a_wrong_receipt_shows_no_file(counter: Counter) -> None:
    case, other = await reported(counter, PDF), await reported(counter, b"of another one")
    [name] = await case.ids()
    for path in ("", f"/{name}"):
        answer = await case.own(path, other.receipt["secret"])
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-receipt")
    crossed = await other.own(f"/{name}")
    assert (crossed.status_code, crossed.json()["type"]) == (404, "/problems/unknown-attachment")


async def test_a_supplement_says_something_or_brings_a_file(counter: Counter) -> None:
    case = await reported(counter)
    empty = await counter.say(case.receipt, "supplement")
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/text")


# -- officers --------------------------------------------------------------------------------


async def test_evidence_may_be_a_file_without_words_and_counts(counter: Counter) -> None:
    case = await reported(counter)
    await command(case, "accept", INTAKE)
    ids = [await officers_file(counter, content) for content in (b"one", b"two")]
    done = await command(case, "attach_evidence", OFFICER, evidence=["Biên bản"], attachments=ids)
    assert done.status_code == 200, done.text
    [event] = [
        row.event.body
        for row in await counter.desk.store.load(case.id)
        if row.event.type == "EvidenceAttached"
    ]
    assert event.count == 3  # type: ignore[attr-defined]
    nothing = await command(case, "attach_evidence", OFFICER)
    assert nothing.status_code == 422


async def test_an_officers_repeat_attaches_once_and_a_colleague_nothing_of_theirs(
    counter: Counter,
) -> None:
    case = await reported(counter)
    await command(case, "accept", INTAKE)
    name = await officers_file(counter, PDF)
    url, form = f"/v1/cases/{case.id}/commands/attach_evidence", {"attachments": [name]}
    colleague = counter.token(OFFICER, subject="binh")
    stolen = await counter.http.post(url, json=form, headers=colleague)
    assert (stolen.status_code, stolen.json()["code"]) == (404, "unknown_attachment")
    headers = {**counter.token(OFFICER), "Idempotency-Key": str(uuid4())}
    answers = [await counter.http.post(url, json=form, headers=headers) for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    again = await command(case, "attach_evidence", OFFICER, attachments=[name])
    assert (again.status_code, again.json()["code"]) == (409, "attachment_taken")


async def test_a_list_tells_what_came_when_and_with_what(counter: Counter) -> None:
    case = await reported(counter, PDF)
    [file] = (await case.as_(INTAKE)).json()
    assert (file["with_event"], file["by_role"], file["scan"]) == (
        "CaseReported",
        "reporter",
        "unscanned",
    )
    assert file["sha256"] == sha256(PDF).hexdigest()


# -- how it is given -------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", TAKEN)
async def test_a_browser_saves_a_file_and_does_not_show_it(
    counter: Counter, media_type: str
) -> None:
    case = await reported(counter, TAKEN[media_type])
    [file] = (await case.as_(INTAKE)).json()
    answer = await case.as_(INTAKE, f"/{file['attachment_id']}")
    headers = answer.headers
    assert headers["Content-Type"].partition(";")[0] == media_type == file["media_type"]
    assert headers["Content-Disposition"].startswith('attachment; filename="')
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["ETag"] == f'"{file["sha256"]}"' == f'"{sha256(answer.content).hexdigest()}"'
    assert int(headers["Content-Length"]) == file["size"] == len(answer.content)


async def test_who_has_it_already_is_told_so(counter: Counter) -> None:
    case = await reported(counter, PDF)
    [name] = await case.ids()
    etag = (await case.as_(INTAKE, f"/{name}")).headers["ETag"]
    again = await case.as_(INTAKE, f"/{name}", **{"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    other = await case.as_(INTAKE, f"/{name}", **{"If-None-Match": '"x"'})
    assert other.content == PDF


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "a" * 31, "a" * 33, "A" * 32, "a%00" + "a" * 30, "%ff" * 32]
)
async def test_a_name_that_is_none_leads_nowhere(counter: Counter, name: str) -> None:
    case = await reported(counter, PDF)
    assert (await case.as_(INTAKE, f"/{name}")).status_code in {404, 422}
    assert (await case.own(f"/{name}")).status_code in {404, 422}


async def test_a_file_of_another_case_is_none_of_this_one(counter: Counter) -> None:
    case, other = await reported(counter, PDF), await reported(counter, PDF)
    [name] = await other.ids()
    answer = await case.as_(INTAKE, f"/{name}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-attachment")


async def test_an_upload_that_is_not_attached_is_given_to_nobody(counter: Counter) -> None:
    case, name = await reported(counter), (await counter.upload(PDF))["attachment_id"]
    assert (await case.as_(INTAKE, f"/{name}")).status_code == 404
    assert (await case.own(f"/{name}")).status_code == 404


async def test_a_file_that_was_changed_or_is_gone_is_not_given_out_and_is_found_by_verify(
    counter: Counter,
) -> None:
    case = await reported(counter, PDF, b"a second one", b"a third one")
    names, files = await case.ids(), counter.desk.files
    assert await verify_files(files.rows.pool, files.objects) == []
    sealed = await files.objects.get(object_of(names[0]))
    await files.objects.put(object_of(names[0]), sealed[:-1] + bytes([sealed[-1] ^ 1]))
    await files.objects.delete(object_of(names[1]))
    for name in names[:2]:
        answer = await case.as_(INTAKE, f"/{name}")
        assert (answer.status_code, answer.json()["type"]) == (500, "/problems/file-damaged")
    found = await verify_files(files.rows.pool, files.objects, page=1)
    assert [(one.kind, one.detail.split()[0]) for one in found] == [
        ("file_changed", names[0]),
        ("file_missing", names[1]),
    ]
    assert (await case.as_(INTAKE, f"/{names[2]}")).status_code == 200


async def test_verify_compares_the_table_of_files_with_the_events(
    counter: Counter, owner: OwnConnection
) -> None:
    case, files = await reported(counter, PDF, b"two", b"three"), counter.desk.files
    names = await case.ids()
    stray = (await counter.upload(PDF))["attachment_id"]
    await owner.execute("update attachment set size = 1 where attachment_id = $1", names[0])
    await owner.execute("delete from attachment where attachment_id = $1", names[1])
    await owner.execute("update attachment set case_id = 'x' where attachment_id = $1", stray)
    found = await verify_files(files.rows.pool, files.objects)
    assert {(one.kind, one.detail.split()[0]) for one in found} == {
        ("file_differs", names[0]),
        ("file_unknown", names[1]),
        ("file_not_told", stray),
    }


async def test_of_an_erased_case_no_file_can_be_had_and_none_need_be_there(
    counter: Counter,
) -> None:
    case, files = await reported(counter, PDF), counter.desk.files
    [name] = await case.ids()
    await files.rows.pool.execute("delete from case_key where case_id = $1", case.id)
    answer = await case.as_(INTAKE, f"/{name}")
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/erased")
    await files.objects.delete(object_of(name))
    assert await verify_files(files.rows.pool, files.objects) == []
    async with listening() as daemon:
        assert await scan(counter, Clamd("127.0.0.1", daemon.port)) == 1
        care = FileCare(
            files, Scans(files.rows.pool), Clamd("127.0.0.1", daemon.port), counter.clock
        )
        assert await care.scan() == 0, "it is not tried for ever"


async def test_a_case_without_files_says_so(counter: Counter) -> None:
    case = await reported(counter)
    assert (await case.as_(INTAKE)).json() == []
    assert (await case.own()).json() == []
    assert (await case.as_(INTAKE, "/" + "a" * 32)).status_code == 404


def test_every_route_to_files_has_its_line_in_the_table() -> None:
    assert {name for name in ACCESS if "attachment" in name} == {
        "list_attachments",
        "download_attachment",
        "list_own_attachments",
        "download_own_attachment",
    }
