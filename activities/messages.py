"""The messages between gateway, workflow and activities, and the activities' names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails
from temporalio.exceptions import ApplicationError

from domain.rejection import Rejection
from domain.report import Report

__all__ = [
    "DELIVER",
    "HANDLE_COMMAND",
    "LOOK",
    "REJECTED",
    "RUN_BULK",
    "TAKE_REPORT",
    "WAKE",
    "Answer",
    "BulkInput",
    "CaseFacts",
    "CaseInput",
    "Instant",
    "Shift",
    "SignedCommand",
    "Start",
    "SubscriptionInput",
]

DELIVER = "deliver"
HANDLE_COMMAND = "handle_command"
LOOK = "look"
RUN_BULK = "run_bulk"
TAKE_REPORT = "take_report"
WAKE = "wake"
#: The type of the failure of a workflow that was started with a report that cannot be taken.
REJECTED = "Rejected"


class Message(BaseModel):
    """Base of all messages: frozen, and nothing unknown in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Start(Message):
    """A report with which a program starts a case's workflow itself.

    ``key`` makes a repeat harmless; ``actor`` is ``integration@body``.
    """

    report: Report
    actor: Annotated[str, Field(max_length=200, examples=["integration@unit:79"])]
    key: Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class CaseInput(Message):
    """The input of a case's workflow: all else is in the log.

    ``not_before`` carries the case's own time over a continue-as-new, ``clock_offset_us`` how far
    it was ahead of the workflow's (microseconds); ``history_limit`` is the number of history
    events after which a run hands over to the next.
    """

    case_id: str
    start: Start | None = None
    not_before: datetime | None = None
    clock_offset_us: int = 0
    history_limit: Annotated[int, Field(ge=50)] = 1_000

    @model_validator(mode="wrap")
    @classmethod
    def _told_at_once(
        cls, given: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        """A program's mistake ends the workflow; anything else waits for a worker that knows it.

        The failure names the places and never what stood there.
        """
        try:
            return handler(given)
        except ValidationError as error:
            if info.mode != "json" or not isinstance(given, dict) or given.get("start") is None:
                raise
            raise ApplicationError(_misshapen(error), type=REJECTED, non_retryable=True) from None


def _misshapen(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    places = sorted({".".join(_named(fault)) for fault in faults})
    return f"The input has not the form it must have: {', '.join(places)}."


def _named(fault: ErrorDetails) -> Iterator[str]:
    """Where it is; a member that we do not know is not named: its sender made the name up."""
    place = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return map(str, place)


class BulkInput(Message):
    """The input of a bulk's workflow: what is to be done stands in the tables."""

    bulk_id: str


class SignedCommand(Message):
    """A command as the gateway vouches for it: who asked for what, under which key.

    ``expected_version`` is the version of the case that the caller saw; None asks for none.
    ``traceparent`` (W3C) ties its logs and spans to the call it came with; a repeat has another.
    """

    command_id: str
    case_id: str
    name: str
    params: dict[str, Any] = {}
    actor: str
    expected_version: int | None = None
    signature: str = ""
    traceparent: str | None = None


class Instant(Message):
    """A case and the moment to look at it."""

    case_id: str
    now: datetime


class Answer(Message):
    """What became of a command, and what the workflow needs to know for its timer."""

    case_id: str
    version: int
    events: tuple[str, ...] = ()
    rejected: str | None = None
    detail: str | None = None
    param: str | None = None
    next_wakeup: datetime | None = None
    open: bool = True

    @property
    def rejection(self) -> Rejection | None:
        """The refusal, if it is one."""
        if self.rejected is None:
            return None
        return Rejection(self.rejected, self.detail or "", self.param)


class CaseFacts(Message):
    """What the log says of a case: whether it is there, open, and when it must be looked at.

    ``clock_offset_us`` is how far the case's time is ahead of the server's (microseconds): zero
    but in drills and virtual time.
    """

    exists: bool
    version: int = 0
    open: bool = False
    next_wakeup: datetime | None = None
    clock_offset_us: int = 0


class SubscriptionInput(Message):
    """The input of a subscription's workflow: all else is in PostgreSQL."""

    subscription_id: str
    history_limit: int = 1_000


class Shift(Message):
    """How a subscription's delivery goes on: at once, when somebody resumes it, or not at all."""

    active: bool = False
    gone: bool = False
