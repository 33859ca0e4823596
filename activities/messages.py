"""The messages between gateway, workflow and activities, and the activities' names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.rejection import Rejection
from domain.report import Report

__all__ = [
    "DELIVER",
    "HANDLE_COMMAND",
    "LOOK",
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


class Message(BaseModel):
    """Base of all messages: frozen, and nothing unknown in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Start(Message):
    """A report with which a program starts a case's workflow itself.

    ``key`` makes a repeat harmless; ``actor`` is ``integration@body``.
    """

    report: Report
    actor: str
    key: str


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
    history_limit: int = 1_000


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
