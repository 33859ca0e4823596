"""What the activities tell a log: names and ids, whatever somebody sends as a command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from activities.cases import CaseActivities
from activities.messages import Answer, SignedCommand

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


class _Unasked:
    """Answers any command; what is logged does not depend on it."""

    async def handle(self, command: SignedCommand, _now: datetime) -> Answer:
        return Answer(case_id=command.case_id, version=1)


@pytest.mark.parametrize(
    ("name", "told"), [("accept", "accept"), ("Nguyễn Văn An, 0901234567", "unknown")]
)
async def test_a_log_names_commands_and_nothing_else(name: str, told: str) -> None:
    handler: Any = _Unasked()
    intake: Any = None
    command = SignedCommand(
        case_id="case-1", command_id="k", name=name, params={}, actor="reporter", signature=""
    )
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as logs:
        await CaseActivities(handler, intake).handle_command(command, NOW)
    assert [log["command"] for log in logs] == [told]
