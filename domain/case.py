"""The state of a case and of its clocks: what the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.events import ClockRule, LocatedBy
from domain.ledger import Ledger

__all__ = ["ENDED", "MAIN_CLOCKS", "STATES", "Case", "Clock", "Draft"]

#: Every state of a case, in the order of its life; the last four are other ends.
STATES = (
    "received",
    "accepted",
    "assigned",
    "in_progress",
    "answered",
    "informed",
    "closed",
    "declined",
    "redirected",
    "merged",
    "withdrawn",
)
#: States in which nothing runs any more.
ENDED = frozenset({"closed", "merged", "withdrawn"})
#: The clocks whose missing makes a case late; a pause of the case stops these.
MAIN_CLOCKS = frozenset({"accept", "assign", "answer"})


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or ended clock: its ledger, its rule and what it will do next."""

    clock_id: str
    kind: str
    body: str
    rung: str
    ledger: Ledger
    rule: ClockRule
    due_at: datetime | None
    reminders: tuple[datetime, ...] = ()
    next_top: datetime | None = None
    missed_at: datetime | None = None
    reminded: int = 0
    tops: int = 0
    extensions: int = 0
    stopped: str | None = None

    @property
    def paused(self) -> bool:
        """Whether a pause is open."""
        pauses = self.ledger.pauses
        return bool(pauses) and pauses[-1].end is None

    @property
    def running(self) -> bool:
        """Whether the clock has not ended; a paused clock has not."""
        return self.stopped is None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of an answer without reading its sealed text."""

    number: int
    by_body: str
    done_on: date | None
    has_act: bool
    evidence_count: int


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its events make it. Bodies and units are ids of the directory.

    ``supplements`` are those that the reporter sent, ``judged`` how often they judged the last
    answer: what others write down for a reporter is not counted.
    """

    case_id: str
    code: str
    unit: str
    category: str
    channel: str
    rung: str
    accountable: str
    pack: str
    zone: str
    reported_at: datetime
    last_at: datetime
    pinned_pack: bool = False
    about_body: str | None = None
    reporter_ref: str | None = None
    clock_base: int = 0
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    located_by: LocatedBy = "unit"
    receipt: int = 0
    version: int = 1
    state: str = "received"
    severity: str = "normal"
    held_by: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    lead: str | None = None
    coordinating: tuple[str, ...] = ()
    assignee: str | None = None
    returned: int = 0
    draft: Draft | None = None
    drafts: int = 0
    approved: Draft | None = None
    evidence: int = 0
    informed_at: datetime | None = None
    satisfied: bool | None = None
    supplements: int = 0
    judged: int = 0
    reopened: int = 0
    late: bool = False
    outcome: str | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    before_merge: Case | None = None
    survivor_of: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the case still needs somebody to act."""
        return self.state not in ENDED

    @property
    def running(self) -> tuple[Clock, ...]:
        """The clocks that have not ended."""
        return tuple(clock for clock in self.clocks if clock.running) if self.open else ()

    @property
    def paused(self) -> bool:
        """Whether the case stands still: derived from its clocks, so it cannot disagree."""
        return any(clock.paused for clock in self.running)

    @property
    def due_at(self) -> datetime | None:
        """When the accountable body's earliest running clock ends (UTC)."""
        own = (c.due_at for c in self.running if c.body == self.accountable)
        return min((due for due in own if due), default=None)

    def overdue(self, now: datetime) -> bool:
        """Whether the accountable body's running clock has run out at ``now``.

        The due time itself counts: it is when the log says ``DeadlineMissed``. A case that is
        ahead of ``now`` by its last event is judged then: time never runs backwards on it.
        """
        due = self.due_at
        return due is not None and due <= max(now, self.last_at)

    def clock(self, clock_id: str) -> Clock:
        """The clock with this id. Raises KeyError."""
        for clock in self.clocks:
            if clock.clock_id == clock_id:
                return clock
        raise KeyError(clock_id)

    def running_clock(self, kind: str) -> Clock | None:
        """The clock of this kind that has not ended, if there is one."""
        return next((clock for clock in self.running if clock.kind == kind), None)

    def asked(self) -> frozenset[str]:
        """Bodies whose input is awaited."""
        return frozenset(c.body for c in self.running if c.kind.startswith("input:"))
