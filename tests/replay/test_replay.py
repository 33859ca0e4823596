"""Every stored history replays: a workflow that began under an older version can go on."""

from __future__ import annotations

import json

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner

from activities.messages import CaseInput
from tests.replay.key import HISTORIES, converter
from tests.replay.record import BULKS, STORIES
from workers.sandbox import sandbox
from workflows.bulk import BulkWorkflow
from workflows.case import CaseWorkflow


def stored(name: str) -> list[WorkflowHistory]:
    runs = json.loads((HISTORIES / f"{name}.json").read_text("utf-8"))
    return [WorkflowHistory.from_json(run["id"], run["history"]) for run in runs]


def replayer(kind: type, runner: WorkflowRunner | None = None) -> Replayer:
    return Replayer(
        workflows=[kind],
        data_converter=converter(),
        workflow_runner=runner or sandbox(),
    )


def test_each_story_is_stored() -> None:
    assert {path.stem for path in HISTORIES.glob("*.json")} == {*STORIES, *BULKS}


@pytest.mark.parametrize("name", STORIES)
async def test_a_stored_history_replays(name: str) -> None:
    for history in stored(name):
        await replayer(CaseWorkflow).replay_workflow(history)


@pytest.mark.parametrize("name", BULKS)
async def test_a_stored_history_of_a_bulk_replays(name: str) -> None:
    for history in stored(name):
        await replayer(BulkWorkflow).replay_workflow(history)


def kinds(name: str) -> list[list[str]]:
    runs = json.loads((HISTORIES / f"{name}.json").read_text("utf-8"))
    prefix = "EVENT_TYPE_"
    return [
        [event["eventType"].removeprefix(prefix) for event in run["history"]["events"]]
        for run in runs
    ]


def test_the_stories_hold_what_they_are_stored_for() -> None:
    assert len(kinds("continued_as_new")) >= 2
    assert kinds("continued_as_new")[0][-1] == "WORKFLOW_EXECUTION_CONTINUED_AS_NEW"
    assert len(kinds("reopened")) == 2
    assert kinds("full_ladder")[0].count("TIMER_FIRED") >= 5
    assert kinds("burst")[0].count("WORKFLOW_EXECUTION_UPDATE_COMPLETED") == 41
    assert "ACTIVITY_TASK_COMPLETED" in kinds("waited_for_postgresql")[0]
    assert "WORKFLOW_EXECUTION_SIGNALED" in kinds("merged")[0]
    assert kinds("bulk")[0].count("ACTIVITY_TASK_COMPLETED") >= 3
    assert kinds("busy_life")[0][-1] == "WORKFLOW_EXECUTION_COMPLETED"


@workflow.defn(name="Case", sandboxed=False)
class Hasty(CaseWorkflow):
    """The workflow as a careless change would leave it: it takes a nap first."""

    @workflow.init
    def __init__(self, given: CaseInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: CaseInput) -> None:
        await workflow.sleep(1)
        await super().run(given)


@pytest.mark.parametrize("name", STORIES)
async def test_a_change_that_breaks_running_workflows_is_caught(name: str) -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replayer(Hasty, UnsandboxedWorkflowRunner()).replay_workflow(stored(name)[0])
