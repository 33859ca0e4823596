"""Load, decide, append: several processes at once, each with what it remembers of a case."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from activities.handler import BadSignature
from activities.messages import SignedCommand
from activities.signing import request_hash
from eventlog.store import EventStore
from tests.activities.desk import Desk
from tests.stacks import CLASSIC, DUE, INTAKE, OFFICER

Desks = Callable[[EventStore], Desk]


async def test_commands_of_two_processes_on_one_case_all_take_effect(
    store: EventStore, desk_with: Desks
) -> None:
    one, two = desk_with(store), desk_with(store)
    case_id = (await one.report()).case_id
    await one.do(case_id, "accept", INTAKE)
    answers = await asyncio.gather(
        *(
            desk.do(case_id, "note", OFFICER, text=f"{place}.{number}")
            for place, desk in enumerate((one, two))
            for number in range(4)
        )
    )
    versions = sorted(answer.version for answer in answers)
    assert versions == list(range(versions[0], versions[0] + 8))
    assert Counter(await one.types(case_id))["ProgressNoted"] == 8


async def test_one_command_in_two_processes_at_once_is_applied_once(
    store: EventStore, desk_with: Desks
) -> None:
    desks = [desk_with(store) for _ in range(3)]
    case_id = (await desks[0].report()).case_id
    answers = await asyncio.gather(
        *(desk.do(case_id, "accept", INTAKE, key="k") for desk in desks for _ in range(10))
    )
    assert {(a.version, a.events, a.rejected) for a in answers} == {
        (5, ("CaseAccepted", "ClockStopped", "ClockStarted"), None)
    }
    assert Counter(await desks[0].types(case_id))["CaseAccepted"] == 1


async def test_a_wake_up_that_comes_many_times_at_once_fires_once(
    store: EventStore, desk_with: Desks
) -> None:
    desks = [desk_with(store) for _ in range(3)]
    case_id = (await desks[0].report()).case_id
    late = DUE + timedelta(seconds=5)
    await asyncio.gather(*(desk.handler.wake(case_id, late) for desk in desks for _ in range(7)))
    fired = Counter(await desks[0].types(case_id))
    assert (fired["DeadlineMissed"], fired["CaseEscalated"]) == (1, 1)
    rows = await store.pool.fetch("select clock_id, firing from firing")
    assert [tuple(row) for row in rows] == [("accept-1", "breach")]


async def test_a_wake_up_that_comes_too_early_changes_nothing(desk: Desk) -> None:
    case_id = (await desk.report()).case_id
    answer = await desk.handler.wake(case_id, DUE - timedelta(seconds=1))
    assert (answer.events, answer.version, answer.next_wakeup) == ((), 2, DUE)


async def test_what_was_due_before_a_command_happens_before_it(desk: Desk) -> None:
    case_id = (await desk.report()).case_id
    answer = await desk.do(case_id, "accept", INTAKE, at=DUE + timedelta(minutes=5))
    assert answer.rejected is None
    assert answer.events == (
        "DeadlineMissed",
        "ClockStopped",
        "CaseEscalated",
        "ClockStarted",
        "CaseAccepted",
        "ClockStopped",
        "ClockStarted",
    )


async def test_merges_in_opposite_directions_at_once_leave_one_survivor(
    store: EventStore, desk_with: Desks
) -> None:
    one, two = desk_with(store), desk_with(store)
    a, b = [(await one.report()).case_id for _ in range(2)]
    answers = await asyncio.gather(
        one.do(a, "merge", INTAKE, into=b, reason="trùng"),
        two.do(b, "merge", INTAKE, into=a, reason="trùng"),
    )
    assert sorted(answer.rejected is None for answer in answers) == [False, True]
    assert {row.state for row in await store.rows()} == {"merged", "received"}


async def test_an_unsigned_command_is_not_even_looked_at(desk: Desk) -> None:
    case_id = (await desk.report()).case_id
    command = SignedCommand(command_id="k", case_id=case_id, name="accept", actor=INTAKE)
    with pytest.raises(BadSignature):
        await desk.handler.handle(command, CLASSIC)
    assert await desk.store.find_command("k") is None


async def test_a_command_that_nobody_knows_is_an_answer_and_is_kept(desk: Desk) -> None:
    case_id = (await desk.report()).case_id
    answer = await desk.do(case_id, "abolish", INTAKE, key="k")
    assert answer.rejected == "unknown_command"
    assert (await desk.do(case_id, "abolish", INTAKE, key="k")).rejected == "unknown_command"
    assert await desk.store.find_command("k") is not None


async def test_a_repeat_answers_as_then_but_minds_the_timer_of_now(desk: Desk) -> None:
    case_id = (await desk.report()).case_id
    first = await desk.do(case_id, "accept", INTAKE, key="k")
    await desk.do(case_id, "assign", INTAKE, lead="unit:26734")
    again = await desk.do(case_id, "accept", INTAKE, key="k")
    assert (again.version, again.events) == (first.version, first.events)
    assert again.next_wakeup == (await desk.handler.look(case_id)).next_wakeup != first.next_wakeup


async def test_a_case_of_which_nothing_is_remembered_is_handled_the_same(
    store: EventStore, desk_with: Desks
) -> None:
    remembering = desk_with(store)
    case_id = (await remembering.report()).case_id
    await remembering.do(case_id, "accept", INTAKE)
    fresh = desk_with(store)
    answer = await fresh.do(case_id, "assign", INTAKE, lead="unit:26734")
    assert answer.events == ("CaseAssigned", "ClockStopped", "ClockStarted")
    note = await remembering.do(case_id, "note", OFFICER, text="Đã xem")
    assert note.version == answer.version + 1


async def test_a_stale_command_is_refused_for_good_and_only_its_outcome_is_written(
    desk: Desk,
) -> None:
    case_id = (await desk.report()).case_id
    for _ in range(2):
        answer = await desk.do(case_id, "accept", INTAKE, key="stale", expected=1)
        assert (answer.rejected, answer.version) == ("version_mismatch", 2)
        await desk.do(case_id, "note", OFFICER, key="between", text="Đã xem")
    assert await desk.types(case_id) == ["CaseReported", "ClockStarted", "ProgressNoted"]
    assert (await desk.do(case_id, "accept", INTAKE, expected=3)).rejected is None


async def test_of_two_processes_that_saw_the_same_version_one_acts(
    store: EventStore, desk_with: Desks
) -> None:
    desks = [desk_with(store) for _ in range(3)]
    case_id = (await desks[0].report()).case_id
    answers = await asyncio.gather(
        *(
            desk.do(case_id, "note", OFFICER, text=f"{number}", expected=2)
            for desk in desks
            for number in range(5)
        )
    )
    told = Counter(answer.rejected for answer in answers)
    assert told == {None: 1, "version_mismatch": 14}
    assert Counter(await desks[0].types(case_id))["ProgressNoted"] == 1


def test_keys_that_were_used_before_versions_could_be_expected_are_still_known() -> None:
    command = SignedCommand(command_id="k", case_id="c", name="accept", actor=INTAKE)
    before = "4ef289b739954fe8bea490c6b0b8103a2eeda7dd83b6af257891b1db71a64b1c"
    assert request_hash(command).hex() == before
    expecting = command.model_copy(update={"expected_version": 7})
    assert request_hash(expecting) != request_hash(command)
