"""A row as the events of a case: a complete history if it is closed, a running clock if not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain import events as e
from domain.actor import SYSTEM, Actor
from domain.case import Case
from domain.evolve import birth
from workers.importing.choice import Refused
from workers.importing.clocks import Clocks
from workers.importing.ending import Ending, ending_of, state_of
from workers.importing.entry import Entry
from workers.importing.placing import Place, Placing

__all__ = ["Historian", "Imported"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A row as a case with all its events; ``case`` is the fold of them."""

    case: Case
    events: tuple[e.Event, ...]

    @property
    def late(self) -> bool:
        """The engine's own judgement: whether the ``answer`` clock was missed."""
        return self.case.late


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
        case = birth(case_id, first)
        clock, flags = self._clocks.answer(case, entry, place)
        imported = self._imported(entry, (*entry.flags, *place.flags, *flags))
        begun = [imported, *_taken_on(place), *([clock] if clock else [])]
        ending = ending_of(entry, clock)
        events = (
            first,
            *(e.Event(entry.opened, actor, body) for body in begun),
            *(_ended(entry, place, actor, clock, ending) if ending else ()),
        )
        return Imported(state_of(case, len(events), place, clock, ending), events)

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
        pack=place.pack_ref,
        zone=pack.zone,
        pinned_pack=place.pinned,
        text=entry.text,
    )


def _taken_on(place: Place) -> Iterator[e.EventBody]:
    """A case in another system's file was taken on there; when, the file does not say."""
    yield e.CaseAccepted(by_body=place.accountable)
    if place.lead is not None:
        yield e.CaseAssigned(lead=place.lead)


def _ended(
    entry: Entry, place: Place, actor: Actor, clock: e.ClockStarted | None, ending: Ending
) -> Iterator[e.Event]:
    """What a closed row tells: whether its time ran out, the answer given, and the outcome."""
    if clock is not None and ending.missed_at is not None:
        yield e.Event(ending.missed_at, SYSTEM, _missed(clock))
    for body in _closing(entry, place, clock):
        yield e.Event(ending.closed_at, actor, body)


def _missed(clock: e.ClockStarted) -> e.DeadlineMissed:
    return e.DeadlineMissed(
        clock_id=clock.clock_id,
        kind=clock.kind,
        body=clock.body,
        rung=clock.rung,
        due_at=clock.due_at,
    )


def _closing(entry: Entry, place: Place, clock: e.ClockStarted | None) -> Iterator[e.EventBody]:
    if entry.answer is not None:
        by_body = place.lead or place.accountable
        yield e.ResponseDrafted(draft=1, by_body=by_body, text=entry.answer)
        yield e.ResponseApproved(draft=1)
    if clock is not None:
        yield e.ClockStopped(clock_id=clock.clock_id, why="done")
    yield e.CaseClosed(outcome=entry.outcome)
