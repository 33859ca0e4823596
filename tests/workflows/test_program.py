"""A program starts a case straight through Temporal, with a converter of its own."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from activities.messages import CaseInput
from tests.stacks import Site, opened
from workers.bootstrap import CODEC

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("program")]

EXAMPLE = Path(__file__).parents[2] / "examples" / "integration" / "start_case.py"
TEXT = "Bà Nguyễn Thị Bưởi, số 0987654321, báo ổ gà"
REPORT = {"unit": "26740", "category": "road", "text": TEXT, "channel": "api"}
ACTOR = "integration@unit:79"


def _loaded() -> Any:
    spec = importlib.util.spec_from_file_location("start_case", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


example = _loaded()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """In real time: what only drills may say is refused here."""
    folder = tmp_path_factory.mktemp("program")
    async with opened(folder, virtual_time=False) as site:
        await site.start_work()
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def client(site: Site) -> Client:
    key, settings = site.office.log.keys.derive(CODEC), site.office.log.settings
    connected: Client = await example.connect(
        settings.temporal_address, settings.temporal_namespace, key
    )
    return connected


async def started(
    client: Client,
    case_id: str | None = None,
    key: str | None = None,
    actor: str = ACTOR,
    **changes: Any,
) -> tuple[str, Any]:
    case_id = case_id or str(uuid4())
    report = {**REPORT, **changes}
    handle = await example.start(client, "hoiam", case_id, actor, key or str(uuid4()), report)
    return case_id, handle


async def taken(site: Site, case_id: str) -> None:
    """Wait until the case is there."""
    while await site.office.log.store.row(case_id) is None:
        await asyncio.sleep(0.02)


async def told(site: Site, case_id: str) -> None:
    """Wait until nothing of the case is left that would start its workflow anew."""
    waiting = "select count(*) from outbox where case_id = $1"
    while await site.office.log.pool.fetchval(waiting, case_id):
        await asyncio.sleep(0.02)


async def refused(handle: Any) -> str:
    """The message of the failure; nothing of the report is anywhere in it."""
    with pytest.raises(WorkflowFailureError) as caught:
        await asyncio.wait_for(handle.result(), 30)
    cause: BaseException | None = caught.value
    while cause is not None and not isinstance(cause, ApplicationError):
        cause = cause.__cause__
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.non_retryable) == ("Rejected", True)
    whole = str(cause.failure)
    assert [word for word in ("Bưởi", "0987654321", "cũ kỹ") if word in whole] == []
    assert cause.__cause__ is None
    return cause.message


async def test_the_case_is_as_if_it_had_come_over_http(site: Site, client: Client) -> None:
    case_id, handle = await started(client)
    await taken(site, case_id)
    assert await site.types(case_id) == ["CaseReported", "ClockStarted"]
    [first, _] = await site.history(case_id)
    assert str(first.actor) == "integration@unit:79"
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    answer = await site.do(case_id, "accept", "intake_officer@unit:26740")
    assert answer.rejected is None
    assert await example.refusal(handle) is None


async def test_a_repeat_changes_nothing_while_it_runs_and_after_it_has_ended(
    site: Site, client: Client
) -> None:
    case_id, key = str(uuid4()), str(uuid4())
    _, one = await started(client, case_id, key)
    _, two = await started(client, case_id, key)
    assert one.id == two.id
    await taken(site, case_id)
    await site.done(case_id, "withdraw", "reporter")
    assert await site.ended(case_id) is WorkflowExecutionStatus.COMPLETED
    history = await site.history(case_id)
    _, again = await started(client, case_id, key)
    assert await again.result() is None
    assert await site.history(case_id) == history


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"unit": "cũ kỹ"}, "The report was refused: invalid (unit)."),
    ({"category": "Bưởi"}, "The report was refused: invalid (category)."),
    ({"channel": "Bưởi"}, "The report was refused: invalid (channel)."),
    ({"about_body": "Bưởi"}, "The report was refused: invalid (about_body)."),
    ({"received_at": "2999-01-01T00:00:00Z"}, "The report was refused: invalid (received_at)."),
    ({"clock_base": 86_400}, "The report was refused: invalid (clock_base)."),
    ({"pack": "classic"}, "The report was refused: invalid (clock_base)."),
    ({"text": ""}, "The input has not the form it must have: start.report.text."),
    ({"text": 7}, "The input has not the form it must have: start.report.text."),
    ({"Bưởi": 1}, "The input has not the form it must have: start.report."),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
async def test_a_wrong_report_fails_at_once_and_its_words_are_in_no_failure(
    site: Site, client: Client, changes: dict[str, Any], message: str
) -> None:
    case_id, handle = await started(client, **changes)
    assert await refused(handle) == message
    assert await site.office.log.store.row(case_id) is None


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        ("leader@unit:79", "not_permitted (actor)"),
        ("reporter", "not_permitted (actor)"),
        ("Bưởi", "invalid (actor)"),
        ("integration@unit:99999", "invalid (as)"),
    ],
)
async def test_programs_act_in_the_name_of_a_body_that_is_there(
    client: Client, actor: str, why: str
) -> None:
    _, handle = await started(client, actor=actor)
    assert await refused(handle) == f"The report was refused: {why}."


async def test_an_id_that_is_taken_keeps_its_report(site: Site, client: Client) -> None:
    case_id, _ = await started(client)
    await taken(site, case_id)
    await site.done(case_id, "withdraw", "reporter")
    await told(site, case_id)
    await site.ended(case_id)
    version = (await site.row(case_id)).version
    _, handle = await started(client, case_id, text="Một phản ánh khác")
    assert await refused(handle) == "This case has a report already; give a new one a new id."
    assert (await site.row(case_id)).version == version


async def test_a_key_belongs_to_one_report_and_one_case(site: Site, client: Client) -> None:
    key = str(uuid4())
    case_id, _ = await started(client, key=key)
    await taken(site, case_id)
    for changes in ({}, {"text": "Khác"}):
        other, handle = await started(client, key=key, **changes)
        assert "key_reused" in await refused(handle)
        assert await site.office.log.store.row(other) is None


async def test_the_ids_of_case_and_workflow_belong_together_and_tell_nothing(
    client: Client,
) -> None:
    start = {"report": REPORT, "actor": ACTOR, "key": str(uuid4())}
    for case_id, workflow in ((str(uuid4()), f"case/{uuid4()}"), ("buoi", "case/buoi")):
        given = {"case_id": case_id, "start": start}
        handle = await client.start_workflow("Case", given, id=workflow, task_queue="hoiam")
        assert await refused(handle) == "The report was refused: invalid (case_id)."


async def test_nobody_moves_a_cases_time_by_its_input(site: Site, client: Client) -> None:
    case_id, _ = await started(client)
    await taken(site, case_id)
    await told(site, case_id)
    await site.office.gateway.handle(case_id).terminate()
    given = {"case_id": case_id, "not_before": "2099-01-01T00:00:00Z", "clock_offset_us": 10**15}
    await client.start_workflow("Case", given, id=f"case/{case_id}", task_queue="hoiam")
    await site.done(case_id, "accept", "intake_officer@unit:26740")
    times = [event.occurred_at for event in await site.history(case_id)]
    assert max(times) < await site.office.log.now()


async def test_what_a_program_without_the_key_sends_is_never_understood(
    site: Site,
) -> None:
    settings = site.office.log.settings
    stranger = await example.connect(settings.temporal_address, "default", b"x" * 32)
    case_id, handle = await started(stranger)
    await asyncio.sleep(1)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert await site.office.log.store.row(case_id) is None
    await handle.terminate()


async def test_the_example_sends_what_the_schema_says() -> None:
    start = {"report": REPORT, "actor": ACTOR, "key": str(uuid4())}
    given = CaseInput.model_validate_json(CaseInput(case_id="1").model_dump_json())
    assert given.start is None
    assert CaseInput.model_validate({"case_id": "1", "start": start}).start is not None
