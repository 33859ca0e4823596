"""The read model's row of a case: what lists, filters and counts look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["CaseRow"]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row per case, written in the transaction that appends its events.

    ``due_at`` is when the accountable body's earliest running clock ends (None while paused or
    ended); ``next_wakeup`` when the workflow must look again; ``involved`` are the bodies beside
    the accountable one that have or had a part in the case, by name. Times are UTC; a place is in
    millionths of a degree. ``receipt`` is the number of the receipt that opens the case: 0 is the
    first one.
    """

    case_id: str
    version: int
    code: str
    state: str
    rung: str
    accountable: str
    unit: str
    category: str
    severity: str
    channel: str
    pack: str
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    next_wakeup: datetime | None
    late: bool
    paused: bool
    reopened: int
    open: bool
    outcome: str | None
    lead: str | None
    assignee: str | None
    about_body: str | None
    merged_into: str | None
    closed_at: datetime | None
    involved: tuple[str, ...]
    latitude_e6: int | None
    longitude_e6: int | None
    receipt: int

    def overdue(self, now: datetime) -> bool:
        """Whether the accountable body's running clock has run out: as ``Case.overdue``."""
        due = self.due_at
        return self.open and due is not None and due <= max(now, self.changed_at)
