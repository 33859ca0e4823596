"""A whole installation for a test: real servers, and a worker that can be stopped and started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from temporalio.client import WorkflowExecutionStatus
from uuid_utils.compat import uuid7

from activities.messages import Answer, CaseInput, Start
from domain.actor import REPORTER, Actor
from domain.events import Event
from domain.evolve import fold
from domain.project import row_of
from domain.report import Report
from domain.row import CaseRow
from eventlog.verify import Finding, verify
from workers.bootstrap import Office, open_office
from workers.embedded.stack import EmbeddedStack, StackSettings
from workers.settings import Settings
from workers.virtual import VirtualTime
from workers.worker import running
from workflows.case import CaseWorkflow
from workflows.gateway import workflow_id

__all__ = [
    "CLASSIC",
    "COMMUNE",
    "DISTRICT",
    "DUE",
    "INTAKE",
    "LEADER",
    "LIFE",
    "OFFICER",
    "PROVINCE",
    "SINCE_2025",
    "TEXT",
    "Site",
    "local",
    "opened",
    "project",
    "settings_of",
]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNE, DISTRICT, PROVINCE = "unit:26734", "unit:760", "unit:79"
INTAKE, OFFICER, LEADER = (
    f"{role}@{COMMUNE}" for role in ("intake_officer", "case_officer", "leader")
)
TEXT = "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy"
ANSWER = {"text": "Đã vá xong.", "act": "Vá mặt đường", "done_on": "2024-03-01", "evidence": "ảnh"}
#: A case from its acceptance to its close.
LIFE: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("accept", INTAKE, {}),
    ("classify", INTAKE, {"category": "drainage_flood"}),
    ("assign", INTAKE, {"lead": COMMUNE}),
    ("take", OFFICER, {}),
    ("note", OFFICER, {"text": "Đã đến hiện trường."}),
    ("draft_response", OFFICER, ANSWER),
    ("approve_response", LEADER, {}),
    ("inform", INTAKE, {"text": "Đã xử lý."}),
    ("close", INTAKE, {"outcome": "solved_unconfirmed"}),
)


def local(text: str) -> datetime:
    """A moment in Vietnamese local time, as ``2024-03-04 08:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


#: Monday mornings well inside each pack, before weeks without a holiday.
CLASSIC = local("2024-03-04 08:00")
SINCE_2025 = local("2025-10-06 08:00")
#: When a report of ``CLASSIC`` must have been accepted.
DUE = local("2024-03-06 17:00")


def project(case_id: str, events: Sequence[Event]) -> CaseRow:
    """The row that the read model must have after these events."""
    case = fold(case_id, events)
    assert case is not None
    return row_of(case)


def settings_of(stack: EmbeddedStack, **changes: Any) -> Settings:
    """The settings of an installation over an embedded stack."""
    return Settings(
        database_url=stack.info.postgres_dsn,
        temporal_address=stack.info.temporal,
        keys_dir=stack.info.data_dir / "keys",
        virtual_time=stack.info.virtual_time,
        **changes,
    )


