"""Drills on the real server: the same story as by the rules, each in a time of its own."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from domain.context import Law
from workers import following
from workers.bootstrap import open_office
from workers.drill.engine import Engine, Observed
from workers.drill.memory import memory_engine
from workers.drill.result import DrillResult
from workers.drill.runner import run_drill
from workers.drill.scratch import scratch_office
from workers.drill.temporal import TemporalEngine, temporal_engine
from workers.embedded.stack import EmbeddedStack, StackSettings
from workers.session import embedded_settings
from workers.settings import Settings
from workers.virtual import NotVirtual, StandsStill, VirtualTime
from workflows.gateway import workflow_id

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("drills")]

DRILLS = sorted((Path(__file__).parents[3] / "examples" / "drills").glob("*.yaml"))
START = datetime(2024, 3, 4, 1, tzinfo=UTC)
OFFICER = "intake_officer@unit:26734"
LEADER = "leader@unit:26734"
RESPONSE = {"text": "Đã vá", "act": "Vá ổ gà", "done_on": "2024-03-04", "evidence": ["Ảnh"]}
SECONDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):[\d.]+Z")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def settings(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    folder = tmp_path_factory.mktemp("drills")
    async with EmbeddedStack(folder, StackSettings(virtual_time=True)) as stack:
        yield embedded_settings(stack.info, {})
        # The bridge of the Temporal client may still be letting go (sdk-python #300).
        await asyncio.sleep(0.5)


def to_the_minute(told: Any) -> Any:
    """What must be the same: all but what is drawn by lot, and seconds."""
    if isinstance(told, dict):
        return {k: to_the_minute(v) for k, v in told.items() if k not in {"code", "clock_base"}}
    if isinstance(told, list):
        return [to_the_minute(one) for one in told]
    return SECONDS.sub(r"\1", told) if isinstance(told, str) else told


async def both(path: Path, settings: Settings, law: Law) -> tuple[DrillResult, DrillResult]:
    real = await run_drill(path, temporal_engine(settings, law), law)
    return await run_drill(path, memory_engine(law), law), real


@pytest.mark.parametrize("path", DRILLS, ids=lambda path: path.stem)
async def test_both_engines_tell_the_same_story(path: Path, settings: Settings, law: Law) -> None:
    by_rules, real = await both(path, settings, law)
    assert real.ok, real.failure
    assert to_the_minute(real.history) == to_the_minute(by_rules.history)


async def test_a_limit_of_hours_is_over_when_as_many_hours_are(
    settings: Settings, law: Law, write: Callable[[str], Path]
) -> None:
    path = write("""
        policy: classic
        start: 2024-03-04T08:00
        steps:
          - report: {case: a, unit: "26734", category: road, text: "Sạt lở"}
          - do: {case: a, command: set_severity, as: "leader@unit:26734",
                 set: {severity: hot_spot, reason: "Nguy hiểm"}}
          - advance: {by: 3 hours}
          - expect: {case: a, rung: commune, overdue: false}
          - advance: {by: 1 hours}
          - expect: {case: a, rung: district, late: true}
          - do: {case: a, command: accept, as: "intake_officer@unit:760"}
          - advance: {by: 4 hours}
          - expect: {case: a, rung: province}
          - advance: {by: 4 hours}
          - expect: {case: a, rung: province, count: {DeadlineMissed: 3, TopRungReminder: 0}}
          - advance: {by: 8 hours}
          - expect: {case: a, count: {DeadlineMissed: 3, TopRungReminder: 2}}
    """)
    by_rules, real = await both(path, settings, law)
    assert by_rules.ok, by_rules.failure
    assert real.ok, real.failure
    assert to_the_minute(real.history) == to_the_minute(by_rules.history)


async def reported(engine: Engine, alias: str) -> None:
    fields = {"unit": "26734", "category": "road", "text": "Ổ gà", "pack": "classic"}
    assert await engine.report(alias, "reporter", fields) is None


async def done(engine: Engine, alias: str, name: str, actor: str, **params: Any) -> None:
    assert await engine.do(alias, name, actor, params) is None


async def closed(engine: Engine, alias: str) -> None:
    await done(engine, alias, "accept", OFFICER)
    await done(engine, alias, "assign", OFFICER, lead="unit:26734")
    await done(engine, alias, "draft_response", OFFICER, **RESPONSE)
    await done(engine, alias, "approve_response", LEADER)
    await done(engine, alias, "inform", OFFICER)
    await done(engine, alias, "close", OFFICER, outcome="solved_unconfirmed")


async def seen(engine: Engine, alias: str) -> Observed:
    observed = await engine.observe(alias)
    assert observed is not None
    return observed


async def test_a_case_reopened_after_its_close_goes_on_at_the_scenarios_time(
    settings: Settings, law: Law
) -> None:
    async with scratch_office(settings, law) as office:
        engine = TemporalEngine(START, office)
        await reported(engine, "a")
        await closed(engine, "a")
        await engine.advance(START + timedelta(days=2))
        await done(engine, "a", "reopen", "reporter", reason="Vẫn còn")
        again = (await seen(engine, "a")).history[-1].occurred_at
        assert timedelta() <= again - engine.now < timedelta(seconds=30)
        await engine.advance(START + timedelta(days=20))
        told = await seen(engine, "a")
        missed = [one for one in told.history if one.type == "DeadlineMissed"]
        assert [f"{one.occurred_at:%m-%d %H:%M}" for one in missed] == ["03-20 10:00"]
        assert (told.case.rung, told.case.late) == ("district", True)
        handle = workflow_id(told.case.case_id)
        runs = [run async for run in office.client.list_workflows(f'WorkflowId = "{handle}"')]
        assert len(runs) >= 2


async def test_a_run_that_hands_over_to_the_next_keeps_the_time(
    settings: Settings, law: Law
) -> None:
    short = settings.model_copy(update={"history_limit": 50})
    async with scratch_office(short, law) as office:
        engine = TemporalEngine(START, office)
        await reported(engine, "a")
        for day in range(1, 3):
            for _ in range(12):
                await done(engine, "a", "note", OFFICER, text="Đã xem")
            await engine.advance(START + timedelta(days=day))
        assert (await seen(engine, "a")).case.late is False
        noted = await seen(engine, "a")
        last = [one.occurred_at for one in noted.history if one.type == "ProgressNoted"][-1]
        assert timedelta() <= last - (START + timedelta(days=1)) < timedelta(seconds=30)
        await engine.advance(START + timedelta(days=3))
        missed = [o for o in (await seen(engine, "a")).history if o.type == "DeadlineMissed"]
        assert [f"{one.occurred_at:%m-%d %H:%M}" for one in missed] == ["03-06 10:00"]


async def test_time_that_is_moved_often_is_never_lost(settings: Settings, law: Law) -> None:
    async with temporal_engine(settings, law)(START) as engine:
        await reported(engine, "a")
        for hour in range(1, 9):
            await engine.advance(START + timedelta(hours=hour))
        await done(engine, "a", "note", OFFICER, text="Đã xem")
        at = (await seen(engine, "a")).history[-1].occurred_at
        assert timedelta() <= at - engine.now < timedelta(seconds=30)


async def test_drills_side_by_side_have_times_of_their_own(settings: Settings, law: Law) -> None:
    engines = temporal_engine(settings, law)
    async with engines(START) as one, engines(START) as other:
        for engine in (one, other):
            await reported(engine, "a")
        await one.advance(START + timedelta(days=20))
        assert (await seen(one, "a")).case.rung == "province"
        assert (await seen(other, "a")).case.rung == "commune"
        await done(other, "a", "accept", OFFICER)
        at = (await seen(other, "a")).history[-1].occurred_at
        assert timedelta() <= at - START < timedelta(seconds=30)


async def test_a_drill_leaves_nothing_on_the_servers(settings: Settings, law: Law) -> None:
    async with scratch_office(settings, law) as office:
        engine = TemporalEngine(START, office)
        await reported(engine, "a")
        await done(engine, "a", "accept", OFFICER)
        handle = office.gateway.handle((await seen(engine, "a")).case.case_id)
    assert (await handle.describe()).close_time is not None
    owner = await asyncpg.connect(settings.database_url.get_secret_value())
    try:
        names = [row[0] for row in await owner.fetch("select datname from pg_database")]
    finally:
        await owner.close()
    assert [name for name in names if name.startswith("drill")] == []


async def test_a_refused_report_has_no_case(settings: Settings, law: Law) -> None:
    async with temporal_engine(settings, law)(START) as engine:
        refusal = await engine.report(
            "a", "reporter", {"unit": "no", "category": "road", "text": "?"}
        )
        assert refusal is not None
        assert (refusal.code, refusal.param) == ("invalid", "unit")
        unknown = await engine.do("a", "accept", OFFICER, {})
        assert unknown is not None
        assert unknown.code == "unknown_case"
        assert await engine.observe("a") is None


async def test_a_stack_in_real_time_is_left_alone(settings: Settings, law: Law) -> None:
    real = settings.model_copy(update={"virtual_time": False})
    with pytest.raises(NotVirtual, match="--virtual-time"):
        async with temporal_engine(real, law)(START):
            pass


async def test_a_clock_that_cannot_go_on_fails_the_step(
    settings: Settings,
    law: Law,
    write: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "_PATIENCE", 1.0)
    path = write("""
        start: 2030-12-26T08:00 # the calendar ends with the year, and nobody acts on the case
        steps:
          - report: {case: a, unit: "26740", category: road, text: "Ổ gà"}
          - advance: {until: 2030-12-31T16:00}
    """)
    for result in await both(path, settings, law):
        assert result.failure is not None
        assert result.failure.step == 2
        assert "calendar vn@1 covers 2019-01-01 to 2030-12-31" in result.failure.found
        assert [event["type"] for event in result.history["a"]] == ["CaseReported", "ClockStarted"]


async def test_time_that_no_worker_follows_is_told(
    settings: Settings, law: Law, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_PATIENCE", 0.1)
    own = settings.model_copy(update={"keys_dir": tmp_path / "keys"})
    async with open_office(own, lambda: law) as office:
        engine = TemporalEngine(START, office)
        await reported(engine, "a")
        with pytest.raises(StandsStill, match="is a worker running"):
            await VirtualTime(office).by(timedelta(days=1))
