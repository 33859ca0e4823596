"""A report is taken in once, whoever sends it how often; with or without its acknowledgement."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import pytest

from activities.intake import request_of
from activities.receipts import check_code
from domain.actor import REPORTER
from domain.rejection import Rejected
from domain.report import Report
from eventlog.canonical import encode, plain
from eventlog.errors import VersionConflict
from eventlog.pg import Pool
from tests.activities.desk import Desk
from tests.stacks import CLASSIC, TEXT

WRITTEN = """
select 'event' as "table", e::text as row from event e
union all select 'case_row', c::text from case_row c
union all select 'command', c::text from command c
union all select 'case_key', k::text from case_key k
union all select 'outbox', o::text from outbox o
"""


async def count(pool: Pool, table: str) -> int:
    return sum(row["table"] == table for row in await pool.fetch(WRITTEN))


async def test_fifty_equal_requests_at_once_are_one_report_with_one_receipt(
    desk: Desk, pool: Pool
) -> None:
    receipts = await asyncio.gather(*(desk.report(key="web/1") for _ in range(50)))
    assert len(set(receipts)) == 1
    assert await count(pool, "case_row") == 1
    assert await count(pool, "outbox") == 1
    assert await desk.types(receipts[0].case_id) == ["CaseReported", "ClockStarted"]


async def test_reports_with_other_keys_are_other_cases(desk: Desk, pool: Pool) -> None:
    receipts = await asyncio.gather(*(desk.report() for _ in range(50)))
    assert len({receipt.case_id for receipt in receipts}) == 50
    assert len({receipt.code for receipt in receipts}) == 50
    assert all(check_code(receipt.code) for receipt in receipts)
    assert await count(pool, "outbox") == 50


async def test_the_same_key_with_another_report_is_refused(desk: Desk, pool: Pool) -> None:
    await desk.report(key="web/1")
    with pytest.raises(Rejected) as caught:
        await desk.report(key="web/1", text="Một phản ánh khác")
    assert caught.value.rejection.code == "key_reused"
    assert await count(pool, "case_row") == 1


async def test_a_receipt_is_given_again_even_when_the_report_would_be_refused_now(
    desk: Desk,
) -> None:
    first = await desk.report(key="web/1")
    report = Report(unit="26734", category="road", text=TEXT, pack="classic")
    late = CLASSIC.replace(year=2040)
    assert await desk.intake.take(report, REPORTER, "web/1", late) == first


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("unit", "99999"),
        ("category", "weather"),
        ("channel", "pigeon"),
        ("about_body", "unit:nowhere"),
        ("pack", "feudal"),
    ],
)
async def test_a_wrong_report_is_refused_by_its_parameter_and_leaves_nothing(
    desk: Desk, pool: Pool, param: str, value: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await desk.report(**{param: value})
    assert (caught.value.rejection.code, caught.value.rejection.param) == ("invalid", param)
    assert await pool.fetch(WRITTEN) == []


def test_a_key_from_before_reports_had_places_still_counts() -> None:
    said = {
        "unit": "26734",
        "category": "road",
        "text": TEXT,
        "channel": "web",
        "about_body": None,
        "received_at": None,
        "reporter_ref": None,
        "pack": "classic",
        "clock_base": 0,
    }
    then = sha256(encode(plain({"report": said, "actor": "reporter"}))).digest()
    report = Report(unit="26734", category="road", text=TEXT, pack="classic")
    assert request_of(report, REPORTER) == then
    placed = report.model_copy(update={"address": "trước số 12"})
    assert request_of(placed, REPORTER) != then


async def test_an_id_given_by_a_program_belongs_to_one_report(desk: Desk, pool: Pool) -> None:
    report = Report(unit="26734", category="road", text=TEXT, pack="classic")
    one = await desk.intake.take(report, REPORTER, "p/1", CLASSIC, "case-of-a-program")
    assert one.case_id == "case-of-a-program"
    assert await desk.intake.take(report, REPORTER, "p/1", CLASSIC, "case-of-a-program") == one
    with pytest.raises(VersionConflict):
        await desk.intake.take(report, REPORTER, "p/2", CLASSIC, "case-of-a-program")
    assert await count(pool, "case_row") == 1


async def test_the_text_of_a_report_is_nowhere_in_the_clear(desk: Desk, pool: Pool) -> None:
    await desk.report(text="Bà Bưởi báo ổ gà", reporter_ref="ref-77", address="nhà bà Bưởi")
    rows = [row["row"] for row in await pool.fetch(WRITTEN)]
    assert len(rows) == 6
    assert not [row for row in rows if "Bưởi" in row or "Bưởi".encode().hex() in row]
