"""The orders of a list: what somebody must act on first, of that the urgent, then by a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.row import CaseRow

__all__ = ["BY_DUE", "BY_RECEIPT", "BY_SEVERITY", "ORDERS", "Order", "Place"]

#: Where a row stands in an order; no two rows stand at one place.
Place = tuple[timedelta, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Years 1 to 9999 are 3.7 million days: further apart than any two times. The indexes of the table
# have the same numbers.
_LATER = timedelta(days=4_000_000)
_STEP = timedelta(days=10_000_000)


@dataclass(frozen=True, slots=True)
class Order:
    """One order of rows.

    Open cases come before all others. ``first`` are the severities that come before the others,
    the most urgent first. Cases that are equally urgent follow each other ``by_due`` time, the
    earliest first, and those without one, or all of them, by receipt.
    """

    name: str
    first: tuple[str, ...]
    by_due: bool

    @property
    def keys(self) -> tuple[str, str]:
        """Where a row stands, in SQL; the table is indexed by the very same words."""
        time = "received_at - 'epoch'::timestamptz"
        if self.by_due:
            later = f"'{_LATER.days} days'::interval + ({time})"
            time = f"coalesce(due_at - 'epoch'::timestamptz, {later})"
        return f"({time} + '{_STEP.days} days'::interval * ({self._rank}))", "case_id"

    @property
    def end_of_open(self) -> timedelta:
        """Open cases stand before it, all others after it."""
        return (len(self.first) + 1) * _STEP - _LATER / 4

    def place(self, row: CaseRow) -> Place:
        """Where a row stands."""
        others = len(self.first)
        first = self.first.index(row.severity) if row.severity in self.first else others
        time = row.received_at - _EPOCH
        if self.by_due:
            time = _LATER + time if row.due_at is None else row.due_at - _EPOCH
        return time + (first + (0 if row.open else others + 1)) * _STEP, row.case_id

    @property
    def _rank(self) -> str:
        others = len(self.first)
        whens = " ".join(f"when '{severity}' then {n}" for n, severity in enumerate(self.first))
        urgency = f"case severity {whens} else {others} end"
        return f"{urgency} + case when open then 0 else {others + 1} end"


BY_DUE = Order("due", ("hot_spot", "attention"), by_due=True)
BY_RECEIPT = Order("received", ("hot_spot", "attention"), by_due=False)
BY_SEVERITY = Order("severity", ("hot_spot", "attention", "complex"), by_due=True)
ORDERS = {order.name: order for order in (BY_DUE, BY_RECEIPT, BY_SEVERITY)}
