"""Every open case, read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from domain.row import CaseRow
from eventlog.store import EventStore

__all__ = ["open_cases"]

_PAGE = 500


async def open_cases(store: EventStore) -> AsyncIterator[CaseRow]:
    """The rows of open cases, in the order of their ids, with bounded memory."""
    after = ""
    while page := await store.rows(is_open=True, after=after, limit=_PAGE):
        for row in page:
            yield row
        after = page[-1].case_id
