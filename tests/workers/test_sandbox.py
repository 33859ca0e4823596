"""The sandbox is entered for a workflow's own code, and for nothing that it is not needed for."""

from __future__ import annotations

from typing import NoReturn

import pytest
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import _runner

from tests.replay.key import converter
from tests.replay.test_replay import stored
from workers.sandbox import sandbox
from workflows.case import CaseWorkflow


def test_nothing_is_encoded_by_its_context() -> None:
    """``sandbox`` says so without asking; whoever writes such a codec has to change that."""
    ours = converter()
    workflow = WorkflowSerializationContext(namespace="default", workflow_id="case/1")
    activity = ActivitySerializationContext(
        namespace="default",
        activity_id="1",
        activity_type="handle",
        activity_task_queue="cases",
        workflow_id="case/1",
        workflow_type="Case",
        is_local=True,
    )
    for context in (workflow, activity):
        assert ours.with_context(context) is ours
    assert ours.external_storage is None


async def test_payloads_are_read_and_written_without_entering_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def entered(*_: object) -> NoReturn:
        raise AssertionError("The sandbox was entered for a payload.")

    # A method that is gone fails here: then the SDK does better, and ours can go too.
    monkeypatch.setattr(_runner._Instance, "get_serialization_context", entered)
    monkeypatch.setattr(_runner._Instance, "get_external_store_context", entered)
    replayer = Replayer(
        workflows=[CaseWorkflow], data_converter=converter(), workflow_runner=sandbox()
    )
    for history in stored("full_ladder"):
        await replayer.replay_workflow(history)
