"""The two demos: the sample reports with their officers, and a file of yours."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from domain import ledger
from domain.context import Context
from domain.events import Event
from domain.evolve import fold
from domain.policy import Pack
from domain.project import row_of
from domain.row import CaseRow
from domain.scope import Wanted
from eventlog.checks import Finding
from eventlog.counting import counts as counted
from eventlog.inbox import reading
from eventlog.verify import verify
from workers.bootstrap import Log, Office
from workers.demo import arcs
from workers.demo.perform import Played, perform
from workers.demo.plan import BEGIN, Stop, make_plan
from workers.demo.samples import read_samples
from workers.demo.stage import open_stage
from workers.demo.story import Deadline, Standing, Told, counts, deadline, standing, told
from workers.importing.importer import import_file
from workers.importing.profile import Profile, open_profile
from workers.importing.report import ImportReport
from workers.virtual import VirtualTime

__all__ = ["MORNING", "Beat", "Ending", "play_file", "play_samples"]

#: How long a file's open cases are left to themselves, in working days, and in how many steps.
_FILE_DAYS = 15
_FILE_STEPS = 3
_PATIENCE = 60.0
#: A moment of the first day: it tells which pack and which directory are in force.
MORNING = datetime.combine(BEGIN, time(1), UTC)
_UNSEALED = "select (select count(*) from event) > (select count(*) from sealed_entry)"


@dataclass(frozen=True, slots=True)
class Beat:
    """What happened since the beat before: working day, moment (UTC), and events by kind.

    ``zone`` is where people's clocks show local time.
    """

    day: int
    at: datetime
    zone: str
    reports: int
    commands: int
    events: Counter[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """The story as it ended. ``stuck`` counts cases past their time that did not climb."""

    standing: Standing
    history: Told | None
    deadline: Deadline | None
    findings: tuple[Finding, ...]
    stuck: int
    played: Played | None = None
    imported: ImportReport | None = None

    @property
    def ok(self) -> bool:
        """Whether the log is in order, and everything went as it must."""
        surprised = self.played is not None and bool(self.played.surprises)
        return not self.findings and not self.stuck and not surprised


Tell = Callable[[Beat], None]


async def play_samples(office: Office, tell: Tell) -> Ending:
    """Play the plan of the sample reports; raises what the engine raises."""
    log = office.log
    plan = make_plan(read_samples(), log.law().at(MORNING))
    stage = await open_stage(office, plan.start)
    diary = _Diary(log, plan.zone, tell)

    async def at(stop: Stop) -> None:
        await diary.note(stop.day, stop.at, len(stop.reports), len(stop.acts))

    played = await perform(plan, stage, at)
    return Ending(
        standing=await standing(log),
        history=await told(log, stage.ids[plan.first(arcs.CHASED)]),
        deadline=await deadline(log, stage.ids[plan.first(arcs.PAUSED)]),
        findings=await _verified(log),
        stuck=await _stuck(log, stage.now, log.law().at(stage.now).pack),
        played=played,
    )


async def play_file(office: Office, path: Path, spec: str, limit: int | None, tell: Tell) -> Ending:
    """Import a file of another system and leave its open cases to themselves for a while.

    Raises UnknownProfile, PackInvalid, FileRefused, OSError.
    """
    log = office.log
    profile = open_profile(spec, log.settings.profiles_dir)
    imported = await _import(log, path, profile, limit)
    now = await log.now()
    context = log.law().at(now, profile.pack)
    diary = _Diary(log, context.pack.zone, tell)
    clock = VirtualTime(office)
    await clock.settle()
    await diary.note(0, now, imported.imported, 0)
    for day, at in _mornings(context):
        await clock.until(at)
        await diary.note(day, at, 0, 0)
    shown = await _one_that_climbed(log)
    return Ending(
        standing=await standing(log),
        history=await told(log, shown) if shown else None,
        deadline=await deadline(log, shown) if shown else None,
        findings=await _verified(log),
        stuck=await _stuck(log, await log.now(), context.pack),
        imported=imported,
    )


async def _import(log: Log, path: Path, profile: Profile, limit: int | None) -> ImportReport:
    with TemporaryDirectory(prefix="hoiam-rejected-") as folder:
        rejected, now = Path(folder) / "rejected.csv", await log.now()
        return await import_file(
            path, profile, log.store, log.law, rejected=rejected, limit=limit, now=now
        )


def _mornings(context: Context) -> Iterator[tuple[int, datetime]]:
    """The moments to which a file's cases are moved, just after a working day has ended."""
    for day in range(_FILE_DAYS // _FILE_STEPS, _FILE_DAYS + 1, _FILE_DAYS // _FILE_STEPS):
        end = ledger.after(context.now, day, "working_day", context.calendar)
        yield day, end + timedelta(seconds=1)


async def _one_that_climbed(log: Log) -> str | None:
    found: str | None = await log.pool.fetchval(
        "select case_id from event where type = 'CaseEscalated' order by case_id limit 1"
    )
    return found or await log.pool.fetchval("select min(case_id) from case_row")


async def _stuck(log: Log, now: datetime, pack: Pack) -> int:
    """Cases whose time is over, but which are not at the top of the ladder."""
    async with reading(log.pool) as connection:
        overdue = await counted(connection, Wanted(overdue_at=now).scope)
    return sum(n for rung, n in overdue.by["rung"].items() if rung != pack.levels[-1])


async def _verified(log: Log) -> tuple[Finding, ...]:
    """Check the whole log once the sealer has caught up. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE):
        while await log.pool.fetchval(_UNSEALED):
            await asyncio.sleep(0.1)
    return tuple(await verify(log.pool, _project))


def _project(case_id: str, events: Sequence[Event]) -> CaseRow:
    case = fold(case_id, events)
    if case is None:
        raise ValueError(f"Case {case_id} has no events.")
    return row_of(case)


class _Diary:
    """Tells what is new in the log since it was last looked at."""

    def __init__(self, log: Log, zone: str, tell: Tell) -> None:
        self._log = log
        self._zone = zone
        self._tell = tell
        self._known: Counter[str] = Counter()

    async def note(self, day: int, at: datetime, reports: int, commands: int) -> None:
        known = await counts(self._log.pool)
        self._tell(Beat(day, at, self._zone, reports, commands, known - self._known))
        self._known = known
