"""Append and load: what is written comes back, and nothing is written twice or half."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import Phase, find, settings

from domain.events import EVENTS, SEALED, DeadlineMissed, Event, ReminderDue
from eventlog.errors import (
    DuplicateCode,
    DuplicateCommand,
    DuplicateFiring,
    KeyDestroyed,
    VersionConflict,
)
from eventlog.pg import OwnConnection
from eventlog.records import NO_HASH, Append, OutboxMessage
from eventlog.store import EventStore
from tests.eventlog.sample import (
    START,
    add,
    by_clock,
    command,
    events_of,
    following,
    new_case,
    noted,
    project,
    renamed,
    reported,
)

MISSED = DeadlineMissed(
    clock_id="accept:1", kind="accept", body="unit:26734", rung="commune", due_at=START
)


async def test_a_history_comes_back_as_it_was_written(store: EventStore) -> None:
    [head] = await store.append([new_case("a", noted(1), command_id="k1")])
    history = await store.load("a", unseal=True)
    assert [seen.event for seen in history] == [reported("C-a"), noted(1)]
    assert [(s.version, s.ordinal, s.command_id, s.cause) for s in history] == [
        (1, 0, "k1", None),
        (2, 1, "k1", None),
    ]
    assert (head.version, head.hash) == (2, history[-1].hash)


#: The first example that is found will do: making it small takes long.
UNSHRUNK = settings(phases=[Phase.generate], database=None)


async def test_every_kind_of_event_goes_through_the_database(store: EventStore) -> None:
    examples = {
        name: find(events_of(kind), lambda event: all(_words(event)), settings=UNSHRUNK)
        for name, kind in EVENTS.items()
    }
    await store.append([new_case(name, event) for name, event in examples.items()])
    for name, event in examples.items():
        assert [seen.event for seen in await store.load(name, unseal=True)][1] == event


def _words(event: Event) -> list[object]:
    body = event.body
    return [getattr(body, name) for name in SEALED & set(type(body).model_fields)]


async def test_without_its_key_a_history_has_no_free_text(store: EventStore) -> None:
    await store.append([new_case("a", noted(1))])
    assert [seen.event for seen in await store.load("a")] == [
        reported("C-a", text=None),
        noted(1, text=None),
    ]


async def test_a_snapshot_of_an_unknown_case_is_empty(store: EventStore) -> None:
    snapshot = await store.snapshot("nobody", "k1")
    assert (snapshot.version, snapshot.hash, snapshot.events) == (0, NO_HASH, ())
    assert snapshot.command is None
    assert snapshot.key is None


async def test_a_snapshot_after_a_known_version_brings_only_the_rest(store: EventStore) -> None:
    await store.append([new_case("a", noted(1), noted(2), command_id="k1")])
    whole = await store.snapshot("a", "k1")
    rest = await store.snapshot("a", "k1", after_version=2)
    none = await store.snapshot("a", "k1", after_version=3)
    assert [seen.version for seen in whole.events] == [1, 2, 3]
    assert [seen.version for seen in rest.events] == [3]
    assert none.events == ()
    for snapshot in (whole, rest, none):
        assert (snapshot.version, snapshot.hash) == (3, whole.hash)
        assert snapshot.command == command("k1", "a")


async def test_a_prefix_the_log_does_not_have_is_not_built_upon(store: EventStore) -> None:
    await store.append([new_case("a")])
    with pytest.raises(VersionConflict):
        await store.snapshot("a", after_version=7)


async def test_the_row_is_there_when_the_append_returns(store: EventStore) -> None:
    await store.append([new_case("a", noted(1))])
    assert await store.row("a") == project("a", [reported("C-a"), noted(1)])
    await add(store, "a", noted(9))
    row = await store.row("a")
    assert row is not None
    assert (row.version, row.changed_at) == (3, noted(9).occurred_at)


async def test_of_two_writers_one_loses_and_is_told(store: EventStore) -> None:
    await store.append([new_case("a")])
    both = [await following(store, "a", noted(n), command_id=f"k{n}") for n in (1, 2)]
    done = await asyncio.gather(*(store.append([one]) for one in both), return_exceptions=True)
    lost = [one for one in done if isinstance(one, BaseException)]
    assert [(type(one), str(one)) for one in lost] == [(VersionConflict, "VersionConflict: a")]
    assert len(await store.load("a")) == 2
    assert len(await store.handled(["k1", "k2"])) == 1


async def test_many_writers_on_one_case_make_one_chain(store: EventStore) -> None:
    await store.append([new_case("a")])

    async def write(number: int) -> None:
        while True:
            try:
                return await add(store, "a", noted(number))
            except VersionConflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(write(number) for number in range(12)))
    history = await store.load("a")
    assert [seen.version for seen in history] == list(range(1, 14))
    assert len({seen.event.occurred_at for seen in history[1:]}) == 12


async def test_a_gap_cannot_be_written(store: EventStore) -> None:
    await store.append([new_case("a")])
    good = await following(store, "a", noted(1))
    case = good.cases[0]
    ahead = replace(case, base_version=5, row=replace(case.row, version=6))
    with pytest.raises(VersionConflict) as caught:
        await store.append([replace(good, cases=[ahead])])
    assert caught.value.case_id == "a"
    assert len(await store.load("a")) == 1


async def test_a_command_is_handled_once(store: EventStore) -> None:
    await store.append([new_case("a", command_id="k1")])
    with pytest.raises(DuplicateCommand) as caught:
        await store.append([new_case("b", command_id="k1")])
    assert caught.value.command_id == "k1"
    assert await store.row("b") is None
    assert await store.find_command("k1") == command("k1", "a")
    assert await store.find_command("k2") is None


async def test_a_refusal_leaves_only_its_outcome(store: EventStore) -> None:
    await store.append([Append(command("k1", "a"))])
    snapshot = await store.snapshot("a", "k1")
    assert snapshot.command == command("k1", "a")
    assert snapshot.version == 0


async def test_a_clock_fires_once(store: EventStore) -> None:
    await store.append([new_case("a", by_clock(MISSED))])
    with pytest.raises(DuplicateFiring) as caught:
        await add(store, "a", by_clock(MISSED))
    assert caught.value.key == "a, accept:1, breach"
    reminder = ReminderDue(
        clock_id="accept:1", firing="reminder:1", to="accountable", body="b", due_at=START
    )
    await add(store, "a", by_clock(reminder))
    assert len(await store.load("a")) == 3


async def test_a_code_belongs_to_one_case(store: EventStore) -> None:
    await store.append([new_case("a")])
    other = new_case("b").cases[0]
    stolen = replace(other, row=replace(other.row, code="C-a"))
    with pytest.raises(DuplicateCode) as caught:
        await store.append([Append(None, [stolen])])
    assert caught.value.key == "C-a"
    assert await store.load("b") == []


async def test_several_reports_are_one_write(store: EventStore) -> None:
    heads = await store.append([new_case(n, command_id=f"k{n}") for n in ("c", "a", "b")])
    assert [head.case_id for head in heads] == ["a", "b", "c"]
    assert [row.case_id for row in await store.rows()] == ["a", "b", "c"]
    with pytest.raises(DuplicateCommand):
        await store.append([new_case("d"), renamed(new_case("e"), "kb")])
    assert await store.row("d") is None


async def test_one_command_on_two_cases_is_whole_or_absent(store: EventStore) -> None:
    await store.append([new_case("a"), new_case("b")])
    first, second = [await following(store, case, noted(1)) for case in ("b", "a")]
    merge = Append(command("k1", "a"), [*first.cases, *second.cases], cause="merge")
    await add(store, "b", noted(7))
    with pytest.raises(VersionConflict):
        await store.append([merge])
    assert len(await store.load("a")) == 1
    first = await following(store, "b", noted(8))
    await store.append([replace(merge, cases=[*first.cases, *second.cases])])
    assert [(s.ordinal, s.cause) for s in (await store.load("b"))[2:]] == [(0, "merge")]
    assert [(s.ordinal, s.cause) for s in (await store.load("a"))[1:]] == [(1, "merge")]


async def test_two_groups_that_share_cases_do_not_deadlock(store: EventStore) -> None:
    await store.append([new_case(f"case{n}") for n in range(6)])

    async def write(order: list[int]) -> None:
        group = [await following(store, f"case{n}", noted(n)) for n in order]
        with suppress(VersionConflict):
            await store.append(group)

    numbers = list(range(6))
    for _ in range(5):
        await asyncio.gather(write(numbers), write(numbers[::-1]), write(numbers[3:] + numbers[:3]))
    lengths = {len(await store.load(f"case{n}")) for n in numbers}
    assert len(lengths) == 1


async def test_a_case_may_not_be_in_two_appends_of_one_write(store: EventStore) -> None:
    with pytest.raises(ValueError, match="two appends"):
        await store.append([new_case("a"), new_case("a")])


async def test_the_row_must_have_the_version_of_the_last_event(store: EventStore) -> None:
    case = new_case("a").cases[0]
    wrong = replace(case, row=replace(case.row, version=4))
    with pytest.raises(ValueError, match="version 4"):
        await store.append([Append(None, [wrong])])


async def test_after_its_key_is_destroyed_a_case_goes_on_without_words(
    store: EventStore, owner: OwnConnection
) -> None:
    await store.append([new_case("a")])
    await owner.execute("delete from case_key")
    with pytest.raises(KeyDestroyed):
        await add(store, "a", noted(1))
    await add(store, "a", noted(1, text=None), by_clock(MISSED))
    history = await store.load("a", unseal=True)
    assert history[0].event == reported("C-a", text=None)
    assert len(history) == 3


async def test_bulk_writes_the_same_as_one_by_one(store: EventStore) -> None:
    message = OutboxMessage("start", "a", {"n": 1})
    appends = [new_case("a", by_clock(MISSED), command_id="k1"), new_case("b", command_id="k2")]
    await store.copy_append([replace(appends[0], outbox=[message]), appends[1]])
    assert [seen.event for seen in await store.load("a", unseal=True)] == [
        reported("C-a"),
        by_clock(MISSED),
    ]
    assert await store.row("b") == project("b", [reported("C-b")])
    assert await store.handled(["k1", "k2", "k3"]) == {"k1", "k2"}
    assert await store.pool.fetchval("select payload from outbox") == '{"n": 1}'
    with pytest.raises(DuplicateCommand):
        await store.copy_append([new_case("c"), new_case("d", command_id="k2")])
    assert await store.row("c") is None
    with pytest.raises(ValueError, match="Only new cases"):
        await store.copy_append([await following(store, "a", noted(1))])


async def test_rows_come_in_pages_and_by_state(store: EventStore) -> None:
    await store.append([new_case(f"case{n}") for n in range(5)])
    page = await store.rows(limit=2)
    rest = await store.rows(after=page[-1].case_id, state="received", is_open=True)
    assert [row.case_id for row in page + rest] == [f"case{n}" for n in range(5)]
    assert await store.rows(is_open=False) == []
    assert await store.rows(state="closed") == []
