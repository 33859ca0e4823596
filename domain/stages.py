"""When a case got through the stages of its life, and whether an escalation was acted on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import singledispatch

from domain import events as e

__all__ = ["Stages", "after"]


@dataclass(frozen=True, slots=True)
class Stages:
    """What the events say of a case's stages beside its state.

    Acceptance and assignment are the first ones: giving work back begins nothing anew. The answer
    is the one that stands: opening the case again takes it back. ``owed_at`` is since when the
    reporter is owed word: the answer, a refusal or a redirection. ``imported`` cases do not say
    when they were accepted and assigned. A merge ends no stage, so an unmerge restores none.
    """

    accepted_at: datetime | None = None
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    owed_at: datetime | None = None
    escalated_at: datetime | None = None
    escalated_to: str | None = None
    imported: bool = False


def after(stages: Stages, event: e.Event) -> Stages:
    """The stages after one more event."""
    return _apply(event.body, _acted(stages, event), event)


def _acted(stages: Stages, event: e.Event) -> Stages:
    """Whatever people of the body do is acting on it; to see to the reporter's papers is not."""
    if stages.escalated_to is None or event.actor.body != stages.escalated_to:
        return stages
    if isinstance(event.body, e.IdentityDisclosed | e.ReceiptReplaced):
        return stages
    return replace(stages, escalated_at=None, escalated_to=None)


@singledispatch
def _apply(body: e.EventBody, stages: Stages, event: e.Event) -> Stages:
    """Most events end no stage."""
    return stages


@_apply.register
def _(body: e.HistoryImported, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, imported=True)


@_apply.register
def _(body: e.CaseAccepted, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, accepted_at=stages.accepted_at or event.occurred_at)


@_apply.register
def _(body: e.CaseAssigned, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, assigned_at=stages.assigned_at or event.occurred_at)


@_apply.register
def _(body: e.ResponseApproved, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, answered_at=event.occurred_at, owed_at=event.occurred_at)


@_apply.register(e.CaseDeclined)
@_apply.register(e.CaseRedirected)
def _(body: e.EventBody, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, owed_at=event.occurred_at)


@_apply.register
def _(body: e.CaseReopened, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, answered_at=None, owed_at=None)


@_apply.register
def _(body: e.CaseEscalated, stages: Stages, event: e.Event) -> Stages:
    return replace(stages, escalated_at=event.occurred_at, escalated_to=body.to_body)


@_apply.register
def _(body: e.JurisdictionChanged, stages: Stages, event: e.Event) -> Stages:
    """What waits for a body that ceased waits for the one that took over."""
    if stages.escalated_to != body.from_body:
        return stages
    return replace(stages, escalated_to=body.to_body)
