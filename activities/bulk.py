"""One command on many cases, part by part: each case through its own workflow, as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messages import RUN_BULK, BulkInput
from activities.port import Commands, Unavailable
from domain.actor import Actor
from eventlog.bulks import Bulk, Bulks, Item, command_id

__all__ = ["BulkActivities"]

#: Cases of one part, and how many of them are under way at a time.
_PART = 40
_AT_ONCE = 8
#: Refusals that are not kept under the key of the command: the case was not reached.
_NOT_KEPT = frozenset({"unknown_case", "key_reused"})


@dataclass(frozen=True, slots=True)
class BulkActivities:
    """Register ``all`` on a worker."""

    bulks: Bulks
    commands: Commands

    @property
    def all(self) -> Sequence[Callable[..., Any]]:
        """Every activity of this kind."""
        return [self.run_bulk]

    @activity.defn(name=RUN_BULK)
    async def run_bulk(self, given: BulkInput) -> bool:
        """Do the next part; returns whether there may be more. An outcome is never sought twice.

        A bulk whose account was ended meanwhile is stopped.
        """
        bulk = await self.bulks.get(given.bulk_id)
        if bulk is None or bulk.state != "running" or bulk.params is None:
            return False
        if await self.bulks.account_ended(bulk.bulk_id):
            await self.bulks.stop(bulk.bulk_id)
            return False
        items = await self.bulks.open_items(bulk.bulk_id, _PART)
        if not items:
            await self.bulks.finish(bulk.bulk_id)
            return False
        failed = await self._try_all(bulk, items)
        if failed:
            await self.bulks.tried(bulk.bulk_id, failed)
        if len(failed) == len(items):
            raise ApplicationError("No case of this part could be reached.", type="Unavailable")
        return True

    async def _try_all(self, bulk: Bulk, items: Sequence[Item]) -> list[int]:
        """Give the command to each; returns the numbers of those that could not be reached."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def tried(item: Item) -> bool:
            async with free:
                activity.heartbeat()
                return await self._try(bulk, item)

        reached = await asyncio.gather(*(tried(item) for item in items))
        return [item.number for item, well in zip(items, reached, strict=True) if not well]

    async def _try(self, bulk: Bulk, item: Item) -> bool:
        planned = item.planned
        try:
            answer = await self.commands.command(
                planned.case_id,
                bulk.command,
                {**(bulk.params or {}), **(planned.params or {})},
                Actor.parse(bulk.actor),
                command_id(bulk.bulk_id, planned.case_id),
                expected=planned.version,
            )
        except Unavailable:
            return False
        return answer.rejected not in _NOT_KEPT
