"""What of an event other programs are told: the facts named here, and nothing that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.actor import Actor
from domain.events import Event

__all__ = ["PUBLISHED", "actor_told", "published"]

_CLOCK = ("clock_id", "due_at", "reminders")
_MOVED = ("from_body", "to_body", "from_rung", "to_rung")

#: The fields of each kind of event that leave the house. No free text, no reference to a reporter,
#: no account of an officer, nothing that another system's file said of its own.
PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "CaseReported": (
        *("code", "unit", "category", "channel", "rung", "accountable", "pack", "zone"),
        *("about_body", "clock_base", "latitude_e6", "longitude_e6", "located_by"),
    ),
    "ReportSupplemented": (),
    "HistoryImported": ("source", "ref", "flags"),
    "CaseAccepted": ("by_body",),
    "CaseDeclined": ("basis",),
    "CaseRedirected": ("to",),
    "CaseClassified": ("category", "previous"),
    "SeverityChanged": ("severity", "previous"),
    "CaseMerged": ("into",),
    "CaseUnmerged": ("out_of",),
    "CaseLinked": ("to", "relation"),
    "CaseAssigned": ("lead", "coordinating"),
    "AssignmentAccepted": ("by_body",),
    "CaseHandedOver": ("by_body",),
    "AssignmentReturned": ("by_body", "times"),
    "InputRequested": ("body", "days"),
    "InputGiven": ("body",),
    "InstructionGiven": ("to",),
    "ProgressNoted": (),
    "EvidenceAttached": ("count",),
    "ResponseDrafted": ("draft", "by_body", "done_on", "has_act", "evidence_count"),
    "ResponseApproved": ("draft",),
    "ResponseReturned": ("draft",),
    "ReporterInformed": ("reached", "channel", "merged"),
    "FeedbackReceived": ("satisfied",),
    "CaseReopened": ("times",),
    "CaseClosed": ("outcome", "basis", "confirmed_by", "waived"),
    "ClockStarted": (*_CLOCK, "kind", "body", "rung", "calendar", "term", "rule"),
    "ClockPaused": ("clock_id",),
    "ClockResumed": _CLOCK,
    "ClockExtended": (*_CLOCK, "days"),
    "ClockReprojected": (*_CLOCK, "why", "next_top", "term", "rule", "calendar"),
    "ClockStopped": ("clock_id", "why"),
    "ReminderDue": ("clock_id", "firing", "to", "body", "due_at", "next_top"),
    "DeadlineMissed": ("clock_id", "kind", "body", "rung", "due_at", "next_top"),
    "CaseEscalated": (*_MOVED, "cause"),
    "TopRungReminder": ("clock_id", "firing", "body", "due_at", "next_top"),
    "IdentityDisclosed": ("basis",),
    "ReceiptReplaced": ("basis",),
    "SubjectErased": ("what", "basis"),
    "JurisdictionChanged": (*_MOVED, "basis"),
}


def published(event: Event) -> dict[str, Any]:
    """The facts of an event as JSON; an event that is not named above has none."""
    named = set(PUBLISHED.get(event.type, ()))
    return event.body.model_dump(mode="json", include=named)


def actor_told(actor: Actor) -> str:
    """Who acted, as ``role@body``: the account behind it stays here."""
    return str(Actor(actor.role, actor.body))
