"""What a reporter may know of their case: a list of what is shown, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from api.language import Language
from api.naming import Body, Unit, basis_of, body_named, unit_named
from api.roles import ROLE_NAMES
from domain.actor import Actor
from domain.case import Case
from domain.context import Law
from domain.events import (
    CaseDeclined,
    CaseMerged,
    CaseRedirected,
    CaseReopened,
    CaseUnmerged,
    Event,
    IdentityDisclosed,
    LocatedBy,
    ReceiptReplaced,
    ReporterInformed,
    ReportSupplemented,
    ResponseApproved,
    ResponseDrafted,
)
from domain.evolve import fold
from domain.ledger import TraceLine, trace

__all__ = [
    "Answered",
    "Disclosure",
    "Informed",
    "Progress",
    "Promise",
    "Stories",
    "Story",
    "informed",
    "progress",
]


class Promise(BaseModel):
    """When the accountable body must do its next step, and why then.

    ``step`` is accept, assign, answer or inform; ``due_at`` is None while it is paused. ``basis``
    and ``explanation`` are in the caller's language.
    """

    step: str
    due_at: datetime | None
    overdue: bool
    basis: tuple[str, ...]
    explanation: tuple[str, ...]


class Answered(BaseModel):
    """What the reporter was told: the answer that was approved, and the words it came with."""

    at: datetime
    reached: bool
    text: str | None = None
    act: str | None = None
    done_on: date | None = None
    message: str | None = None


class Disclosure(BaseModel):
    """Who opened the reporter's identity, and why."""

    at: datetime
    to: str
    basis: str
    reason: str | None


class Replacement(BaseModel):
    """Who gave out another receipt, and why: the one before opens nothing since then."""

    at: datetime
    by: str
    basis: str
    reason: str | None


class Progress(BaseModel):
    """Where a report stands. ``merged`` says that it goes on together with a like one.

    ``located_by`` tells from what the ``unit`` was known. Of a case that was not taken on,
    ``refused_on`` is the legal basis; of one that another body must decide, that is
    ``redirected_to``.
    """

    code: str
    state: str
    outcome: str | None
    refused_on: str | None
    redirected_to: Body | None
    received_at: datetime
    unit: Unit
    located_by: LocatedBy
    category: str
    accountable: Body
    promised: Promise | None
    paused: bool
    reopened: int
    merged: bool
    supplements: int
    answers: tuple[Answered, ...]
    disclosures: tuple[Disclosure, ...]
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A case with everything that happened to it, opened."""

    case: Case
    events: Sequence[Event]

    @classmethod
    def of(cls, case_id: str, events: Sequence[Event]) -> Story:
        """Raises ValueError: a case without events has no story."""
        case = fold(case_id, events)
        if case is None:
            raise ValueError(f"Case {case_id} has no events.")
        return cls(case, events)

    @property
    def merged_into(self) -> set[str]:
        """Every case that it was ever merged into."""
        merges = (event.body for event in self.events)
        return {body.into for body in merges if isinstance(body, CaseMerged)}


#: Stories by the ids of their cases: of one, and of all that it was ever merged into.
Stories: TypeAlias = Mapping[str, Story]


def progress(own: Story, others: Stories, law: Law, now: datetime, language: Language) -> Progress:
    """What the reporter of ``own`` sees; it may go on in one of the ``others``: its survivor."""
    case, leading = own.case, _going_on(own, others).case
    zone = ZoneInfo(case.zone)
    return Progress(
        code=case.code,
        state=case.state,
        outcome=case.outcome,
        refused_on=_refused_on(own) if case.outcome == "refused" else None,
        redirected_to=_redirected_to(own, law) if case.outcome == "redirected" else None,
        received_at=case.reported_at.astimezone(zone),
        unit=unit_named(case.unit, law),
        located_by=case.located_by,
        category=case.category,
        accountable=body_named(leading.accountable, law),
        promised=_promised(leading, law, now, language),
        paused=leading.paused,
        reopened=case.reopened,
        merged=case.case_id != leading.case_id,
        supplements=sum(isinstance(one.body, ReportSupplemented) for one in own.events),
        answers=tuple(_answered(one, zone) for one in informed(own, others)),
        disclosures=tuple(_disclosures(own, law, language)),
        replacements=tuple(_replacements(own, law, language)),
    )


def _refused_on(story: Story) -> str | None:
    bodies = [event.body for event in story.events]
    return next((one.basis for one in reversed(bodies) if isinstance(one, CaseDeclined)), None)


def _redirected_to(story: Story, law: Law) -> Body | None:
    bodies = [event.body for event in story.events]
    to = next((one.to for one in reversed(bodies) if isinstance(one, CaseRedirected)), None)
    return body_named(to, law) if to else None


def _promised(case: Case, law: Law, now: datetime, language: Language) -> Promise | None:
    """The accountable body's clock that ends first; one that stands still comes last."""
    own = [clock for clock in case.running if clock.body == case.accountable]
    if not own:
        return None
    clock = min(own, key=lambda one: (one.due_at is None, one.due_at or now))
    lines = trace(clock.ledger, law.calendars[clock.ledger.calendar], now, law.basis)
    return Promise(
        step=clock.kind.partition(":")[0],
        due_at=clock.due_at.astimezone(ZoneInfo(case.zone)) if clock.due_at else None,
        overdue=case.overdue(now),
        basis=basis_of(clock, law, language),
        explanation=tuple(_told(line, language) for line in lines),
    )


