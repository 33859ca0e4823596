"""How each event changes a case: one small function per event, and the fold over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch
from typing import Any

from domain import events as e
from domain import ledger
from domain.actor import REPORTER
from domain.case import MAIN_CLOCKS, Case, Clock, Draft

__all__ = ["birth", "evolve", "fold"]


def fold(case_id: str, history: Iterable[e.Event], case: Case | None = None) -> Case | None:
    """The state after ``history``, going on from ``case`` if one is given."""
    for event in history:
        case = birth(case_id, event) if case is None else evolve(case, event)
    return case


def birth(case_id: str, event: e.Event) -> Case:
    """The state after a case's first event, which must be CaseReported."""
    body = event.body
    if not isinstance(body, e.CaseReported):
        raise ValueError(f"A case begins with CaseReported, not with {event.type}.")
    facts = {name: getattr(body, name) for name in _BIRTH}
    at = event.occurred_at
    return Case(case_id=case_id, reported_at=at, last_at=at, **facts)


_BIRTH = tuple(name for name in e.CaseReported.model_fields if name not in {*e.SEALED, "files"})


def evolve(case: Case, event: e.Event) -> Case:
    """The state after one more event."""
    after = _apply(event.body, case, event)
    return replace(after, version=case.version + 1, last_at=max(case.last_at, event.occurred_at))


@singledispatch
def _apply(body: e.EventBody, case: Case, event: e.Event) -> Case:
    """Events that only add to the history leave the state as it is."""
    return case


def _clock(case: Case, clock_id: str, **changes: Any) -> Case:
    clocks = tuple(
        replace(clock, **changes) if clock.clock_id == clock_id else clock for clock in case.clocks
    )
    return replace(case, clocks=clocks)


# -- triage ----------------------------------------------------------------------------------


@_apply.register
def _(body: e.CaseAccepted, case: Case, event: e.Event) -> Case:
    return replace(case, state="accepted")


@_apply.register
def _(body: e.CaseDeclined, case: Case, event: e.Event) -> Case:
    return replace(case, state="declined", outcome="refused")


@_apply.register
def _(body: e.CaseRedirected, case: Case, event: e.Event) -> Case:
    return replace(case, state="redirected", outcome="redirected")


@_apply.register
def _(body: e.CaseClassified, case: Case, event: e.Event) -> Case:
    return replace(case, category=body.category)


@_apply.register
def _(body: e.SeverityChanged, case: Case, event: e.Event) -> Case:
    return replace(case, severity=body.severity)


@_apply.register
def _(body: e.CaseMerged, case: Case, event: e.Event) -> Case:
    return replace(case, state="merged", outcome="merged", merged_into=body.into, before_merge=case)


@_apply.register
def _(body: e.CaseUnmerged, case: Case, event: e.Event) -> Case:
    before = case.before_merge or case
    return replace(
        before,
        survivor_of=case.survivor_of,
        evidence=case.evidence,
        receipt=case.receipt,
        supplements=case.supplements,
    )


@_apply.register
def _(body: e.CaseLinked, case: Case, event: e.Event) -> Case:
    others = tuple(other for other in case.survivor_of if other != body.to)
    if body.relation == "survivor_of":
        return replace(case, survivor_of=(*others, body.to))
    return replace(case, survivor_of=others) if body.relation != "related" else case


@_apply.register
def _(body: e.CaseAssigned, case: Case, event: e.Event) -> Case:
    return replace(
        case, state="assigned", lead=body.lead, coordinating=body.coordinating, assignee=None
    )


@_apply.register
def _(body: e.AssignmentAccepted, case: Case, event: e.Event) -> Case:
    return replace(case, state="in_progress", assignee=body.officer)


@_apply.register
def _(body: e.AssignmentReturned, case: Case, event: e.Event) -> Case:
    return replace(
        case, state="accepted", lead=None, coordinating=(), assignee=None, returned=body.times
    )


@_apply.register
def _(body: e.CaseHandedOver, case: Case, event: e.Event) -> Case:
    return replace(case, assignee=body.to_officer)


# -- the work --------------------------------------------------------------------------------


@_apply.register
def _(body: e.EvidenceAttached, case: Case, event: e.Event) -> Case:
    return replace(case, evidence=case.evidence + body.count)


@_apply.register
def _(body: e.ResponseDrafted, case: Case, event: e.Event) -> Case:
    draft = Draft(body.draft, body.by_body, body.done_on, body.has_act, body.evidence_count)
    return replace(case, state="in_progress", draft=draft, drafts=body.draft)


@_apply.register
def _(body: e.ResponseApproved, case: Case, event: e.Event) -> Case:
    return replace(case, state="answered", approved=case.draft, draft=None)


@_apply.register
def _(body: e.ResponseReturned, case: Case, event: e.Event) -> Case:
    return replace(case, draft=None)


@_apply.register
def _(body: e.ReporterInformed, case: Case, event: e.Event) -> Case:
    state = "informed" if case.state == "answered" else case.state
    return replace(case, state=state, informed_at=event.occurred_at, judged=0)


@_apply.register
def _(body: e.FeedbackReceived, case: Case, event: e.Event) -> Case:
    return replace(case, satisfied=body.satisfied, judged=case.judged + _reporters_own(event))


