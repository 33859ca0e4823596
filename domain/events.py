"""Every event of a case, on one page: what can be said to have happened.

Fields named ``text``, ``reason``, ``act``, ``evidence`` and ``address`` are free text: they are
sealed under the case's key and are absent (None or empty) when a history is read without its key.
``files`` tell of attachments, whose content is elsewhere and sealed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from domain.actor import Actor
from domain.files import File
from domain.ledger import Term
from domain.policy import Extension, Limit

__all__ = ["EVENTS", "SEALED", "ClockRule", "Event", "EventBody", "LocatedBy"]

#: Names of the fields that are sealed wherever they occur.
SEALED = frozenset({"text", "reason", "act", "evidence", "address"})


#: What a report said of its place, from which its unit was found.
LocatedBy: TypeAlias = Literal["unit", "coordinates", "address"]


class EventBody(BaseModel):
    """What one kind of event says. ``SCHEMA`` is the version of its form."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    SCHEMA: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case: when, by whom, and what."""

    occurred_at: datetime
    actor: Actor
    body: EventBody

    @property
    def type(self) -> str:
        """The event's name, as in the log."""
        return type(self.body).__name__


class ClockRule(BaseModel):
    """The rule a clock runs under, copied into the log so that history never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    pack: str
    on_breach: Literal["escalate", "remind", "record"]
    reminders: tuple[Limit, ...] = ()
    top_every: Limit | None = None
    extension: Extension | None = None


# -- the report ------------------------------------------------------------------------------


class CaseReported(EventBody):
    """A report was received; its body and rung are accountable from this moment.

    ``latitude_e6`` and ``longitude_e6`` are millionths of a degree (WGS 84), ``address`` is what
    was said of the place; ``located_by`` tells from which of these the unit was found.
    """

    SCHEMA: ClassVar[int] = 2
    code: str
    unit: str
    category: str
    channel: str
    rung: str
    accountable: str
    pack: str
    zone: str
    pinned_pack: bool = False
    about_body: str | None = None
    reporter_ref: str | None = None
    clock_base: int = 0
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    located_by: LocatedBy = "unit"
    text: str | None = None
    address: str | None = None
    files: tuple[File, ...] = ()


class ReportSupplemented(EventBody):
    """The reporter added something."""

    SCHEMA: ClassVar[int] = 2
    text: str | None = None
    files: tuple[File, ...] = ()


class HistoryImported(EventBody):
    """The case comes from another system's file; what did not fit our rules is flagged."""

    source: str
    ref: str
    flags: tuple[str, ...] = ()
    facts: dict[str, str] = {}


# -- triage ----------------------------------------------------------------------------------


class CaseAccepted(EventBody):
    """A body took the case on (thụ lý)."""

    by_body: str
    reason: str | None = None


class CaseDeclined(EventBody):
    """The case is not taken on, with its legal basis (từ chối)."""

    basis: str
    reason: str | None = None


class CaseRedirected(EventBody):
    """Another body is competent; the reporter is told which (chuyển)."""

    to: str
    reason: str | None = None


class CaseClassified(EventBody):
    """The case was put into another category (phân loại)."""

    category: str
    previous: str
    reason: str | None = None


class SeverityChanged(EventBody):
    """The gravity of the case was judged anew."""

    severity: str
    previous: str
    reason: str | None = None


class CaseMerged(EventBody):
    """The case duplicates another one and goes on with it (gộp)."""

    into: str
    reason: str | None = None


class CaseUnmerged(EventBody):
    """The merge was undone; the case stands as before (tách)."""

    out_of: str
    reason: str | None = None


class CaseLinked(EventBody):
    """The case has to do with another one: related, or the survivor of a merge."""

    to: str
    relation: Literal["related", "survivor_of", "no_longer_survivor_of"]
    reason: str | None = None


class CaseAssigned(EventBody):
    """A lead body (chủ trì) and coordinating bodies (phối hợp) were named."""

    lead: str
    coordinating: tuple[str, ...] = ()
    reason: str | None = None


class AssignmentAccepted(EventBody):
    """An officer of the lead body took the work up."""

    by_body: str
    officer: str | None = None
    reason: str | None = None


class AssignmentReturned(EventBody):
    """The lead body gave the work back; ``times`` counts the ping-pong."""

    by_body: str
    times: int
    reason: str | None = None


class CaseHandedOver(EventBody):
    """Another officer goes on with the work (bàn giao); both are ids of accounts."""

    from_officer: str
    to_officer: str
    by_body: str
    reason: str | None = None


# -- the work --------------------------------------------------------------------------------


class InputRequested(EventBody):
    """Another body was asked for its input within ``days`` working days."""

    body: str
    days: int
    text: str | None = None
    reason: str | None = None


class InputGiven(EventBody):
    """The body asked gave its input."""

    body: str
    text: str | None = None


class InstructionGiven(EventBody):
    """A leader instructed a body (chỉ đạo)."""

    to: str
    text: str | None = None


