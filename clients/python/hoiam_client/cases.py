"""Cases as officers see them: lists over their cursors, one case, its history and its clocks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoiam_client.models import (
    Allowed,
    CaseFile,
    CaseList,
    Clocks,
    Disclose,
    Duplicates,
    Filters,
    Happened,
    History,
    Identity,
    Item,
    NewReceipt,
    Replace,
    Threads,
)
from hoiam_client.transport import Transport

__all__ = ["Cases"]

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Cases:
    """``GET /v1/cases`` and what is under it."""

    transport: Transport

    async def page(
        self,
        filters: Filters | None = None,
        *,
        sort: str | None = None,
        after: str | None = None,
        limit: int | None = None,
        counts: bool | None = None,
    ) -> CaseList:
        """One page, with the cursor of the next one and exact counts.

        ``filters`` may be a Past, which also asks how cases stood at a moment.
        """
        query = {**_asked(filters), "sort": sort, "after": after, "limit": limit, "counts": counts}
        return await self.transport.get("/v1/cases", CaseList, query)

    async def all(
        self, filters: Filters | None = None, *, sort: str | None = None
    ) -> AsyncGenerator[Item, None]:
        """Every case of a list, page after page."""
        after: str | None = None
        while True:
            found = await self.page(filters, sort=sort, after=after, limit=_PAGE, counts=False)
            for item in found.cases:
                yield item
            if (after := found.next) is None:
                return

    async def csv(
        self, filters: Filters | None = None, *, sort: str | None = None, bom: bool | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The same list as a file, as it comes. Raises Problem; a broken stream raises httpx's."""
        query = {**_asked(filters), "sort": sort, "bom": bom}
        async with self.transport.open("/v1/cases.csv", query) as answer:
            async for part in answer.aiter_bytes():
                yield part

    async def get(
        self, case_id: str, *, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> CaseFile:
        """One case, now or as it stood at a moment, by what was written down until another."""
        query = {"as_of": as_of, "known_at": known_at}
        return await self.transport.get(f"/v1/cases/{case_id}", CaseFile, query)

    async def history(self, case_id: str) -> AsyncGenerator[Happened, None]:
        """Everything that happened to a case, in order."""
        after: int | None = None
        while True:
            query = {"after": after, "limit": _PAGE}
            found = await self.transport.get(f"/v1/cases/{case_id}/history", History, query)
            for event in found.events:
                yield event
            if (after := found.next) is None:
                return

    async def clocks(
        self, case_id: str, *, as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Clocks:
        """Why each clock ends when it does, or did."""
        query = {"as_of": as_of, "known_at": known_at}
        return await self.transport.get(f"/v1/cases/{case_id}/clocks", Clocks, query)

    async def allowed(self, case_id: str) -> Allowed:
        """Which commands may be given now, and why not the others."""
        return await self.transport.get(f"/v1/cases/{case_id}/allowed", Allowed)

    async def duplicates(self, case_id: str, limit: int | None = None) -> Duplicates:
        """Cases that may be about the same."""
        path = f"/v1/cases/{case_id}/duplicates"
        return await self.transport.get(path, Duplicates, {"limit": limit})

    async def reporters(self, case_id: str) -> Threads:
        """All who reported the same."""
        return await self.transport.get(f"/v1/cases/{case_id}/reporters", Threads)

    async def identity(
        self, case_id: str, basis: str, reason: str, key: str | None = None
    ) -> Identity:
        """Open who reported; the reporter sees who did, and why."""
        form, path = Disclose(basis=basis, reason=reason), f"/v1/cases/{case_id}/identity"
        return await self.transport.post(path, Identity, form, key)

    async def replace_receipt(
        self, case_id: str, form: Replace, key: str | None = None
    ) -> NewReceipt:
        """Another receipt for a reporter who says who they are; the one before is void."""
        return await self.transport.post(f"/v1/cases/{case_id}/receipt", NewReceipt, form, key)


def _asked(filters: Filters | None) -> dict[str, Any]:
    return filters.model_dump(exclude_none=True) if filters is not None else {}
