"""What one process of an installation has in hand: intake, handler and their common group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from activities.group import GroupCommit
from activities.handler import CaseHandler
from activities.intake import Intake, Receipt
from activities.messages import Answer, SignedCommand
from activities.signing import sign
from domain.actor import REPORTER
from domain.report import Report
from eventlog.store import EventStore
from tests.stacks import CLASSIC, TEXT

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    store: EventStore
    group: GroupCommit
    handler: CaseHandler
    intake: Intake
    key: bytes

    async def report(self, key: str | None = None, **facts: Any) -> Receipt:
        """Take a report in."""
        fields = {"unit": "26734", "category": "road", "text": TEXT, "pack": "classic"}
        report = Report(**{**fields, **facts})
        return await self.intake.take(report, REPORTER, key or str(uuid4()), CLASSIC)

    async def do(
        self,
        case_id: str,
        name: str,
        actor: str,
        key: str | None = None,
        at: datetime = CLASSIC + timedelta(hours=1),
        expected: int | None = None,
        **params: Any,
    ) -> Answer:
        """Handle a signed command."""
        command = SignedCommand(
            command_id=key or str(uuid4()),
            case_id=case_id,
            name=name,
            params=params,
            actor=actor,
            expected_version=expected,
        )
        return await self.handler.handle(sign(command, self.key), at)

    async def types(self, case_id: str) -> list[str]:
        """The names of a case's events."""
        return [recorded.event.type for recorded in await self.store.load(case_id)]
