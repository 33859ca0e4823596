"""One command for many cases: planned, looked at, let run, and undone where that is possible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from hoiam_client.models import BulkForm, BulkView, Handover, Result, Results, UndoForm
from hoiam_client.transport import Transport

__all__ = ["Bulks"]

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Bulks:
    """``/v1/bulk`` and ``/v1/handovers``."""

    transport: Transport

    async def plan(self, form: BulkForm, key: str | None = None) -> BulkView:
        """Run the rules on each case without writing anything."""
        return await self.transport.post("/v1/bulk", BulkView, form, key)

    async def plan_handover(self, form: Handover, key: str | None = None) -> BulkView:
        """Plan to hand all open cases of an officer over."""
        return await self.transport.post("/v1/handovers", BulkView, form, key)

    async def plan_undo(
        self, bulk_id: str, params: dict[str, Any] | None = None, key: str | None = None
    ) -> BulkView:
        """Plan the opposite for what a bulk did."""
        form, path = UndoForm(params=params or {}), f"/v1/bulk/{bulk_id}/undo"
        return await self.transport.post(path, BulkView, form, key)

    async def see(self, bulk_id: str) -> BulkView:
        """How far it is, in exact counts."""
        return await self.transport.get(f"/v1/bulk/{bulk_id}", BulkView)

    async def start(self, bulk_id: str) -> BulkView:
        """Let it run, or go on."""
        return await self._told(bulk_id, "start")

    async def stop(self, bulk_id: str) -> BulkView:
        """Try no further case."""
        return await self._told(bulk_id, "stop")

    async def results(self, bulk_id: str) -> AsyncGenerator[Result, None]:
        """For each case what would happen, and what did."""
        after: int | None = None
        while True:
            query = {"after": after, "limit": _PAGE}
            found = await self.transport.get(f"/v1/bulk/{bulk_id}/results", Results, query)
            for result in found.results:
                yield result
            if (after := found.next) is None:
                return

    async def ended(self, bulk_id: str, pause: float = 1.0) -> BulkView:
        """Wait until no case waits any more, looking every ``pause`` seconds."""
        while (view := await self.see(bulk_id)).ended_at is None:
            await asyncio.sleep(pause)
        return view

    async def _told(self, bulk_id: str, what: str) -> BulkView:
        """Starting what runs and stopping what stands changes nothing: a repeat is harmless."""
        answer = await self.transport.send("POST", f"/v1/bulk/{bulk_id}/{what}")
        return BulkView.model_validate_json(answer.content)
