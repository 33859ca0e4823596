"""The activities of a case's workflow: thin wrappers around handler and intake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.handler import BadSignature, CaseHandler
from activities.intake import Intake
from activities.messages import (
    HANDLE_COMMAND,
    LOOK,
    REJECTED,
    TAKE_REPORT,
    WAKE,
    Answer,
    CaseFacts,
    CaseInput,
    Instant,
    SignedCommand,
    Start,
)
from activities.telemetry import bind
from domain.access import GRANTS
from domain.actor import Actor
from domain.rejection import Rejected, Rejection
from eventlog.errors import VersionConflict

__all__ = ["CaseActivities"]


@dataclass(frozen=True, slots=True)
class CaseActivities:
    """Register ``all`` on a worker. ``drills`` may choose a report's policy and time."""

    handler: CaseHandler
    intake: Intake
    drills: bool = False

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
                await self._take(given.case_id, start, now)
            except Rejected as error:
                # Not chained: what the rules say of it may repeat what stood there.
                raise _final(_why(error.rejection)) from None
            except VersionConflict:
                raise _final("This case has a report already; give a new one a new id.") from None

    async def _take(self, case_id: str, start: Start, now: datetime) -> None:
        """Raises Rejected, VersionConflict."""
        _check_place(case_id)
        if not self.drills and (start.report.pack or start.report.clock_base):
            raise Rejected("invalid", "Only drills choose the policy or the time.", "clock_base")
        key = f"start/{start.key}"
        taken = await self.intake.take(start.report, _sender(start), key, now, case_id)
        if taken.case_id != case_id:
            raise Rejected("key_reused", "Under this key another case was started.", "key")


def _check_place(case_id: str) -> None:
    """One case has one workflow, under an id that tells nothing. Raises Rejected."""
    if activity.info().workflow_id != f"case/{case_id}":
        raise Rejected("invalid", "The workflow's id is case/ and the case's id.", "case_id")
    try:
        UUID(case_id)
    except ValueError:
        raise Rejected("invalid", "The case's id is a fresh UUID.", "case_id") from None


def _sender(start: Start) -> Actor:
    try:
        actor = Actor.parse(start.actor)
    except ValueError as error:
        raise Rejected("invalid", str(error), "actor") from None
    if actor.role != "integration":
        raise Rejected("not_permitted", "Programs act as integration@body.", "actor")
    return actor


def _why(rejection: Rejection) -> str:
    """The rule's own word and the parameter; what stood there may be anybody's words."""
    place = f" ({rejection.param})" if rejection.param else ""
    return f"The report was refused: {rejection.code}{place}."


def _final(message: str) -> ApplicationError:
    return ApplicationError(message, type=REJECTED, non_retryable=True)
