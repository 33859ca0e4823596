"""Whoever changes the past with all rights of the database is found out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.events import DeadlineMissed
from eventlog.checks import Finding
from eventlog.pg import OwnConnection
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from eventlog.verify import verify
from tests.eventlog.sample import START, add, by_clock, new_case, noted, project, renamed

MISSED = DeadlineMissed(clock_id="c1", kind="accept", body="b", rung="commune", due_at=START)


@pytest.fixture
async def sound(store: EventStore, database: str) -> EventStore:
    """Two cases with five events, all sealed."""
    await store.append([renamed(new_case("a", noted(1), by_clock(MISSED)), "k1"), new_case("b")])
    await add(store, "a", noted(9))
    sealer = Sealer(database)
    await sealer.seal_once()
    await sealer.close()
    assert await verify(store.pool, project) == []
    return store


async def test_text_that_was_destroyed_takes_no_proof_with_it(sound: EventStore) -> None:
    await sound.pool.execute("delete from case_key where case_id = 'a'")
    assert await verify(sound.pool, project) == []
    left = await sound.load("a", unseal=True)
    assert {getattr(one.event.body, "text", None) for one in left} == {None}


@asynccontextmanager
async def unguarded(owner: OwnConnection) -> AsyncIterator[None]:
    """What the owner of the database can do: take the triggers away, and put them back."""
    for table in ("event", "sealed_entry"):
        await owner.execute(f"alter table {table} disable trigger user")
    yield
    for table in ("event", "sealed_entry"):
        await owner.execute(f"alter table {table} enable trigger user")


async def after(store: EventStore, owner: OwnConnection, change: str) -> list[Finding]:
    async with unguarded(owner):
        await owner.execute(change)
    return await verify(store.pool, project)


def told(findings: list[Finding]) -> set[tuple[str, str | None, int | None]]:
    return {(found.kind, found.case_id, found.version) for found in findings}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "update event set body = set_byte(body, 0, 91) where case_id = 'a' and version = 2",
            {("changed_payload", "a", 2), ("unreadable", "a", None)},
        ),
        (
            "update event set sealed = set_byte(sealed, 20, 65 + get_byte(sealed, 20) % 2) "
            "where case_id = 'a' and version = 2",
            {("changed_payload", "a", 2)},
        ),
        (
            "update event set actor = 'leader@unit:1' where case_id = 'a' and version = 4",
            {("changed_envelope", "a", 4)},
        ),
        (
            "delete from event where case_id = 'a' and version = 2",
            {("gap", "a", 3), ("row_differs", "a", 4), ("sealed_differs", "a", 2)},
        ),
        (
            "delete from event where case_id = 'a' and version = 4",
            {("row_differs", "a", 4), ("sealed_differs", "a", 4)},
        ),
        (
            "delete from event where case_id = 'b'",
            {("row_differs", "b", None), ("sealed_differs", "b", 1)},
        ),
        (
            "delete from event where case_id = 'b'; delete from case_row where case_id = 'b'",
            {("sealed_differs", "b", 1)},
        ),
        (
            "update event set version = 9 where case_id = 'a' and version = 2;"
            "update event set version = 2 where case_id = 'a' and version = 4;"
            "update event set version = 4 where case_id = 'a' and version = 9",
            {
                *(("broken_chain", "a", version) for version in (2, 3, 4)),
                *(("changed_envelope", "a", version) for version in (2, 4)),
                *(("sealed_differs", "a", version) for version in (2, 4)),
                ("row_differs", "a", 4),
            },
        ),
        ("update case_row set state = 'closed' where case_id = 'a'", {("row_differs", "a", 4)}),
        ("delete from case_row where case_id = 'a'", {("row_differs", "a", None)}),
        ("delete from firing", {("firing_differs", "a", None)}),
        ("insert into firing values ('b', 'c', 'breach')", {("firing_differs", "b", None)}),
        (
            "delete from command",
            {("command_missing", "a", version) for version in (1, 2, 3)},
        ),
        (
            "delete from sealed_entry where position = 1",
            {
                ("gap_in_positions", None, None),
                ("sealed_out_of_order", "a", 3),
                ("not_sealed", "a", 2),
            },
        ),
        (
            "update sealed_entry set leaf_hash = sha256('x') where position = 0",
            {("sealed_differs", "a", 1)},
        ),
        (
            "update event set type = 'Nothing' where case_id = 'b'",
            {("changed_envelope", "b", 1), ("unreadable", "b", None)},
        ),
    ],
)
async def test_a_change_of_the_past_is_found(
    sound: EventStore,
    owner: OwnConnection,
    change: str,
    expected: set[tuple[str, str | None, int | None]],
) -> None:
    assert told(await after(sound, owner, change)) == expected


async def test_a_rehashed_lie_is_found_where_it_meets_what_was_sealed(
    sound: EventStore, owner: OwnConnection
) -> None:
    lie = "update event set hash = sha256('lie') where case_id = 'a' and version = 4"
    assert told(await after(sound, owner, lie)) == {
        ("changed_envelope", "a", 4),
        ("sealed_differs", "a", 4),
    }


async def test_what_is_not_sealed_yet_is_no_finding(sound: EventStore) -> None:
    await add(sound, "b", noted(3))
    assert await verify(sound.pool, project) == []


async def test_pages_hide_nothing_and_findings_have_a_limit(
    store: EventStore, owner: OwnConnection
) -> None:
    await store.append([new_case(f"case{n}") for n in range(7)])
    await owner.execute("update case_row set state = 'lie'")
    for page in (1, 2, 3, 7, 100):
        assert len(await verify(store.pool, project, page=page)) == 7
    assert len(await verify(store.pool, project, limit=3)) == 3
