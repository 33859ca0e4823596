"""Reports over HTTP, against a route that only validates the same body."""

from __future__ import annotations

import json
from statistics import median

from bench.figures import Figure
from bench.load import Load, load, request
from bench.office import fresh_office
from bench.servers import served

__all__ = ["measure"]

_WIDTH = 16
_TOTAL = 2_000
_ROUNDS = 3
_TEXT = "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy, học sinh đi lại rất nguy hiểm."
_REPORT = json.dumps({"unit": "26737", "category": "road", "text": _TEXT, "channel": "web"})


async def measure() -> list[Figure]:
    async with (
        fresh_office() as office,
        served("ours", office) as ours,
        served("bare", office) as bare,
    ):
        await _reported(ours, 200)
        await _reported(bare, 200)
        pairs = [
            (await _reported(ours, _TOTAL), await _reported(bare, _TOTAL)) for _ in range(_ROUNDS)
        ]
    value, against = median(a.rate for a, _ in pairs), median(b.rate for _, b in pairs)
    ratio = median(a.rate / b.rate for a, b in pairs)
    busy = max(b.busy for _, b in pairs)
    note = f"the load client worked for {busy:.0%} of the bare route's time"
    return [Figure("http_reports", value, against, ratio, 0.15, "/s", note=note)]


async def _reported(address: str, total: int) -> Load:
    sent = request("POST", "/v1/reports", {"Content-Type": "application/json"}, _REPORT.encode())
    return await load(address, [sent] * total, _WIDTH, 201)
