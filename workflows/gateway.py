"""The one door to cases' workflows: it signs commands, starts what is missing, and retries."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from activities.messages import Answer, BulkInput, CaseInput, SignedCommand
from activities.port import Unavailable
from activities.signing import sign
from activities.telemetry import traceparent
from domain.actor import Actor
from workflows.bulk import BulkWorkflow
from workflows.case import CaseWorkflow

__all__ = ["Gateway", "Unavailable", "workflow_id"]

#: A client that is not connected yet says by RuntimeError that it cannot be.
_LOST = (TimeoutError, RPCError, RuntimeError, WorkflowUpdateRPCTimeoutOrCancelledError)


def workflow_id(case_id: str) -> str:
    """The id of a case's workflow."""
    return f"case/{case_id}"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Commands and starts on one Temporal namespace; ``patience`` bounds every command."""

    client: Client
    task_queue: str
    signing_key: bytes
    patience: timedelta = timedelta(seconds=8)
    history_limit: int = 1_000

    async def command(
        self,
        case_id: str,
        name: str,
        params: Mapping[str, Any],
        actor: Actor,
        command_id: str,
        unit: str | None = None,
        expected: int | None = None,
    ) -> Answer:
        """Give a command and wait for its answer, refusals included. Raises Unavailable.

        With ``expected`` it is refused (``version_mismatch``) unless that is the case's version.
        """
        command = sign(
            SignedCommand(
                command_id=command_id,
                case_id=case_id,
                name=name,
                params=dict(params),
                actor=str(actor),
                expected_version=expected,
                traceparent=traceparent(),
            ),
            self.signing_key,
        )
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self._update(command, unit)
        except _LOST as error:
            raise Unavailable(f"Temporal did not answer: {type(error).__name__}.") from error
        except WorkflowUpdateFailedError as error:
            raise Unavailable(str(error.cause)) from error

    async def _update(self, command: SignedCommand, unit: str | None) -> Answer:
        # A failed update is cached under its id: each attempt has a fresh one, and the command
        # table makes sure that only one of them takes effect.
        answer: Answer = await self.client.execute_update_with_start_workflow(
            "command",
            command,
            result_type=Answer,
            start_workflow_operation=self._start_operation(command.case_id, unit),
            id=str(uuid.uuid4()),
        )
        return answer

    def _start_operation(
        self, case_id: str, unit: str | None
    ) -> WithStartWorkflowOperation[CaseWorkflow, None]:
        return WithStartWorkflowOperation(
            CaseWorkflow.run,
            self._input(case_id),
            id=workflow_id(case_id),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            priority=_fair(unit),
        )

    def _input(self, case_id: str) -> CaseInput:
        return CaseInput(case_id=case_id, history_limit=self.history_limit)

    async def start(self, case_id: str, unit: str | None = None, *, look: bool = False) -> None:
        """Start a case's workflow unless it runs; with ``look`` a running one reads the log."""
        await self.client.start_workflow(
            CaseWorkflow.run,
            self._input(case_id),
            id=workflow_id(case_id),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal="look_again" if look else None,
            priority=_fair(unit),
        )

    async def start_bulk(self, bulk_id: str) -> None:
        """Let the workflow of a bulk run; one that is about to end goes on."""
        await self.client.start_workflow(
            BulkWorkflow.run,
            BulkInput(bulk_id=bulk_id),
            id=f"bulk/{bulk_id}",
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal="go_on",
        )

    def handle(self, case_id: str) -> WorkflowHandle[CaseWorkflow, None]:
        """The handle of a case's newest run."""
        return self.client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(case_id))


def _fair(unit: str | None) -> Priority:
    """One flooded commune must not starve the rest."""
    return Priority(fairness_key=unit) if unit else Priority.default
