"""What the demo shows at the end, read from the log: counts, climbs, one history, one deadline."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import ledger
from domain.case import Clock
from domain.events import CaseEscalated, CaseReported, Event
from domain.evolve import fold
from domain.ledger import TraceLine
from domain.row import CaseRow
from eventlog.pg import Pool
from eventlog.store import EventStore
from workers.bootstrap import Log

__all__ = ["Climb", "Deadline", "Standing", "Told", "counts", "deadline", "standing", "told"]

_PAGE = 1_000
_COUNTS = "select type, count(*) as n from event group by type"
_CLIMBED = "select distinct case_id from event where type = 'CaseEscalated' order by case_id"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Climb:
    """One case that went one rung up: from whom to whom, when (UTC) and why.

    ``zone`` is where people's clocks show local time.
    """

    code: str
    zone: str
    category: str
    at: datetime
    from_body: str
    to_body: str
    from_rung: str
    to_rung: str
    cause: str


@dataclass(frozen=True, slots=True)
class Standing:
    """All cases as they stand: how many by rung and state, how many late, by outcome."""

    cases: int
    open: int
    late: int
    by_place: Mapping[tuple[str, str], int]
    by_outcome: Mapping[str, int]
    events: int
    climbs: tuple[Climb, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One case's history, with the free text that whoever runs the demo may read."""

    code: str
    zone: str
    history: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock and the lines that explain when it ends."""

    code: str
    clock: Clock
    zone: str
    lines: tuple[TraceLine, ...]


async def counts(pool: Pool) -> Counter[str]:
    """How many events of each kind there are."""
    return Counter({row["type"]: row["n"] for row in await pool.fetch(_COUNTS)})


async def standing(log: Log) -> Standing:
    """Look at every case."""
    rows = [row async for page in _pages(log.store) for row in page]
    return Standing(
        cases=len(rows),
        open=sum(row.open for row in rows),
        late=sum(row.late for row in rows),
        by_place=Counter((row.rung, row.state) for row in rows),
        by_outcome=Counter(row.outcome for row in rows if row.outcome),
        events=(await counts(log.pool)).total(),
        climbs=await _climbs(log),
    )


async def _pages(store: EventStore) -> AsyncIterator[list[CaseRow]]:
    after = ""
    while page := await store.rows(after=after, limit=_PAGE):
        yield page
        after = page[-1].case_id


async def _climbs(log: Log) -> tuple[Climb, ...]:
    """Every escalation, in the order in which they happened."""
    desks = asyncio.Semaphore(_AT_ONCE)

    async def of(case_id: str) -> list[Climb]:
        async with desks:
            history = [one.event for one in await log.store.load(case_id)]
        return list(_climbs_of(history))

    ids = [row["case_id"] for row in await log.pool.fetch(_CLIMBED)]
    found = await asyncio.gather(*(of(case_id) for case_id in ids))
    return tuple(sorted((c for own in found for c in own), key=lambda climb: climb.at))


def _climbs_of(history: list[Event]) -> Iterator[Climb]:
    first = history[0].body
    if not isinstance(first, CaseReported):
        return
    for event in history:
        if isinstance(event.body, CaseEscalated):
            yield Climb(
                code=first.code,
                zone=first.zone,
                category=first.category,
                at=event.occurred_at,
                from_body=event.body.from_body,
                to_body=event.body.to_body,
                from_rung=event.body.from_rung,
                to_rung=event.body.to_rung,
                cause=event.body.cause,
            )


async def told(log: Log, case_id: str) -> Told:
    """A case's whole history, with its free text. Raises LookupError for an unknown case."""
    history = tuple(one.event for one in await log.store.load(case_id, unseal=True))
    case = fold(case_id, history)
    if case is None:
        raise LookupError(case_id)
    return Told(case.code, case.zone, history)


async def deadline(log: Log, case_id: str) -> Deadline:
    """The last answer clock of a case, explained. Raises LookupError when it has none."""
    case = fold(case_id, tuple(one.event for one in await log.store.load(case_id)))
    clocks = [clock for clock in case.clocks if clock.kind == "answer"] if case else []
    if case is None or not clocks:
        raise LookupError(case_id)
    clock = clocks[-1]
    calendar = log.law().calendars[clock.ledger.calendar]
    return Deadline(case.code, clock, case.zone, ledger.trace(clock.ledger, calendar))