class ProgressNoted(EventBody):
    """Progress was written down; it moves no clock."""

    text: str | None = None


class EvidenceAttached(EventBody):
    """Evidence was added to the case; ``count`` is of descriptions and files together."""

    SCHEMA: ClassVar[int] = 2
    count: int
    evidence: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


class ResponseDrafted(EventBody):
    """An answer to the reporter was drafted; ``files`` go to the reporter with it."""

    SCHEMA: ClassVar[int] = 2
    draft: int
    by_body: str
    done_on: date | None = None
    has_act: bool = False
    evidence_count: int = 0
    text: str | None = None
    act: str | None = None
    evidence: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


class ResponseApproved(EventBody):
    """A leader approved the draft: the case is answered."""

    draft: int
    reason: str | None = None


class ResponseReturned(EventBody):
    """A leader sent the draft back."""

    draft: int
    reason: str | None = None


class ReporterInformed(EventBody):
    """The reporter was told, or why that was impossible; ``merged`` names those told with them."""

    reached: bool = True
    channel: str | None = None
    through: str | None = None
    merged: tuple[str, ...] = ()
    text: str | None = None
    reason: str | None = None


class FeedbackReceived(EventBody):
    """The reporter said whether the answer satisfied."""

    satisfied: bool
    text: str | None = None
    reason: str | None = None


class CaseReopened(EventBody):
    """The case is open again; ``times`` counts the reopenings."""

    times: int
    reason: str | None = None


class CaseClosed(EventBody):
    """The case ended with an outcome; closed is not solved."""

    outcome: str
    basis: str | None = None
    confirmed_by: Literal["reporter", "office"] | None = None
    waived: tuple[str, ...] = ()
    reason: str | None = None


# -- clocks ----------------------------------------------------------------------------------


class ClockStarted(EventBody):
    """A clock began; its ledger, rule and first schedule are here."""

    clock_id: str
    kind: str
    body: str
    rung: str
    calendar: str
    term: Term
    rule: ClockRule
    due_at: datetime
    reminders: tuple[datetime, ...] = ()


class ClockPaused(EventBody):
    """A clock stands still, waiting for somebody."""

    clock_id: str
    waiting_for: str
    reason: str | None = None


class ClockResumed(EventBody):
    """A clock runs again; the pause has moved its due time."""

    clock_id: str
    due_at: datetime
    reminders: tuple[datetime, ...] = ()
    reason: str | None = None


class ClockExtended(EventBody):
    """A leader gave more time, in working days."""

    clock_id: str
    days: int
    due_at: datetime
    reminders: tuple[datetime, ...] = ()
    reason: str | None = None


class ClockReprojected(EventBody):
    """The due time was computed anew because a rule or a calendar changed."""

    clock_id: str
    why: Literal["severity", "calendar"]
    due_at: datetime | None
    reminders: tuple[datetime, ...] = ()
    next_top: datetime | None = None
    term: Term | None = None
    rule: ClockRule | None = None
    calendar: str | None = None


class ClockStopped(EventBody):
    """A clock ended, and why."""

    clock_id: str
    why: str


class ReminderDue(EventBody):
    """Somebody is reminded that a clock is about to end, or has ended."""

    clock_id: str
    firing: str
    to: Literal["accountable", "leadership"]
    body: str
    due_at: datetime
    next_top: datetime | None = None


class DeadlineMissed(EventBody):
    """A clock ran out."""

    clock_id: str
    kind: str
    body: str
    rung: str
    due_at: datetime
    next_top: datetime | None = None


class CaseEscalated(EventBody):
    """The next rung's body is accountable now (chuyển cấp trên)."""

    from_body: str
    to_body: str
    from_rung: str
    to_rung: str
    cause: Literal["deadline", "officer", "reopened"]
    reason: str | None = None


class TopRungReminder(EventBody):
    """There is no rung above: the leadership is reminded, again and again."""

    clock_id: str
    firing: str
    body: str
    due_at: datetime
    next_top: datetime | None


# -- the people and the map ------------------------------------------------------------------


class IdentityDisclosed(EventBody):
    """Somebody opened the reporter's identity; the reporter can see it."""

    to: str
    basis: str
    reason: str | None = None


class ReceiptReplaced(EventBody):
    """The reporter lost the receipt and got another one: from now on only ``number`` opens."""

    number: int
    basis: str
    reason: str | None = None


class SubjectErased(EventBody):
    """A key was destroyed at the request of a person or by retention."""

    what: Literal["identity", "free_text"]
    basis: str


class JurisdictionChanged(EventBody):
    """The accountable body ceased to be; its successor, or the next rung up, took over."""

    from_body: str
    to_body: str
    from_rung: str
    to_rung: str
    basis: str


#: Every kind of event by its name.
EVENTS: dict[str, type[EventBody]] = {kind.__name__: kind for kind in EventBody.__subclasses__()}
