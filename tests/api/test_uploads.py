"""Files in: what is taken, how much of it, and how a file comes to belong to a report."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from activities.file_care import FileCare
from activities.images import redrawn
from api.limits import Limits, Rate
from api.memory import Memory
from eventlog.file_keys import object_of
from eventlog.objects import Objects
from eventlog.scans import Scans
from eventlog.store import EventStore
from tests.activities.samples import NOT_TAKEN, TAKEN, with_everything
from tests.api.counter import (
    COMMUNE,
    GENEROUS,
    LARGEST,
    TEXT,
    Counter,
    at_once,
    counter_over,
    report,
)

PDF = TAKEN["application/pdf"]
INTAKE = f"intake_officer@{COMMUNE}"


async def files_of(counter: Counter, case_id: str) -> list[dict[str, Any]]:
    """What the events of a case say of files."""
    events = await counter.desk.store.load(case_id)
    told = [one for row in events for one in getattr(row.event.body, "files", ())]
    return [file.model_dump() for file in told]


async def objects(counter: Counter) -> list[str]:
    """Everything that lies in the store of files."""
    store = counter.desk.files.objects.store
    return [found["path"] for found in await store.list_async().collect_async()]


async def attach(counter: Counter, *ids: str, **kwargs: Any) -> httpx.Response:
    return await counter.http.post("/v1/reports", json=report(attachments=list(ids)), **kwargs)


async def test_a_picture_goes_with_a_report_and_its_hash_into_the_event(counter: Counter) -> None:
    sent = with_everything()
    told = await counter.upload(sent)
    assert (told["media_type"], len(told["attachment_id"])) == ("image/jpeg", 32)
    receipt = await counter.report(attachments=[told["attachment_id"]])
    [file] = await files_of(counter, receipt["case_id"])
    assert file["size"] == told["size"]
    stored = await counter.desk.files.objects.get(object_of(told["attachment_id"]))
    assert file["sha256"] == sha256(stored).hexdigest(), "of what is stored"
    assert file["sha256"] != told["sha256"], "which tells nothing of the picture"


async def test_what_is_stored_can_be_read_by_nobody_who_has_the_store_alone(
    counter: Counter,
) -> None:
    letter = f"{TEXT}, gần nhà ông An".encode()
    told = await counter.upload(letter)
    stored = await counter.desk.files.objects.get(object_of(told["attachment_id"]))
    assert letter[:8] not in stored
    assert [told["attachment_id"] in path for path in await objects(counter)] == [False]


async def test_nothing_of_a_picture_is_kept_but_the_picture(counter: Counter) -> None:
    told = await counter.upload(with_everything())
    receipt = await counter.report(attachments=[told["attachment_id"]])
    officer = counter.token(INTAKE)
    url = f"/v1/cases/{receipt['case_id']}/attachments/{told['attachment_id']}"
    answer = await counter.http.get(url, headers=officer)
    assert answer.status_code == 200, answer.text
    assert sha256(answer.content).hexdigest() == told["sha256"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((32, 48), {})
    assert b"person" not in answer.content


@pytest.mark.parametrize("media_type", TAKEN)
async def test_what_it_is_called_does_not_count(counter: Counter, media_type: str) -> None:
    lie = {"Content-Type": "text/html", "Content-Disposition": 'form-data; filename="../../x.exe"'}
    told = await counter.upload(TAKEN[media_type], lie)
    assert told["media_type"] == media_type
    assert not [path for path in await objects(counter) if "exe" in path or ".." in path]


@pytest.mark.parametrize("name", NOT_TAKEN)
async def test_what_is_not_taken_is_refused_and_not_kept(counter: Counter, name: str) -> None:
    headers = {"Content-Type": "image/jpeg"}
    answer = await counter.http.post("/v1/uploads", content=NOT_TAKEN[name], headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-file")
    assert await objects(counter) == []
    assert await counter.desk.store.pool.fetchval("select count(*) from attachment") == 0


async def test_a_form_is_told_to_send_the_file_alone(counter: Counter) -> None:
    answer = await counter.http.post("/v1/uploads", files={"file": PDF})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-file")
    assert "không đặt trong biểu mẫu" in answer.json()["specifics"]


async def endless(sent: list[int]) -> AsyncIterator[bytes]:
    """More than anybody takes; ``sent`` counts what was asked for."""
    for _ in range(1000):
        sent[0] += LARGEST // 10
        yield PDF + bytes(LARGEST // 10 - len(PDF))


async def test_the_largest_file_is_taken_and_a_byte_more_is_not(counter: Counter) -> None:
    largest = PDF + bytes(LARGEST - len(PDF))
    assert (await counter.upload(largest))["size"] == LARGEST
    answer = await counter.http.post("/v1/uploads", content=largest + b"\0")
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert len(await objects(counter)) == 1


async def test_a_file_of_unknown_size_is_read_no_further_than_it_may_be(counter: Counter) -> None:
    sent = [0]
    answer = await counter.http.post("/v1/uploads", content=endless(sent))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert sent[0] == LARGEST // 10 * 11
    assert await objects(counter) == []


async def test_other_requests_may_not_be_as_large_as_a_file(counter: Counter) -> None:
    answer = await counter.http.post("/v1/reports", content=bytes(300 * 1024))
    assert answer.status_code == 413


async def test_a_client_may_send_so_many_bytes_and_others_are_not_held_up(
    store: EventStore,
) -> None:
    rates = {**GENEROUS, "upload_kib": Rate(burst=30, per_minute=60)}
    counter = counter_over(store, limits=Limits(rates, clock=lambda: 0.0))
    letter = b"a" * 1024 * 20
    await counter.upload(letter)
    answer = await counter.http.post("/v1/uploads", content=letter)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    await counter.upload(letter, counter.token(INTAKE))


async def test_a_process_holds_no_more_files_at_a_time_than_it_has_memory_for(
    store: EventStore,
) -> None:
    counter = counter_over(store, memory=Memory(LARGEST + 10))
    going, gone = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield PDF
        going.set()
        await gone.wait()

    first = asyncio.create_task(counter.http.post("/v1/uploads", content=slow()))
    await going.wait()
    answer = await counter.http.post("/v1/uploads", content=PDF)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    gone.set()
    assert (await first).status_code == 201
    await counter.upload(PDF)


async def test_of_one_client_two_uploads_are_under_way_and_others_are_not_held_up(
    store: EventStore,
) -> None:
    counter = counter_over(store)
    going, gone = asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield PDF
        going.release()
        await gone.wait()

    def trickled(**headers: str) -> asyncio.Task[httpx.Response]:
        sent = counter.http.post("/v1/uploads", content=slow(), headers=headers)
        return asyncio.create_task(sent)

    first = [trickled(), trickled()]
    for _ in first:
        await asyncio.wait_for(going.acquire(), 5)
    third = await counter.http.post("/v1/uploads", content=PDF)
    assert (third.status_code, third.headers["Retry-After"]) == (429, "10")
    await counter.upload(PDF, counter.token(INTAKE))
    gone.set()
    assert [(await one).status_code for one in first] == [201, 201]
    await counter.upload(PDF)


async def test_files_are_opened_while_a_picture_is_drawn(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await counter.upload(PDF)
    receipt = await counter.report(attachments=[told["attachment_id"]])
    drawing, drawn = threading.Event(), threading.Event()

    def slowly(content: bytes, media_type: str, largest: int) -> bytes:
        drawing.set()
        assert drawn.wait(20)
        return redrawn(content, media_type, largest)

    monkeypatch.setattr("activities.files.redrawn", slowly)
    upload = asyncio.create_task(counter.upload(with_everything()))
    try:
        assert await asyncio.to_thread(drawing.wait, 5)
        url = f"/v1/cases/{receipt['case_id']}/attachments/{told['attachment_id']}"
        asked = counter.http.get(url, headers=counter.token(INTAKE))
        answer = await asyncio.wait_for(asked, 5)
        assert (answer.status_code, answer.content) == (200, PDF)
    finally:
        drawn.set()
    assert (await upload)["media_type"] == "image/jpeg"


async def test_where_only_tokens_report_only_tokens_upload(store: EventStore) -> None:
    counter = counter_over(store, public_reports=False)
    answer = await counter.http.post("/v1/uploads", content=PDF)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    await counter.upload(PDF, counter.token(INTAKE))
    looking = await counter.http.post(
        "/v1/uploads", content=PDF, headers=counter.token(f"auditor@{COMMUNE}")
    )
    assert looking.status_code == 403


# -- attaching -------------------------------------------------------------------------------


async def test_a_file_belongs_to_one_report_only(counter: Counter) -> None:
    told = await counter.upload(PDF)
    assert (await attach(counter, told["attachment_id"])).status_code == 201
    again = await attach(counter, told["attachment_id"])
    assert (again.status_code, again.json()["type"]) == (409, "/problems/attachment-taken")
    assert again.json()["errors"][0]["pointer"] == "/attachments"


async def test_of_many_who_attach_a_file_at_once_one_gets_it_and_nobody_half_of_it(
    counter: Counter,
) -> None:
    ids = [(await counter.upload(PDF))["attachment_id"] for _ in range(3)]
    orders = (ids, ids[::-1], [ids[1]], [ids[2], ids[0]])
    answers = await at_once(*(attach(counter, *order) for order in orders * 5))
    taken = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    claimed = [
        file["attachment_id"]
        for answer in taken
        for file in await files_of(counter, answer.json()["case_id"])
    ]
    assert len(claimed) == len(set(claimed)) >= 1
    assert await counter.desk.store.pool.fetchval("select count(*) from case_row") == len(taken)


async def test_a_repeat_under_the_same_key_gives_the_same_receipt(counter: Counter) -> None:
    told = await counter.upload(PDF)
    key = {"Idempotency-Key": str(uuid4())}
    calls = (attach(counter, told["attachment_id"], headers=key) for _ in range(10))
    answers = await at_once(*calls)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    other = await attach(counter, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


async def test_a_refused_report_leaves_its_files_for_the_next_attempt(counter: Counter) -> None:
    told = await counter.upload(PDF)
    wrong = report(unit="99999", attachments=[told["attachment_id"]])
    assert (await counter.http.post("/v1/reports", json=wrong)).status_code == 422
    assert (await attach(counter, told["attachment_id"])).status_code == 201


async def test_nobody_attaches_what_another_one_uploaded(counter: Counter) -> None:
    an, binh = counter.token(INTAKE), counter.token(INTAKE, subject="binh")
    own = (await counter.upload(PDF, an))["attachment_id"]
    public = (await counter.upload(PDF))["attachment_id"]
    for attachment_id, headers in ((own, binh), (own, {}), (public, an)):
        answer = await attach(counter, attachment_id, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-attachment")
    assert (await attach(counter, own, headers=an)).status_code == 201
    assert (await attach(counter, public)).status_code == 201


@pytest.mark.parametrize(
    ("ids", "status"),
    [
        (["a" * 32], 404),
        (["../../../etc/passwd"], 422),
        (["a" * 31], 422),
        (["A" * 32], 422),
        (["a\0" + "a" * 30], 422),
        ([f"{'a' * 31}{n}" for n in "abcdefghijk"], 422),
        ([None], 422),
        ("a" * 32, 404),
    ],
)
async def test_an_id_that_is_none_is_refused(counter: Counter, ids: Any, status: int) -> None:
    answer = await counter.http.post("/v1/reports", json=report(attachments=ids))
    assert answer.status_code == status, answer.text


async def test_a_file_named_twice_is_one_file(counter: Counter) -> None:
    told = await counter.upload(PDF)
    answer = await attach(counter, told["attachment_id"], told["attachment_id"])
    assert len(await files_of(counter, answer.json()["case_id"])) == 1


# -- what is not attached --------------------------------------------------------------------


def care(counter: Counter) -> FileCare:
    return FileCare(counter.desk.files, Scans(counter.desk.store.pool), None, counter.clock)


async def test_what_nobody_attached_for_a_day_is_gone(counter: Counter) -> None:
    kept, lost = [(await counter.upload(PDF))["attachment_id"] for _ in range(2)]
    receipt = (await attach(counter, kept)).json()
    counter.clock.now += timedelta(hours=23, minutes=59)
    assert await care(counter).expire() == 0
    counter.clock.now += timedelta(minutes=1)
    late = await attach(counter, lost)
    assert (late.status_code, late.json()["type"]) == (404, "/problems/unknown-attachment")
    assert await care(counter).expire() == 1
    assert await objects(counter) == [object_of(kept)]
    assert len(await files_of(counter, receipt["case_id"])) == 1
    assert (await attach(counter, lost)).status_code == 404


class Broken(Objects):
    """A store that fails before, or after, it has stored something."""

    async def put(self, name: str, content: bytes) -> None:
        await super().put(name, content)
        raise OSError("the machine stopped here")


async def test_a_process_that_dies_while_it_stores_leaves_nothing_for_ever(
    counter: Counter,
) -> None:
    files = counter.desk.files
    broken = replace(counter.desk, files=replace(files, objects=Broken(files.objects.store)))
    dying = counter_over(counter.desk.store, files=broken.files)
    assert (await dying.http.post("/v1/uploads", content=PDF)).status_code == 500
    [attachment_id] = [
        row[0]
        for row in await counter.desk.store.pool.fetch("select attachment_id from attachment")
    ]
    assert await objects(counter) == [object_of(attachment_id)]
    answer = await attach(counter, attachment_id)
    assert answer.status_code == 404, "what was not acknowledged cannot be attached"
    counter.clock.now += timedelta(days=1)
    assert await care(counter).expire() == 1
    assert await objects(counter) == []


async def test_a_removal_that_was_cut_off_is_done_the_next_time(counter: Counter) -> None:
    told = await counter.upload(PDF)
    counter.clock.now += timedelta(days=1)
    await counter.desk.files.rows.expire(counter.clock.now)  # and then the machine stopped
    assert (await attach(counter, told["attachment_id"])).status_code == 404
    await counter.desk.files.objects.delete(object_of(told["attachment_id"]))  # and here again
    assert await care(counter).expire() == 1
    assert await counter.desk.store.pool.fetchval("select count(*) from attachment") == 0


async def test_a_file_that_is_being_attached_is_not_removed(counter: Counter) -> None:
    """Given a day that ends while a report is written; then its file stays, or it is refused."""
    for _ in range(10):
        told = await counter.upload(PDF)
        counter.clock.now += timedelta(days=1, seconds=-1)
        early = counter.clock.now
        calls = attach(counter, told["attachment_id"]), _later(counter, early)
        answer, _ = await at_once(*calls)
        there = object_of(told["attachment_id"]) in await objects(counter)
        assert (answer.status_code == 201) == there, answer.text


async def _later(counter: Counter, early: Any) -> int:
    return await counter.desk.files.expire(early + timedelta(seconds=2))
