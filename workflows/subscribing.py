"""The door to subscriptions' workflows: it starts what is missing and has the others look again."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.messages import SubscriptionInput
from workflows.subscription import SubscriptionWorkflow

__all__ = ["DELIVERIES", "Subscribing", "subscription_workflow_id"]

#: What is added to the task queue: receivers that hang must not take the room of cases.
DELIVERIES = "-deliveries"


def subscription_workflow_id(subscription_id: str) -> str:
    """The id of a subscription's workflow."""
    return f"subscription/{subscription_id}"


@dataclass(frozen=True, slots=True)
class Subscribing:
    """Starts on one Temporal namespace; ``task_queue`` is that of the deliveries."""

    client: Client
    task_queue: str
    history_limit: int = 1_000

    async def stir(self, subscription_id: str) -> None:
        """Start the workflow unless it runs, and have it look at the subscription."""
        await self.client.start_workflow(
            SubscriptionWorkflow.run,
            SubscriptionInput(subscription_id=subscription_id, history_limit=self.history_limit),
            id=subscription_workflow_id(subscription_id),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal="look_again",
        )

    def handle(self, subscription_id: str) -> WorkflowHandle[SubscriptionWorkflow, None]:
        """The handle of its newest run."""
        return self.client.get_workflow_handle_for(
            SubscriptionWorkflow.run, subscription_workflow_id(subscription_id)
        )
