"""Recovery: Temporal lost, every open case and subscription gets its workflow back from the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from domain.row import CaseRow
from eventlog.subscriptions import Subscriptions
from workers.bootstrap import Office
from workers.open_cases import open_cases

__all__ = ["recover"]

_AT_ONCE = 20


async def recover(office: Office) -> int:
    """Start what is missing and let what runs read the log again; returns how many were open.

    Bulks that were running go on too.

    It may be run at any time and as often as one likes: a case's workflow holds nothing of its
    own, so starting one twice starts it once.
    """
    await _recover_subscriptions(office)
    found = 0
    async for part in _parts(open_cases(office.log.store)):
        await asyncio.gather(
            *(office.gateway.start(row.case_id, row.unit, look=True) for row in part)
        )
        found += len(part)
    for bulk_id in await office.log.planner.bulks.running():
        await office.gateway.start_bulk(bulk_id)
    return found


async def _recover_subscriptions(office: Office) -> None:
    """How far each has come is in PostgreSQL: its workflow goes on from there."""
    for subscription_id in await Subscriptions(office.log.pool, office.log.keys).all_ids():
        await office.subscribing.stir(subscription_id)


async def _parts(rows: AsyncIterator[CaseRow]) -> AsyncIterator[list[CaseRow]]:
    part: list[CaseRow] = []
    async for row in rows:
        part.append(row)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
