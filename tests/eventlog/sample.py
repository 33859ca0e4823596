"""Small histories to write into the log, and values of every kind of event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from domain.actor import SYSTEM, Actor
from domain.events import CaseReported, Event, EventBody, ProgressNoted
from domain.ledger import Term
from domain.row import CaseRow
from eventlog.records import Append, CaseAppend, StoredCommand
from eventlog.store import EventStore

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
OFFICER = Actor("case_officer", "unit:26734", "an")


def reported(code: str, text: str | None = "Ổ gà lớn") -> Event:
    body = CaseReported(
        code=code,
        unit="26734",
        category="road",
        channel="zalo",
        rung="commune",
        accountable="unit:26734",
        pack="classic@1",
        zone="Asia/Ho_Chi_Minh",
        text=text,
    )
    return Event(START, OFFICER, body)


def noted(minutes: int, text: str | None = "đã xem") -> Event:
    return Event(START + timedelta(minutes=minutes), OFFICER, ProgressNoted(text=text))


def by_clock(body: EventBody, minutes: int = 1) -> Event:
    return Event(START + timedelta(minutes=minutes), SYSTEM, body)


def project(case_id: str, events: Sequence[Event]) -> CaseRow:
    """A read model simple enough to be right by inspection."""
    first = events[0].body
    assert isinstance(first, CaseReported)
    return CaseRow(
        case_id=case_id,
        version=len(events),
        code=first.code,
        state="received",
        rung=first.rung,
        accountable=first.accountable,
        unit=first.unit,
        category=first.category,
        severity="normal",
        channel=first.channel,
        pack=first.pack,
        received_at=events[0].occurred_at,
        changed_at=events[-1].occurred_at,
        due_at=None,
        next_wakeup=None,
        late=False,
        paused=False,
        reopened=0,
        open=True,
        outcome=None,
        lead=None,
        assignee=None,
        about_body=first.about_body,
        merged_into=None,
        closed_at=None,
        involved=(),
        latitude_e6=first.latitude_e6,
        longitude_e6=first.longitude_e6,
        receipt=0,
    )


def command(command_id: str, case_id: str) -> StoredCommand:
    return StoredCommand(command_id, case_id, bytes(32), {"version": 1, "detail": "xong rồi"})


def new_case(case_id: str, *later: Event, command_id: str | None = None) -> Append:
    events = [reported(f"C-{case_id}"), *later]
    case = CaseAppend(case_id, 0, None, events, project(case_id, events))
    return Append(command(command_id, case_id) if command_id else None, [case])


async def following(
    store: EventStore, case_id: str, *events: Event, command_id: str | None = None
) -> Append:
    """More events on a case, on top of what is there now."""
    now = await store.snapshot(case_id)
    row = project(case_id, [*(seen.event for seen in now.events), *events])
    case = CaseAppend(case_id, now.version, now.hash, events, row, now.key)
    return Append(command(command_id, case_id) if command_id else None, [case])


async def add(store: EventStore, case_id: str, *events: Event) -> None:
    await store.append([await following(store, case_id, *events)])


def renamed(append: Append, command_id: str) -> Append:
    case_id = append.cases[0].case_id
    return replace(append, command=command(command_id, case_id))


# -- any value of any event ------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
MOMENTS = st.datetimes(timezones=st.just(UTC))
_TERMS = st.builds(
    Term,
    start=MOMENTS,
    amount=st.integers(1, 400),
    unit=st.sampled_from(["working_day", "calendar_day", "hour"]),
    rule=TEXT,
    basis=TEXT,
)
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(1, 2**53 - 1),
    bool: st.booleans(),
    NoneType: st.none(),
    datetime: MOMENTS,
    date: st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    Term: _TERMS,
}


_GENERIC: dict[Any, Callable[..., st.SearchStrategy[Any]]] = {
    Annotated: lambda kind, *_: values(kind),
    Literal: lambda *words: st.sampled_from(words),
    Union: lambda *kinds: st.one_of(*map(values, kinds)),
    UnionType: lambda *kinds: st.one_of(*map(values, kinds)),
    tuple: lambda kind, *_: st.lists(values(kind), max_size=3).map(tuple),
    dict: lambda *_: st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TEXT),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotation that occurs in an event."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    make = _GENERIC.get(get_origin(kind))
    return make(*get_args(kind)) if make else bodies(kind)


def bodies(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any instance of a model."""
    fields = {name: values(field.annotation) for name, field in kind.model_fields.items()}
    return st.builds(kind, **fields)


ACTORS = st.one_of(
    st.just(SYSTEM),
    st.builds(Actor, st.just("leader"), st.just("unit:79"), st.none() | st.just("b")),
)


def events_of(kind: type[EventBody]) -> st.SearchStrategy[Event]:
    """Any event of a kind."""
    return st.builds(Event, MOMENTS, ACTORS, bodies(kind))