@_apply.register
def _(body: e.ReportSupplemented, case: Case, event: e.Event) -> Case:
    return replace(case, supplements=case.supplements + _reporters_own(event))


def _reporters_own(event: e.Event) -> int:
    return int(event.actor.role == REPORTER.role)


@_apply.register
def _(body: e.ReceiptReplaced, case: Case, event: e.Event) -> Case:
    return replace(case, receipt=body.number)


@_apply.register
def _(body: e.CaseReopened, case: Case, event: e.Event) -> Case:
    return replace(
        case,
        state="in_progress" if case.lead else "accepted",
        reopened=body.times,
        outcome=None,
        closed_at=None,
        draft=None,
        approved=None,
        satisfied=None,
        informed_at=None,
        merged_into=None,
        before_merge=None,
    )


@_apply.register
def _(body: e.CaseClosed, case: Case, event: e.Event) -> Case:
    state = "withdrawn" if body.outcome == "withdrawn" else "closed"
    return replace(case, state=state, outcome=body.outcome, closed_at=event.occurred_at)


# -- clocks ----------------------------------------------------------------------------------


@_apply.register
def _(body: e.ClockStarted, case: Case, event: e.Event) -> Case:
    clock = Clock(
        clock_id=body.clock_id,
        kind=body.kind,
        body=body.body,
        rung=body.rung,
        ledger=ledger.Ledger(calendar=body.calendar, terms=(body.term,)),
        rule=body.rule,
        due_at=body.due_at,
        reminders=body.reminders,
    )
    return replace(case, clocks=(*case.clocks, clock))


@_apply.register
def _(body: e.ClockPaused, case: Case, event: e.Event) -> Case:
    paused = ledger.open_pause(case.clock(body.clock_id).ledger, event.occurred_at)
    return _clock(case, body.clock_id, ledger=paused, due_at=None, reminders=())


@_apply.register
def _(body: e.ClockResumed, case: Case, event: e.Event) -> Case:
    resumed = ledger.close_pause(case.clock(body.clock_id).ledger, event.occurred_at)
    schedule = {"due_at": body.due_at, "reminders": body.reminders}
    return _clock(case, body.clock_id, ledger=resumed, **schedule)


@_apply.register
def _(body: e.ClockExtended, case: Case, event: e.Event) -> Case:
    clock = case.clock(body.clock_id)
    return _clock(
        case,
        body.clock_id,
        ledger=ledger.extend(clock.ledger, event.occurred_at, body.days),
        extensions=clock.extensions + 1,
        due_at=body.due_at,
        reminders=body.reminders,
    )


@_apply.register
def _(body: e.ClockReprojected, case: Case, event: e.Event) -> Case:
    clock = case.clock(body.clock_id)
    changed = ledger.add_term(clock.ledger, body.term) if body.term else clock.ledger
    if body.calendar:
        changed = changed.model_copy(update={"calendar": body.calendar})
    return _clock(
        case,
        body.clock_id,
        ledger=changed,
        rule=body.rule or clock.rule,
        due_at=body.due_at,
        reminders=body.reminders,
        next_top=body.next_top,
    )


@_apply.register
def _(body: e.ClockStopped, case: Case, event: e.Event) -> Case:
    return _clock(case, body.clock_id, stopped=body.why)


@_apply.register
def _(body: e.ReminderDue, case: Case, event: e.Event) -> Case:
    clock = case.clock(body.clock_id)
    if body.firing.startswith("top:"):
        return _clock(case, body.clock_id, tops=clock.tops + 1, next_top=body.next_top)
    left = clock.reminders[1:] if body.to == "accountable" else clock.reminders
    return _clock(case, body.clock_id, reminded=clock.reminded + 1, reminders=left)


@_apply.register
def _(body: e.DeadlineMissed, case: Case, event: e.Event) -> Case:
    missed = _clock(
        case, body.clock_id, missed_at=event.occurred_at, next_top=body.next_top, reminders=()
    )
    return replace(missed, late=case.late or body.kind in MAIN_CLOCKS)


@_apply.register
def _(body: e.TopRungReminder, case: Case, event: e.Event) -> Case:
    tops = case.clock(body.clock_id).tops + 1
    return _clock(case, body.clock_id, tops=tops, next_top=body.next_top)


# -- who is accountable ----------------------------------------------------------------------


@_apply.register
def _(body: e.CaseEscalated, case: Case, event: e.Event) -> Case:
    held = (*(b for b in case.held_by if b != body.from_body), body.from_body)
    return replace(case, accountable=body.to_body, rung=body.to_rung, held_by=held)


@_apply.register
def _(body: e.JurisdictionChanged, case: Case, event: e.Event) -> Case:
    clocks = tuple(
        replace(clock, body=body.to_body, rung=body.to_rung)
        if clock.running and clock.body == body.from_body
        else clock
        for clock in case.clocks
    )
    lead = body.to_body if case.lead == body.from_body else case.lead
    before = case.before_merge
    return replace(
        case,
        accountable=body.to_body,
        rung=body.to_rung,
        clocks=clocks,
        lead=lead,
        before_merge=_apply(body, before, event) if before else None,
    )
