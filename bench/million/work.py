"""Whole lives over HTTP: a report and the first three commands of an officer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from bench.office import rate

__all__ = ["lives_per_second"]

UNIT = "26737"
_WIDTH = 16
_REPORT = {"unit": UNIT, "category": "road", "text": "Ổ gà lớn trước cổng trường", "channel": "web"}
_STEPS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("accept", {}),
    ("classify", {"category": "drainage_flood"}),
    ("assign", {"lead": f"unit:{UNIT}"}),
)


async def lives_per_second(address: str, token: str, total: int) -> float:
    """How many are lived in a second, so many at a time."""
    limits = httpx.Limits(max_connections=_WIDTH)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:
        return await rate(_WIDTH, total, lambda _: _lived(client, token))


async def _lived(client: httpx.AsyncClient, token: str) -> None:
    taken = await client.post("/v1/reports", json=_REPORT)
    case_id = taken.raise_for_status().json()["case_id"]
    headers = {"Authorization": f"Bearer {token}"}
    for name, params in _STEPS:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        url = f"/v1/cases/{case_id}/commands/{name}"
        answer = await client.post(url, json=params, headers={**headers, **key})
        while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            # A busy server may leave one of many waiting for too long: ask under the same key.
            answer = await client.post(url, json=params, headers={**headers, **key})
        answer.raise_for_status()
