"""What must hold for the events of one case, whatever they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

from domain.events import Event
from domain.row import CaseRow
from eventlog.envelope import Envelope, envelope_hash, payload_hash
from eventlog.errors import EventLogError
from eventlog.firing import firing_of
from eventlog.pg import Record
from eventlog.records import NO_HASH
from eventlog.unwrap import unwrap

__all__ = ["Finding", "History", "Project", "check_case"]

#: Computes a case's row from its events, which come without free text.
Project = Callable[[str, Sequence[Event]], CaseRow]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    kind: str
    case_id: str | None
    version: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class History:
    """Everything stored about one case."""

    case_id: str
    events: Sequence[Record]
    row: CaseRow | None
    firings: frozenset[tuple[str, str]]


def check_case(case: History, project: Project) -> Iterator[Finding]:
    """The hashes, the chain, the claimed firings and the row of one case."""
    yield from _chain(case)
    try:
        events = [unwrap(record) for record in case.events]
    except (EventLogError, ValueError) as error:
        yield Finding("unreadable", case.case_id, None, str(error))
        return
    yield from _firings(case, events)
    yield from _row(case, events, project)


def _chain(case: History) -> Iterator[Finding]:
    expected, previous = 1, NO_HASH
    for record in case.events:
        stored = Envelope(*(record[name] for name in Envelope._fields))
        if stored.version != expected:
            detail = f"version {expected} is missing"
            yield Finding("gap", case.case_id, stored.version, detail)
        elif stored.prev_hash != previous:
            detail = "does not follow from the event before it"
            yield Finding("broken_chain", case.case_id, stored.version, detail)
        yield from _hashes(stored)
        expected, previous = stored.version + 1, stored.hash


def _hashes(stored: Envelope) -> Iterator[Finding]:
    if payload_hash(stored.body, stored.sealed) != stored.payload_hash:
        detail = "what it says is not what was hashed"
        yield Finding("changed_payload", stored.case_id, stored.version, detail)
    if envelope_hash(stored) != stored.hash:
        detail = "its envelope is not what was hashed"
        yield Finding("changed_envelope", stored.case_id, stored.version, detail)


def _firings(case: History, events: Sequence[Event]) -> Iterator[Finding]:
    told = frozenset(filter(None, (firing_of(event.body) for event in events)))
    for clock, firing in sorted(told ^ case.firings):
        where = "events" if (clock, firing) in told else "table"
        detail = f"{clock} {firing} is only in the {where}"
        yield Finding("firing_differs", case.case_id, None, detail)


def _row(case: History, events: Sequence[Event], project: Project) -> Iterator[Finding]:
    if case.row is None or not events:
        missing = "its row" if case.row is None else "its events"
        yield Finding("row_differs", case.case_id, None, f"{missing} are missing")
        return
    try:
        rebuilt = project(case.case_id, events)
    except (ValueError, LookupError) as error:
        yield Finding("unreadable", case.case_id, None, f"cannot be folded: {error}")
        return
    differing = [
        field.name
        for field in fields(CaseRow)
        if getattr(rebuilt, field.name) != getattr(case.row, field.name)
    ]
    if differing:
        detail = f"{', '.join(differing)} differ from the rebuild"
        yield Finding("row_differs", case.case_id, case.row.version, detail)
