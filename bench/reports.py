"""Accepting reports, against single-row inserts of the same bytes."""

from __future__ import annotations

import uuid
from statistics import median

from bench.figures import Figure
from bench.office import fresh_office, rate
from bench.tables import bench_table
from domain.actor import REPORTER
from domain.report import Report
from workers.bootstrap import Office

_WIDTH = 16
_TOTAL = 3_000
_ROUNDS = 3
_TEXT = "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy, học sinh đi lại rất nguy hiểm. " * 3


async def _bytes_per_report(office: Office) -> int:
    size = await office.log.pool.fetchval(
        "select avg(length(body) + coalesce(length(sealed), 0) + 300) * 2 from event"
    )
    return int(size)


async def measure() -> list[Figure]:
    async with fresh_office() as office, bench_table(office) as write:
        now = await office.log.now()

        async def accept(_: int) -> None:
            report = Report(unit="26737", category="road", text=_TEXT, channel="zalo")
            await office.log.intake.take(report, REPORTER, str(uuid.uuid4()), now)

        await rate(_WIDTH, 200, accept)
        payload = bytes(await _bytes_per_report(office))

        async def insert(_: int) -> None:
            await write(payload)

        await rate(_WIDTH, 200, insert)
        pairs = [
            (await rate(_WIDTH, _TOTAL, accept), await rate(_WIDTH, _TOTAL, insert))
            for _ in range(_ROUNDS)
        ]
    ours, bare = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return [Figure("accepting_reports", ours, bare, ratio, 0.35, "/s")]
