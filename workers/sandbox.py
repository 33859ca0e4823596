"""How workflows run here: in the SDK's sandbox, which is entered for their own code only."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import Info

__all__ = ["sandbox"]

#: Rules are pure, so they need no sandbox; passing them through makes a start 8 times cheaper.
_PASSED = ("activities.messages", "domain", "pydantic", "pydantic_core", "annotated_types")


def sandbox() -> SandboxedWorkflowRunner:
    """How workflows run, live and in replay."""
    return _Runner(SandboxRestrictions.default.with_passthrough_modules(*_PASSED))


class _Runner(SandboxedWorkflowRunner):
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The SDK's instance, without its way to contexts."""
        return _WithoutContexts(super().create_instance(det))


@dataclass(frozen=True, slots=True)
class _WithoutContexts(WorkflowInstance):
    """Answers for each payload at once that nothing here is encoded by its context.

    The SDK enters the sandbox to ask, three times a payload, and compiles what it runs there each
    time: a sixth of the processor time of a command.
    """

    inside: WorkflowInstance

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self.inside.activate(act)

    def get_serialization_context(self, command_info: object) -> None:
        """No converter and no codec of ours has a context."""

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:  # noqa: ARG002 - the SDK passes it; the answer is one for all
        """Payloads are in the history itself."""
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Info:
        return self.inside.get_info()

    def get_thread_id(self) -> int | None:
        return self.inside.get_thread_id()
