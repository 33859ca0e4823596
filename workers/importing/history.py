"""A row as the events of a case: a complete history if it is closed, a running clock if not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain import events as e
from domain.actor import SYSTEM, Actor
from domain.case import Case
from domain.evolve import birth
from domain.wake import Course
from workers.importing.choice import Refused
from workers.importing.clocks import Clocks
from workers.importing.entry import Entry
from workers.importing.placing import Place, Placing

__all__ = ["Historian", "Imported"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A row as a case with all its events; ``late`` is the engine's own judgement of ``answer``."""

    case: Case
    events: tuple[e.Event, ...]
    late: bool


class Historian:
    """Tells the rows of one file as cases."""

    def __init__(self, placing: Placing, clocks: Clocks, source: str) -> None:
        self._placing = placing
        self._clocks = clocks
        self._source = source

    def tell(self, entry: Entry, case_id: str, code: str) -> Imported:
        """The whole life of a case as far as the row knows it. Raises Refused."""
        place = self._placing.place(entry)
        _within_limit(entry, place)
        actor = Actor("integration", place.accountable, self._source)
        first = e.Event(entry.opened, actor, _reported(entry, place, code))
        course = Course(birth(case_id, first), place.context, actor, [first])
        clock, flags = self._clocks.answer(course.case, entry, place)
        course.add(self._imported(entry, (*entry.flags, *place.flags, *flags)))
        _taken_on(course, place)
        if clock is not None:
            course.add(clock)
        if entry.closed is not None:
            _ended(course, entry, entry.closed)
        return Imported(course.case, tuple(course.events), course.case.late)

    def _imported(self, entry: Entry, flags: tuple[str, ...]) -> e.HistoryImported:
        return e.HistoryImported(source=self._source, ref=entry.ref, flags=flags, facts=entry.facts)


def _within_limit(entry: Entry, place: Place) -> None:
    limit = place.context.pack.text_limit
    for text in (entry.text, entry.answer):
        if text is not None and len(text) > limit:
            raise Refused(f"a text has {len(text)} characters; at most {limit} are kept")


def _reported(entry: Entry, place: Place, code: str) -> e.CaseReported:
    pack = place.context.pack
    return e.CaseReported(
        code=code,
        unit=place.unit,
        category=place.category,
        channel=place.channel,
        rung=place.rung,
        accountable=place.accountable,
        pack=f"{pack.id}@{pack.version}",
        zone=pack.zone,
        pinned_pack=place.pinned,
        text=entry.text,
    )


def _taken_on(course: Course, place: Place) -> None:
    """A case in another system's file was taken on there; when, the file does not say."""
    course.add(e.CaseAccepted(by_body=place.accountable))
    if place.lead is not None:
        course.add(e.CaseAssigned(lead=place.lead))


def _ended(course: Course, entry: Entry, closed: datetime) -> None:
    """What a closed row tells: whether its time ran out, the answer given, and the outcome."""
    actor = course.actor
    clock = course.case.running_clock("answer")
    if clock is not None and clock.due_at is not None and clock.due_at < closed:
        course.at(clock.due_at, SYSTEM)
        course.add(
            e.DeadlineMissed(
                clock_id=clock.clock_id,
                kind=clock.kind,
                body=clock.body,
                rung=clock.rung,
                due_at=clock.due_at,
            )
        )
    course.at(closed, actor)
    if entry.answer is not None:
        by_body = course.case.lead or course.case.accountable
        course.add(e.ResponseDrafted(draft=1, by_body=by_body, text=entry.answer))
        course.add(e.ResponseApproved(draft=1))
    if clock is not None:
        course.add(e.ClockStopped(clock_id=clock.clock_id, why="done"))
    course.add(e.CaseClosed(outcome=entry.outcome))
