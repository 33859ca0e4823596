"""Numbers for leaders, as of any past moment, each with the list of its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hoiam_client.models import Filters, Stats
from hoiam_client.past import Past
from hoiam_client.transport import Transport

__all__ = ["By", "Period", "Statistics"]

By = Literal["unit", "body", "category", "channel", "period"]
Period = Literal["day", "week", "month", "quarter"]
#: The filters of a list that numbers do not know.
_ONLY_LISTS = {"view", "assignee", "q"} | (Past.model_fields.keys() - Filters.model_fields.keys())


@dataclass(frozen=True, slots=True)
class Statistics:
    """``GET /v1/stats``."""

    transport: Transport

    async def get(
        self,
        filters: Filters | None = None,
        *,
        as_of: datetime | None = None,
        by: By | None = None,
        level: str | None = None,
        period: Period | None = None,
    ) -> Stats:
        """Counts, shares on time and times per stage. Raises ValueError for a list's own filter."""
        said = filters.model_dump(exclude_none=True) if filters is not None else {}
        if of_lists := sorted(_ONLY_LISTS & said.keys()):
            raise ValueError(f"Numbers cannot be narrowed by {', '.join(of_lists)}.")
        query = {**said, "as_of": as_of, "by": by, "level": level, "period": period}
        return await self.transport.get("/v1/stats", Stats, query)
