"""The stored history of a subscription replays, and a change that would break it is caught."""

from __future__ import annotations

import json

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from activities.messages import SubscriptionInput
from tests.replay.key import converter
from tests.replay.record_subscription import STORED
from workers.sandbox import sandbox
from workflows.subscription import SubscriptionWorkflow


def stored() -> list[WorkflowHistory]:
    runs = json.loads(STORED.read_text("utf-8"))
    return [WorkflowHistory.from_json(run["id"], run["history"]) for run in runs]


def kinds() -> list[list[str]]:
    runs = json.loads(STORED.read_text("utf-8"))
    return [
        [event["eventType"].removeprefix("EVENT_TYPE_") for event in run["history"]["events"]]
        for run in runs
    ]


async def test_a_stored_history_replays() -> None:
    replayer = Replayer(
        workflows=[SubscriptionWorkflow],
        data_converter=converter(),
        workflow_runner=sandbox(),
    )
    for history in stored():
        await replayer.replay_workflow(history)


def test_the_history_holds_what_it_is_stored_for() -> None:
    first, *_, last = kinds()
    assert "WORKFLOW_EXECUTION_SIGNALED" in first
    assert first[-1] == "WORKFLOW_EXECUTION_CONTINUED_AS_NEW"
    assert last[-1] == "WORKFLOW_EXECUTION_COMPLETED"


@workflow.defn(name="Subscription", sandboxed=False)
class Hasty(SubscriptionWorkflow):
    """The workflow as a careless change would leave it: it takes a nap first."""

    @workflow.run
    async def run(self, given: SubscriptionInput) -> None:
        await workflow.sleep(1)
        await super().run(given)


async def test_a_change_that_breaks_running_workflows_is_caught() -> None:
    replayer = Replayer(
        workflows=[Hasty],
        data_converter=converter(),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(stored()[0])
