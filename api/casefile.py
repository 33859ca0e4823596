"""One case as officers see it: where it stands, or stood, and why its clocks end when they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.items import Item, facts_of
from api.language import Language
from api.naming import Body, basis_of, body_named, local, zone_of
from domain.case import Case, Clock
from domain.context import Law
from domain.events import CaseReported, ReportSupplemented
from domain.evolve import fold
from domain.ledger import trace
from domain.project import row_of
from eventlog.records import Recorded

__all__ = ["CaseFile", "ClockTold", "Clocks", "Story", "case_file", "clocks_of"]


class CaseFile(Item):
    """A case with all that is known of it, except what was opened only for a reason: who reported.

    ``text`` and ``supplements`` are for those who work on cases; null and empty for the others.
    """

    held_by: Annotated[tuple[Body, ...], Field(description="Bodies it has climbed past.")]
    coordinating: tuple[Body, ...]
    asked: Annotated[tuple[Body, ...], Field(description="Bodies whose input is awaited.")]
    about_body: Annotated[Body | None, Field(description="Whom the report complains about.")]
    survivor_of: Annotated[tuple[str, ...], Field(description="Cases that were merged into it.")]
    identity_kept: Annotated[bool, Field(description="Whether the vault knows who reported.")]
    returned: Annotated[int, Field(description="How often its lead gave it back.")]
    evidence: Annotated[int, Field(description="How many pieces of evidence it has.")]
    drafts: Annotated[int, Field(description="How many answers were drafted.")]
    informed_at: datetime | None
    satisfied: Annotated[bool | None, Field(description="What the reporter said of the answer.")]
    pack: Annotated[str, Field(description="The policy it was received under, and its version.")]
    text: str | None
    supplements: tuple[str, ...]


class Line(BaseModel):
    """A line of an explanation: a local day, the number it got in the count, and why."""

    day: date | None
    counted: int | None
    text: str


class ClockTold(BaseModel):
    """A clock with the lines that explain when it ends.

    ``kind`` is accept, assign, answer, inform or input:BODY; ``stopped`` is why it ended, null
    while it runs; ``due_at`` is null while it is paused. ``basis`` and the text of ``lines`` are in
    the caller's language.
    """

    clock_id: str
    kind: str
    body: Body
    rung: str
    started_at: datetime
    due_at: datetime | None
    overdue: bool
    paused: bool
    missed_at: datetime | None
    stopped: str | None
    extensions: int
    basis: tuple[str, ...]
    lines: tuple[Line, ...]


class Clocks(BaseModel):
    """The clocks of a case, ended ones too, in the order in which they began."""

    case_id: str
    version: int
    at: datetime
    clocks: tuple[ClockTold, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A case as the events up to a moment make it, and by what it is judged: that moment."""

    case: Case
    events: Sequence[Recorded]
    at: datetime

    @classmethod
    def of(cls, history: Sequence[Recorded], now: datetime) -> Self | None:
        """The case as it stands; None without events."""
        case = fold(history[0].case_id, (one.event for one in history)) if history else None
        return None if case is None else cls(case, history, now)

    @classmethod
    def past(
        cls, history: Sequence[Recorded], as_of: datetime | None, known_at: datetime | None
    ) -> Self | None:
        """The case as it stood ``as_of`` a moment, by what was written down until ``known_at``.

        Time never runs backwards on a case, so either is a beginning of its history. None before
        that began. Raises ValueError without a moment.
        """
        at = min(moment for moment in (as_of, known_at) if moment is not None)
        told = takewhile(lambda one: _within(one, as_of, known_at), history)
        return cls.of(tuple(told), as_of or at)


def _within(one: Recorded, as_of: datetime | None, known_at: datetime | None) -> bool:
    happened = as_of is None or one.event.occurred_at <= as_of
    return happened and (known_at is None or one.recorded_at <= known_at)


def case_file(story: Story, law: Law) -> CaseFile:
    """All that is known of a case; without words where the events were read without them."""
    case = story.case
    zone = zone_of(case.pack, law)
    return CaseFile(
        **facts_of(row_of(case), law, story.at),
        held_by=_bodies(case.held_by, law),
        coordinating=_bodies(case.coordinating, law),
        asked=_bodies(sorted(case.asked()), law),
        about_body=body_named(case.about_body, law) if case.about_body else None,
        survivor_of=case.survivor_of,
        identity_kept=case.reporter_ref is not None,
        returned=case.returned,
        evidence=case.evidence,
        drafts=case.drafts,
        informed_at=local(case.informed_at, zone),
        satisfied=case.satisfied,
        pack=case.pack,
        text=next(_said(CaseReported, story.events), None),
        supplements=tuple(_said(ReportSupplemented, story.events)),
    )


def clocks_of(story: Story, law: Law, language: Language) -> Clocks:
    """Every clock of a case, explained in a language."""
    case = story.case
    told = tuple(_told(clock, story, law, language) for clock in case.clocks)
    at = story.at.astimezone(zone_of(case.pack, law))
    return Clocks(case_id=case.case_id, version=case.version, at=at, clocks=told)


def _bodies(ids: Iterable[str], law: Law) -> tuple[Body, ...]:
    return tuple(body_named(body_id, law) for body_id in ids)


def _said(
    kind: type[CaseReported | ReportSupplemented], events: Sequence[Recorded]
) -> Iterator[str]:
    for one in events:
        body = one.event.body
        if isinstance(body, kind) and body.text is not None:
            yield body.text


def _told(clock: Clock, story: Story, law: Law, language: Language) -> ClockTold:
    zone = zone_of(story.case.pack, law)
    past = clock.due_at is not None and clock.due_at <= max(story.at, story.case.last_at)
    return ClockTold(
        clock_id=clock.clock_id,
        kind=clock.kind,
        body=body_named(clock.body, law),
        rung=clock.rung,
        started_at=clock.ledger.terms[0].start.astimezone(zone),
        due_at=local(clock.due_at, zone),
        overdue=past and clock in story.case.running,
        paused=clock.running and clock.paused,
        missed_at=local(clock.missed_at, zone),
        stopped=clock.stopped,
        extensions=clock.extensions,
        basis=basis_of(clock, law, language),
        lines=tuple(_lines(clock, story, law, language)),
    )


def _lines(clock: Clock, story: Story, law: Law, language: Language) -> Iterator[Line]:
    calendar = law.calendars[clock.ledger.calendar]
    for one in trace(clock.ledger, calendar, story.at, law.basis):
        yield Line(day=one.day, counted=one.counted, text=one.said_in(language))
