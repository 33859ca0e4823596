"""Every kind of event survives the log, and its hash covers all that was said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import EVENTS, SEALED, Event, EventBody, ResponseDrafted
from eventlog.canonical import plain
from eventlog.crypto import CaseKey
from eventlog.envelope import Envelope, envelope_hash, payload_hash, wrap
from eventlog.errors import KeyDestroyed, SealBroken, UnknownEvent
from eventlog.keys import Keys
from eventlog.records import NO_HASH, Entry
from eventlog.unwrap import entry, unwrap
from tests.eventlog.sample import TEXT, bodies, events_of, noted, reported

KEYS = Keys(bytes(32))
KEY = KEYS.new_case_key("a")


def wrapped(event: Event, **changes: Any) -> Envelope:
    place: dict[str, Any] = {
        "case_id": "a",
        "version": 1,
        "command_id": "k1",
        "ordinal": 0,
        "cause": None,
        "prev_hash": NO_HASH,
        "key": KEY,
    }
    return wrap(event, **(place | changes))


@pytest.mark.parametrize("kind", EVENTS.values(), ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_every_event_comes_back(kind: type[EventBody], data: st.DataObject) -> None:
    event = data.draw(events_of(kind))
    row = wrapped(event)
    assert unwrap(row._asdict(), KEY) == event
    assert row.body == rfc8785.dumps(json.loads(row.body))
    blind = unwrap(row._asdict()).body
    for name in kind.model_fields:
        expected = kind.model_fields[name].default if name in SEALED else getattr(event.body, name)
        assert getattr(blind, name) == expected


def told(row: Envelope, key: CaseKey | None = None) -> Entry:
    return entry({**row._asdict(), "recorded_at": row.occurred_at}, key)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_every_event_is_shown_as_it_was_hashed(kind: type[EventBody], data: st.DataObject) -> None:
    event = data.draw(events_of(kind))
    row = wrapped(event)
    shown, blind, said = told(row, KEY), told(row), plain(event.body)
    assert rfc8785.dumps(dict(shown.facts)) == row.body
    assert blind.facts == shown.facts == {n: v for n, v in said.items() if n not in SEALED}
    assert dict(blind.words) == {}
    assert {n: v for n, v in said.items() if n in SEALED and v} == {
        name: value for name, value in shown.words.items() if value
    }
    assert (shown.version, shown.type, shown.actor) == (row.version, event.type, event.actor)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=str)
def test_what_is_sealed_is_absent_by_default(kind: type[EventBody]) -> None:
    for name in SEALED & set(kind.model_fields):
        assert kind.model_fields[name].default in (None, ())


@given(
    st.builds(
        Event,
        st.datetimes(timezones=st.just(UTC)),
        st.just(noted(1).actor),
        bodies(ResponseDrafted),
    )
)
def test_nothing_sealed_is_in_the_body(event: Event) -> None:
    assert not SEALED & set(json.loads(wrapped(event).body))


@given(
    event=events_of(ResponseDrafted), cause=st.none() | TEXT, case_id=TEXT, version=st.integers(1)
)
def test_the_hash_is_taken_over_canonical_json(
    event: Event, cause: str | None, case_id: str, version: int
) -> None:
    row = wrapped(event, cause=cause, case_id=case_id, version=version % 2**31)
    at = row.occurred_at.strftime("%m-%dT%H:%M:%S.%fZ")
    envelope: dict[str, Any] = {
        "envelope": 1,
        "case_id": row.case_id,
        "version": row.version,
        "event_id": str(row.event_id),
        "command_id": row.command_id,
        "ordinal": row.ordinal,
        "type": row.type,
        "schema_version": row.schema_version,
        "occurred_at": f"{row.occurred_at.year:04}-{at}",
        "actor": row.actor,
        "cause": row.cause,
        "payload_hash": row.payload_hash.hex(),
        "prev_hash": row.prev_hash.hex(),
    }
    assert row.hash == sha256(rfc8785.dumps(envelope)).digest()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("case_id", "b"),
        ("version", 2),
        ("command_id", None),
        ("ordinal", 1),
        ("type", "CaseClosed"),
        ("schema_version", 2),
        ("occurred_at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("actor", "system"),
        ("cause", "x"),
        ("payload_hash", bytes(32)),
        ("prev_hash", b"\1" * 32),
    ],
)
def test_a_change_of_any_hashed_column_changes_the_hash(column: str, value: Any) -> None:
    row = wrapped(noted(1))
    assert envelope_hash(row) == row.hash
    assert envelope_hash(row._replace(**{column: value})) != row.hash


@given(st.binary(), st.binary(), st.binary(min_size=1))
def test_body_and_sealed_cannot_be_shifted_into_each_other(a: bytes, b: bytes, c: bytes) -> None:
    assert payload_hash(a + c, b) != payload_hash(a, c + b)


def test_sealed_text_opens_in_its_own_place_only() -> None:
    here, there = wrapped(reported("C-1")), wrapped(reported("C-2", "khác"))
    with pytest.raises(SealBroken):
        unwrap(here._replace(sealed=there.sealed)._asdict(), KEY)
    with pytest.raises(SealBroken):
        unwrap(here._asdict(), KEYS.new_case_key("a"))


def test_a_field_cannot_take_the_place_of_another() -> None:
    body = ResponseDrafted(draft=1, by_body="b", text="lời", act="việc")
    row = wrapped(Event(noted(1).occurred_at, noted(1).actor, body))
    sealed = json.loads(row.sealed or b"")
    sealed["text"], sealed["act"] = sealed["act"], sealed["text"]
    with pytest.raises(SealBroken):
        unwrap(row._replace(sealed=json.dumps(sealed).encode())._asdict(), KEY)


def test_the_same_words_are_never_sealed_the_same_way() -> None:
    first, second = wrapped(noted(1)), wrapped(noted(1))
    assert first.sealed != second.sealed
    assert "đã xem".encode() not in (first.sealed or b"") + first.body


def test_free_text_needs_a_key_and_facts_do_not() -> None:
    with pytest.raises(KeyDestroyed):
        wrapped(noted(1), key=None)
    assert wrapped(noted(1, text=None), key=None).sealed is None


def test_an_old_form_is_lifted_on_reading() -> None:
    row = wrapped(noted(1))._replace(schema_version=-1, body=b'{"old":true}', sealed=None)
    steps = {
        ("ProgressNoted", -1): lambda data: {"older": data["old"]},
        ("ProgressNoted", 0): lambda data: {"text": "cũ"} if data["older"] else {},
    }
    assert unwrap(row._asdict(), upcasts=steps) == noted(1, text="cũ")
    with pytest.raises(UnknownEvent, match="No upcast lifts ProgressNoted from form -1"):
        unwrap(row._asdict())


#: A report as it was written before it could have a place.
WITHOUT_PLACE = (
    b'{"about_body":null,"accountable":"unit:26734","category":"road","channel":"zalo",'
    b'"clock_base":0,"code":"C-1","pack":"classic@1","pinned_pack":false,"reporter_ref":null,'
    b'"rung":"commune","unit":"26734","zone":"Asia/Ho_Chi_Minh"}'
)


def test_a_report_from_before_there_were_places_is_read_as_it_was() -> None:
    old = wrapped(reported("C-1"))._replace(schema_version=1, body=WITHOUT_PLACE)
    assert unwrap(old._asdict(), KEY) == reported("C-1")
    assert unwrap(old._asdict()) == reported("C-1", text=None)
    assert told(old).facts == told(wrapped(reported("C-1"))).facts, "whatever its form was"


@pytest.mark.parametrize(
    "change",
    [{"type": "CaseVanished"}, {"schema_version": 99, "sealed": None}, {"body": b'{"x":1}'}],
)
def test_what_this_code_does_not_know_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UnknownEvent):
        unwrap(wrapped(noted(1, text=None))._replace(**change)._asdict())
    if "body" not in change:
        with pytest.raises(UnknownEvent):
            told(wrapped(noted(1, text=None))._replace(**change))


def test_an_actor_is_part_of_what_comes_back() -> None:
    event = replace(noted(1), actor=reported("x").actor)
    assert unwrap(wrapped(event)._asdict(), KEY).actor == event.actor
