"""Units, bodies, categories and officers, as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoiam_client.models import Bodies, Categories, KnownOfficers, Units
from hoiam_client.transport import Transport

__all__ = ["Registers"]


@dataclass(frozen=True, slots=True)
class Registers:
    """``/v1/units``, ``/v1/bodies``, ``/v1/categories`` and ``/v1/officers``."""

    transport: Transport

    async def units(
        self,
        q: str | None = None,
        *,
        under: str | None = None,
        level: str | None = None,
        on: date | None = None,
        limit: int | None = None,
    ) -> Units:
        """By name, with or without diacritics, or by code; or those directly under a unit."""
        query = {"q": q, "under": under, "level": level, "on": on, "limit": limit}
        return await self.transport.get("/v1/units", Units, query)

    async def bodies(
        self,
        q: str | None = None,
        *,
        unit: str | None = None,
        kind: str | None = None,
        on: date | None = None,
        limit: int | None = None,
    ) -> Bodies:
        """By name, or those of a unit."""
        query = {"q": q, "unit": unit, "kind": kind, "on": on, "limit": limit}
        return await self.transport.get("/v1/bodies", Bodies, query)

    async def categories(self, q: str | None = None, *, on: date | None = None) -> Categories:
        """Of the policy in force."""
        return await self.transport.get("/v1/categories", Categories, {"q": q, "on": on})

    async def officers(self, body: str | None = None, after: str | None = None) -> KnownOfficers:
        """The accounts that have come in with a role in a body."""
        query = {"body": body, "after": after}
        return await self.transport.get("/v1/officers", KnownOfficers, query)