def _told(line: TraceLine, language: Language) -> str:
    number = "" if line.counted is None else f" [{line.counted}]"
    return f"{line.day or ''}{number} {line.said_in(language)}".strip()


def _going_on(story: Story, others: Stories) -> Story:
    """The case in which this one goes on; itself, if it is not merged."""
    passed: set[str] = set()
    while story.case.merged_into in others.keys() - passed:
        passed.add(story.case.merged_into)
        story = others[story.case.merged_into]
    return story


@dataclass(frozen=True, slots=True)
class Informed:
    """That a reporter was told: the event, and the draft that was approved by then, if any.

    ``own`` says whether it is of the reporter's own case or of one that it was merged into.
    """

    event: Event
    body: ReporterInformed
    draft: Event | None
    own: bool = True


def informed(own: Story, others: Stories) -> Sequence[Informed]:
    """What a reporter was told, in order: of the own case, and of each that it was merged into.

    The answer of a survivor is owed to all for as long as they are merged into it.
    """
    return sorted(_informed(own, others), key=attrgetter("event.occurred_at"))


def _informed(own: Story, others: Stories) -> Iterator[Informed]:
    yield from _own_informed(own)
    for into, since, until in _merges(own):
        rest = {case_id: story for case_id, story in others.items() if case_id != into}
        for one in _informed(others[into], rest) if into in others else ():
            at = one.event.occurred_at
            if since <= at and (until is None or at <= until):
                yield replace(one, own=False)


def _merges(story: Story) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Into which cases it was merged, from when until when; None: until now."""
    merged: tuple[str, datetime] | None = None
    for event in story.events:
        if isinstance(event.body, CaseMerged):
            merged = event.body.into, event.occurred_at
        elif merged is not None and isinstance(event.body, CaseUnmerged | CaseReopened):
            yield *merged, event.occurred_at
            merged = None
    if merged is not None:
        yield *merged, None


def _own_informed(story: Story) -> Iterator[Informed]:
    """Only an answer that was approved, and only once the reporter was to be told."""
    drafts: dict[int, Event] = {}
    approved: Event | None = None
    for event in story.events:
        body = event.body
        if isinstance(body, ResponseDrafted):
            drafts[body.draft] = event
        elif isinstance(body, ResponseApproved):
            approved = drafts.get(body.draft)
        elif isinstance(body, CaseReopened):
            approved = None
        elif isinstance(body, ReporterInformed) and body.through is None:
            yield Informed(event, body, approved)


def _answered(one: Informed, zone: ZoneInfo) -> Answered:
    """The words to another reporter are not owed to this one."""
    answer = one.draft.body if one.draft else None
    drafted = answer if isinstance(answer, ResponseDrafted) else None
    return Answered(
        at=one.event.occurred_at.astimezone(zone),
        reached=one.body.reached,
        text=drafted.text if drafted else None,
        act=drafted.act if drafted else None,
        done_on=drafted.done_on if drafted else None,
        message=one.body.text if one.own else None,
    )


def _disclosures(story: Story, law: Law, language: Language) -> Iterator[Disclosure]:
    zone = ZoneInfo(story.case.zone)
    for event in story.events:
        body, actor = event.body, event.actor
        if isinstance(body, IdentityDisclosed):
            yield Disclosure(
                at=event.occurred_at.astimezone(zone),
                to=_who(actor, law, language),
                basis=body.basis,
                reason=body.reason,
            )


def _replacements(story: Story, law: Law, language: Language) -> Iterator[Replacement]:
    zone = ZoneInfo(story.case.zone)
    for event in story.events:
        body = event.body
        if isinstance(body, ReceiptReplaced):
            yield Replacement(
                at=event.occurred_at.astimezone(zone),
                by=_who(event.actor, law, language),
                basis=body.basis,
                reason=body.reason,
            )


def _who(actor: Actor, law: Law, language: Language) -> str:
    role = ROLE_NAMES[actor.role].said_in(language)
    return f"{role}, {body_named(actor.body or '', law).name}"
