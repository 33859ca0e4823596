"""A command takes effect once, whatever happens to workflows, attempts and keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.messages import SignedCommand
from activities.signing import sign
from tests.stacks import CLASSIC, INTAKE, LEADER, OFFICER, SINCE_2025, Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]


async def test_a_repeated_command_gets_the_same_answer_and_changes_nothing(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    first = await site.do(case_id, "accept", INTAKE, key="a/1")
    await site.done(case_id, "note", OFFICER, text="Đã xem")
    again = await site.do(case_id, "accept", INTAKE, key="a/1")
    assert (again.version, again.events, again.rejected) == (first.version, first.events, None)
    assert (await site.types(case_id)).count("CaseAccepted") == 1


async def test_a_refusal_is_kept_and_repeated_even_when_the_command_would_be_allowed_now(
    site: Site,
) -> None:
    case_id = await site.report(CLASSIC)
    refused = await site.do(case_id, "assign", INTAKE, key="r/1", lead="unit:26734")
    assert refused.rejected == "wrong_state"
    await site.done(case_id, "accept", INTAKE)
    again = await site.do(case_id, "assign", INTAKE, key="r/1", lead="unit:26734")
    assert again.rejection == refused.rejection
    assert again.version == refused.version
    assert "CaseAssigned" not in await site.types(case_id)
    await site.done(case_id, "assign", INTAKE, lead="unit:26734")


@pytest.mark.parametrize(
    ("name", "actor", "params"),
    [
        ("note", OFFICER, {"text": "Một ghi chú khác"}),
        ("note", LEADER, {"text": "Đã xem"}),
        ("accept", INTAKE, {}),
    ],
)
async def test_the_same_key_with_another_request_is_refused(
    site: Site, name: str, actor: str, params: dict[str, str]
) -> None:
    case_id = await site.report(CLASSIC)
    await site.do(case_id, "note", OFFICER, key=f"k/{case_id}", text="Đã xem")
    before = await site.types(case_id)
    other = await site.do(case_id, name, actor, key=f"k/{case_id}", **params)
    assert other.rejected == "key_reused"
    assert await site.types(case_id) == before


async def test_the_same_key_on_another_case_is_refused(site: Site) -> None:
    one, two = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.do(one, "accept", INTAKE, key=f"k/{one}")
    assert (await site.do(two, "accept", INTAKE, key=f"k/{one}")).rejected == "key_reused"
    assert (await site.row(two)).state == "received"


async def test_one_key_sent_twenty_times_at_once_is_applied_once(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    answers = await asyncio.gather(
        *(site.do(case_id, "accept", INTAKE, key=f"k/{case_id}") for _ in range(20))
    )
    assert {(a.version, a.events, a.rejected) for a in answers} == {
        (answers[0].version, ("CaseAccepted", "ClockStopped", "ClockStarted"), None)
    }
    assert (await site.types(case_id)).count("CaseAccepted") == 1


async def test_a_burst_of_forty_commands_on_one_case_is_applied_without_a_gap(site: Site) -> None:
    case_id = await site.report(CLASSIC)
    await site.done(case_id, "accept", INTAKE)
    start = (await site.row(case_id)).version
    answers = await asyncio.gather(
        *(site.done(case_id, "note", OFFICER, text=f"Ghi chú {n}") for n in range(40))
    )
    assert sorted(answer.version for answer in answers) == list(range(start + 1, start + 41))
    assert (await site.types(case_id)).count("ProgressNoted") == 40


async def test_a_command_sent_before_and_after_continue_as_new_is_applied_once(
    site: Site,
) -> None:
    case_id = await site.start_directly(CLASSIC, history_limit=60)
    first = await site.do(case_id, "accept", INTAKE, key=f"k/{case_id}")
    await site.advance(hours=1)
    for number in range(20):
        await site.done(case_id, "note", OFFICER, text=f"Ghi chú {number}")
    assert await site.runs(case_id, 2) >= 2
    times = [event.occurred_at for event in await site.history(case_id)]
    assert times == sorted(times)
    assert abs(times[-1] - CLASSIC - timedelta(hours=1)) < timedelta(minutes=1)
    again = await site.do(case_id, "accept", INTAKE, key=f"k/{case_id}")
    assert (again.version, again.events, again.rejected) == (first.version, first.events, None)
    assert (await site.types(case_id)).count("CaseAccepted") == 1


async def test_a_burst_over_a_continue_as_new_loses_and_doubles_nothing(site: Site) -> None:
    case_id = await site.start_directly(CLASSIC, history_limit=60)
    await site.done(case_id, "accept", INTAKE)
    start = (await site.row(case_id)).version
    answers = await asyncio.gather(
        *(site.done(case_id, "note", OFFICER, text=f"Ghi chú {n}") for n in range(60))
    )
    assert sorted(answer.version for answer in answers) == list(range(start + 1, start + 61))
    await site.done(case_id, "note", OFFICER, text="Và một ghi chú nữa")
    assert await site.runs(case_id, 2) >= 2


async def test_the_clocks_go_on_over_a_continue_as_new_in_the_middle_of_a_climb(
    site: Site,
) -> None:
    whole, cut = await site.report(SINCE_2025), await site.start_directly(SINCE_2025, 60)
    await site.done(cut, "note", "intake_officer@unit:26740", text="Đã xem")
    for _ in range(3):
        await site.advance(days=20)
    assert await site.runs(cut, 2) >= 2
    expected = [(e.type, e.occurred_at) for e in await site.history(whole)]
    climbed = [(e.type, e.occurred_at) for e in await site.history(cut)]
    assert [pair for pair in climbed if pair[0] != "ProgressNoted"][2:] == expected[2:]


@pytest.mark.parametrize("forged", ["", "0" * 64])
async def test_a_command_that_the_gateway_did_not_sign_is_refused_and_nothing_is_written(
    site: Site, forged: str
) -> None:
    case_id = await site.report(CLASSIC)
    await site.settled()
    command = SignedCommand(
        command_id=f"f/{case_id}/{forged}",
        case_id=case_id,
        name="accept",
        actor=INTAKE,
        signature=forged,
    )
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await site.office.gateway.handle(case_id).execute_update("command", command)
    assert getattr(caught.value.cause, "type", None) == "BadSignature"
    assert await site.types(case_id) == ["CaseReported", "ClockStarted"]
    assert await site.office.log.store.find_command(command.command_id) is None


async def test_a_signed_command_cannot_be_changed_or_sent_to_another_case(site: Site) -> None:
    one, two = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.settled()
    command = SignedCommand(command_id=f"s/{one}", case_id=one, name="accept", actor=INTAKE)
    signed = sign(command, site.office.gateway.signing_key)
    for changed in (
        signed.model_copy(update={"case_id": two}),
        signed.model_copy(update={"actor": LEADER}),
        signed.model_copy(update={"name": "withdraw"}),
        signed.model_copy(update={"params": {"reason": "x"}}),
        signed.model_copy(update={"command_id": "another"}),
    ):
        with pytest.raises(WorkflowUpdateFailedError):
            await site.office.gateway.handle(changed.case_id).execute_update("command", changed)
    assert (await site.row(one)).version == (await site.row(two)).version == 2


async def test_a_command_on_a_case_that_is_not_there_is_refused(site: Site) -> None:
    answer = await site.do("0199-nothing", "accept", INTAKE)
    assert (answer.rejected, answer.version) == ("unknown_case", 0)
    status = await site.ended("0199-nothing")
    assert status is not None
    assert status.name == "COMPLETED"
