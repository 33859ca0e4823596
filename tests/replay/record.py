"""Record the histories that every later version of the workflow must be able to replay.

``python -m tests.replay.record`` writes those that are missing; an old one is never written anew,
because workflows that began with it may still be running somewhere.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import WorkflowHistory

from activities.bulk_plan import Wish
from domain.actor import Actor
from domain.commands import Command
from tests.replay.key import HISTORIES, write_key
from tests.stacks import CLASSIC, INTAKE, LEADER, OFFICER, Site, opened
from workflows.gateway import workflow_id

Story = Callable[[Site], Awaitable[str]]


async def full_ladder(site: Site) -> str:
    """Nobody acts: commune, district, province, and reminders at the top."""
    case_id = await site.report(CLASSIC)
    await site.advance(days=20)
    return case_id


async def busy_life(site: Site) -> str:
    """From acceptance to close, with a pause, a refusal, an extension and an early timer."""
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id, until="take")
    await site.do(case_id, "accept", INTAKE)
    await site.done(case_id, "pause", OFFICER, waiting_for="reporter", reason="Chờ")
    await site.advance(days=4)
    await site.done(case_id, "resume", OFFICER)
    await site.done(case_id, "extend", LEADER, days=2, reason="Thêm thời gian")
    await site.advance(days=10)
    for name in ("draft_response", "approve_response", "inform", "close"):
        await site.step(case_id, name)
    await site.ended(case_id)
    return case_id


async def burst(site: Site) -> str:
    """Forty commands at once."""
    case_id = await site.report(CLASSIC)
    await site.done(case_id, "accept", INTAKE)
    notes = (site.done(case_id, "note", OFFICER, text=f"Ghi chú {n}") for n in range(40))
    await asyncio.gather(*notes)
    return case_id


async def continued_as_new(site: Site) -> str:
    """A program starts it with a report; its runs hand over to each other."""
    case_id = await site.start_directly(CLASSIC, history_limit=60)
    for number in range(12):
        await site.done(case_id, "note", OFFICER, text=f"Ghi chú {number}")
    await site.advance(days=3)
    return case_id


async def reopened(site: Site) -> str:
    """Closed, and opened again by the update that starts the second run."""
    case_id = await site.report(CLASSIC)
    await site.settled()
    await site.live(case_id)
    await site.ended(case_id)
    await site.done(case_id, "reopen", "reporter", reason="Lại hỏng")
    return case_id


async def merged(site: Site) -> str:
    """Another case's command concerns it: a signal lets it look again."""
    other, case_id = await site.report(CLASSIC), await site.report(CLASSIC)
    await site.done(other, "accept", INTAKE)
    await site.done(case_id, "accept", INTAKE)
    await site.done(other, "merge", INTAKE, into=case_id, reason="trùng")
    await site.settled()
    await site.done(case_id, "note", OFFICER, text="Gộp một phản ánh")
    await site.done(other, "unmerge", INTAKE, reason="Không trùng")
    await site.settled()
    return case_id


async def waited_for_postgresql(site: Site) -> str:
    """A wake-up and a command while PostgreSQL is down."""
    case_id = await site.report_due(datetime.now(UTC) + timedelta(seconds=3))
    await site.settled()
    await site.done(case_id, "note", OFFICER, text="Đã xem")
    await site.stack.postgres.stop()
    await asyncio.sleep(9)
    await site.stack.postgres.start()
    async with asyncio.timeout(60):
        while (await site.row(case_id)).rung == "commune":
            await asyncio.sleep(0.2)
    return case_id


STORIES: Mapping[str, Story] = {
    story.__name__: story
    for story in (
        full_ladder,
        busy_life,
        burst,
        continued_as_new,
        reopened,
        merged,
        waited_for_postgresql,
    )
}


async def bulk(site: Site) -> str:
    """One command on more cases than one part has; returns the bulk's id."""
    cases = [await site.report(CLASSIC) for _ in range(45)]
    planner, who = site.office.log.planner, Actor.parse(OFFICER)
    wish = Wish(Command("note", {"text": "Đã xem"}), who, "an", f"replay/{cases[0]}", {})
    planned = await planner.plan(wish, cases, (), await site.office.log.now())
    await planner.bulks.start(planned.bulk_id)
    while (await planner.bulks.get(planned.bulk_id) or planned).state != "finished":
        await asyncio.sleep(0.1)
    return planned.bulk_id


#: Stories of the workflows of bulks.
BULKS: Mapping[str, Story] = {"bulk": bulk}


async def histories(site: Site, own: str) -> list[WorkflowHistory]:
    """Those of all runs of a workflow, the first run first."""
    client = site.office.client
    runs = [run async for run in client.list_workflows(f'WorkflowId = "{own}"')]
    runs.sort(key=lambda run: run.start_time)
    handles = [client.get_workflow_handle(own, run_id=run.run_id) for run in runs]
    return [await handle.fetch_history() for handle in handles]


def write(name: str, found: list[WorkflowHistory]) -> None:
    """One file per story: a list of runs."""
    runs = [{"id": run.workflow_id, "history": run.to_json_dict()} for run in found]
    text = json.dumps(runs, separators=(",", ":"))
    (HISTORIES / f"{name}.json").write_text(text + "\n", encoding="utf-8")


async def _lived(name: str, site: Site) -> str:
    """Live a story; returns the id of its workflow."""
    if name in BULKS:
        return f"bulk/{await BULKS[name](site)}"
    return workflow_id(await STORIES[name](site))


async def record(names: list[str]) -> None:
    """Live each story on a fresh installation in virtual time."""
    with tempfile.TemporaryDirectory() as folder:
        write_key(Path(folder) / "keys")
        async with opened(Path(folder)) as site:
            await site.start_work()
            for name in names:
                own = await _lived(name, site)
                await asyncio.sleep(1)  # the list of runs lags behind
                write(name, await histories(site, own))
                await site.finish()


if __name__ == "__main__":
    missing = [name for name in (*STORIES, *BULKS) if not (HISTORIES / f"{name}.json").exists()]
    asyncio.run(record(sys.argv[1:] or missing))