@dataclass(slots=True)
class Site:
    """An installation, its servers, and its worker while it works."""

    stack: EmbeddedStack
    office: Office
    cases: list[str] = field(default_factory=list)
    _work: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start_work(self) -> None:
        """Start worker, relay and sealer."""
        await self._work.enter_async_context(running(self.office))

    async def stop_work(self) -> None:
        """Stop them."""
        await self._work.aclose()

    async def report(self, at: datetime = CLASSIC, key: str | None = None, **facts: Any) -> str:
        """Take a report in at a moment of the case's own time; returns the case's id."""
        form, intake = await self.form(at, **facts), self.office.log.intake
        receipt = await intake.take(form, REPORTER, key or str(uuid4()), at)
        self.cases.append(receipt.case_id)
        return receipt.case_id

    async def form(self, at: datetime, **facts: Any) -> Report:
        """A report whose case lives at a moment of its own time."""
        ahead = at - await self.office.log.now()
        classic = at < local("2025-07-01 00:00")
        usual = {"unit": "26734" if classic else "26740", "category": "road", "text": TEXT}
        pack = {"pack": "classic"} if classic else {}
        return Report(clock_base=round(ahead.total_seconds()), **{**usual, **pack, **facts})

    async def report_due(self, moment: datetime, key: str | None = None) -> str:
        """Take in a report whose first deadline, ``DUE`` on its own clock, comes at a moment."""
        moved = DUE - moment
        received = await self.office.log.now() + moved
        form = await self.form(CLASSIC, received_at=CLASSIC)
        base = round(moved.total_seconds())
        shifted = form.model_copy(update={"clock_base": base})
        intake = self.office.log.intake
        receipt = await intake.take(shifted, REPORTER, key or str(uuid4()), received)
        self.cases.append(receipt.case_id)
        return receipt.case_id

    async def start_directly(
        self,
        at: datetime = CLASSIC,
        history_limit: int = 1_000,
        case_id: str | None = None,
        **facts: Any,
    ) -> str:
        """Start a case's workflow with a report, as other programs may; returns the case's id."""
        case_id = case_id or str(uuid7())
        report = await self.form(at, received_at=at, **facts)
        start = Start(report=report, actor="integration@unit:79", key=f"direct/{uuid7()}")
        await self.office.client.start_workflow(
            CaseWorkflow.run,
            CaseInput(case_id=case_id, start=start, history_limit=history_limit),
            id=workflow_id(case_id),
            task_queue=self.office.gateway.task_queue,
        )
        self.cases.append(case_id)
        return case_id

    async def finish(self) -> None:
        """End all cases so far, so that later tests need not move them."""
        await asyncio.gather(*(self._end(case_id) for case_id in self.cases))
        self.cases.clear()

    async def _end(self, case_id: str) -> None:
        row = await self.office.log.store.row(case_id)
        if row is not None and row.open:
            told = row.state == "informed"
            params = {"outcome": "explained"} if told else {"reason": "hết bài thử"}
            await self.done(case_id, "close" if told else "withdraw", "system", **params)

    async def do(
        self, case_id: str, name: str, actor: str, key: str | None = None, **params: Any
    ) -> Answer:
        """Give a command."""
        gateway, who = self.office.gateway, Actor.parse(actor)
        return await gateway.command(case_id, name, params, who, key or str(uuid4()))

    async def done(self, case_id: str, name: str, actor: str, **params: Any) -> Answer:
        """Give a command that must be allowed."""
        answer = await self.do(case_id, name, actor, **params)
        assert answer.rejected is None, answer
        return answer

    async def live(self, case_id: str, until: str = "close") -> list[Answer]:
        """Let officers work on a case, up to and including a command of ``LIFE``."""
        names = [name for name, _, _ in LIFE]
        return [await self.step(case_id, name) for name in names[: names.index(until) + 1]]

    async def step(self, case_id: str, name: str) -> Answer:
        """The step of ``LIFE`` with this name."""
        actor, params = next((actor, params) for own, actor, params in LIFE if own == name)
        return await self.done(case_id, name, actor, **params)

    async def advance(self, **by: float) -> None:
        """Move the installation's time; the keywords are those of ``timedelta``."""
        await VirtualTime(self.office).by(timedelta(**by))

    async def settled(self) -> None:
        """Wait until the outbox is empty: every case has its workflow."""
        while await self.office.log.pool.fetchval("select exists (select from outbox)"):
            await asyncio.sleep(0.02)

    async def history(self, case_id: str) -> list[Event]:
        """The events of a case."""
        return [recorded.event for recorded in await self.office.log.store.load(case_id)]

    async def types(self, case_id: str) -> list[str]:
        """Their names."""
        return [event.type for event in await self.history(case_id)]

    async def row(self, case_id: str) -> CaseRow:
        """The read model's row."""
        row = await self.office.log.store.row(case_id)
        assert row is not None
        return row

    async def runs(self, case_id: str, at_least: int = 1) -> int:
        """How many runs the case's workflow has had; the server's list of them lags behind."""
        query = f'WorkflowId = "{workflow_id(case_id)}"'
        found = 0
        for _ in range(100):
            found = len([run async for run in self.office.client.list_workflows(query)])
            if found >= at_least:
                break
            await asyncio.sleep(0.1)
        return found

    async def ended(self, case_id: str) -> WorkflowExecutionStatus | None:
        """Wait until the newest run has ended; returns how."""
        handle = self.office.gateway.handle(case_id)
        while (status := (await handle.describe()).status) is WorkflowExecutionStatus.RUNNING:
            await asyncio.sleep(0.02)
        return status

    async def findings(self) -> list[Finding]:
        """What is wrong with the log."""
        return await verify(self.office.log.pool, project)


@asynccontextmanager
async def opened(
    folder: Path, *, virtual_time: bool = True, supervised: bool = False, **changes: Any
) -> AsyncIterator[Site]:
    """An installation in a folder; its worker is not started yet."""
    options = StackSettings(virtual_time=virtual_time, supervised=supervised)
    async with EmbeddedStack(folder, options) as stack:
        async with open_office(settings_of(stack, **changes)) as office:
            site = Site(stack, office)
            try:
                yield site
            finally:
                await site.stop_work()
        # The bridge of the Temporal client may still be letting go (sdk-python #300).
        await asyncio.sleep(0.5)
