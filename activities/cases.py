"""The activities of a case's workflow: thin wrappers around handler and intake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.handler import BadSignature, CaseHandler
from activities.intake import Intake
from activities.messages import (
    HANDLE_COMMAND,
    LOOK,
    TAKE_REPORT,
    WAKE,
    Answer,
    CaseFacts,
    CaseInput,
    Instant,
    SignedCommand,
)
from activities.telemetry import bind
from domain.access import GRANTS
from domain.actor import Actor
from domain.rejection import Rejected
from eventlog.errors import VersionConflict

__all__ = ["CaseActivities"]


@dataclass(frozen=True, slots=True)
class CaseActivities:
    """Register ``all`` on a worker."""

    handler: CaseHandler
    intake: Intake

    @property
    def all(self) -> Sequence[Callable[..., Any]]:
        """Every activity of this room."""
        return [self.handle_command, self.wake, self.look, self.take_report]

    @activity.defn(name=HANDLE_COMMAND)
    async def handle_command(self, command: SignedCommand, now: datetime) -> Answer:
        """Apply a command once."""
        # What is no command's name may be anything at all: a text, a person.
        name = command.name if command.name in GRANTS else "unknown"
        ids = {"case_id": command.case_id, "command_id": command.command_id}
        with bind(name, command.traceparent, **ids) as told:
            try:
                answer = await self.handler.handle(command, now)
            except BadSignature as error:
                message = "The command was not signed by the gateway."
                raise ApplicationError(message, type="BadSignature", non_retryable=True) from error
            told["outcome"] = answer.rejected or "applied"
            return answer

    @activity.defn(name=WAKE)
    async def wake(self, instant: Instant) -> Answer:
        """Fire what is due."""
        with bind(case_id=instant.case_id, command="wake"):
            return await self.handler.wake(instant.case_id, instant.now)

    @activity.defn(name=LOOK)
    async def look(self, instant: Instant) -> CaseFacts:
        """What the log says of a case."""
        with bind(case_id=instant.case_id, command="look"):
            return await self.handler.look(instant.case_id)

    @activity.defn(name=TAKE_REPORT)
    async def take_report(self, given: CaseInput, now: datetime) -> None:
        """Take in the report a program started the workflow with; a second time changes nothing."""
        start = given.start
        if start is None:
            return
        with bind(case_id=given.case_id, command="report"):
            try:
                await self.intake.take(
                    start.report, Actor.parse(start.actor), start.key, now, given.case_id
                )
            except (Rejected, ValueError) as error:
                raise _final(str(error)) from error
            except VersionConflict as error:
                raise _final("This case has a report already; give a new one a new id.") from error


def _final(message: str) -> ApplicationError:
    return ApplicationError(message, type="Rejected", non_retryable=True)
