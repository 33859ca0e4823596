from datetime import UTC, datetime, timedelta
from typing import Any

from domain.context import Law
from workers.drill.engine import Engine, Observed
from workers.drill.memory import memory_engine
from workers.drill.result import histories

START = datetime(2024, 3, 4, 1, tzinfo=UTC)
OFFICER = "intake_officer@unit:26734"
LEADER = "leader@unit:26734"


async def reported(engine: Engine, alias: str) -> None:
    fields = {"unit": "26734", "category": "road", "text": "Ổ gà", "pack": "classic"}
    assert await engine.report(alias, "reporter", fields) is None


async def done(engine: Engine, alias: str, name: str, actor: str, **params: Any) -> None:
    assert await engine.do(alias, name, actor, params) is None


async def seen(engine: Engine, alias: str) -> Observed:
    observed = await engine.observe(alias)
    assert observed is not None
    return observed


async def types(engine: Engine, alias: str) -> list[str]:
    return [event.type for event in (await seen(engine, alias)).history]


async def answered(engine: Engine, alias: str) -> None:
    await done(engine, alias, "accept", OFFICER)
    await done(engine, alias, "assign", OFFICER, lead="unit:26734")
    await done(engine, alias, "draft_response", OFFICER, text="Đã vá")
    await done(engine, alias, "approve_response", LEADER)


async def test_every_firing_has_its_due_time_however_far_time_is_moved(law: Law) -> None:
    async with memory_engine(law)(START) as far, memory_engine(law)(START) as near:
        await reported(far, "a")
        await reported(near, "a")
        end = START + timedelta(days=40)
        await far.advance(end)
        for hours in range(7, 40 * 24, 7):
            await near.advance(START + timedelta(hours=hours))
        await near.advance(end)
        assert far.now == near.now == end
        assert await far.observe("a") == await near.observe("a")


async def test_reporters_of_merged_cases_are_told_with_the_survivor_of_each_answer(
    law: Law,
) -> None:
    async with memory_engine(law)(START) as engine:
        for alias in ("a", "b", "c"):
            await reported(engine, alias)
        await done(engine, "c", "merge", OFFICER, into="b", reason="Trùng")
        await done(engine, "b", "merge", OFFICER, into="a", reason="Trùng")
        await answered(engine, "a")
        await done(engine, "a", "inform", OFFICER)
        for alias in ("b", "c"):
            told = (await seen(engine, alias)).history[-1]
            assert (told.type, str(told.actor)) == ("ReporterInformed", "system")
        await done(engine, "a", "reopen", "reporter", reason="Còn")
        await done(engine, "a", "draft_response", OFFICER, text="Vá lại")
        await done(engine, "a", "approve_response", LEADER)
        await done(engine, "a", "inform", OFFICER)
        for alias in ("b", "c"):
            happened = [one.type for one in (await seen(engine, alias)).history]
            assert happened.count("ReporterInformed") == 2


async def test_what_is_due_when_a_merge_is_undone_happens_then(law: Law) -> None:
    async with memory_engine(law)(START) as engine:
        await reported(engine, "a")
        await reported(engine, "b")
        await done(engine, "b", "merge", OFFICER, into="a", reason="Trùng")
        later = START + timedelta(days=9)
        await engine.advance(later)
        await done(engine, "b", "unmerge", OFFICER, reason="Khác")
        missed = [e for e in (await seen(engine, "b")).history if e.type == "DeadlineMissed"]
        assert [event.occurred_at for event in missed] == [later]
        assert "CaseLinked" in await types(engine, "a")


async def test_linked_cases_know_of_each_other(law: Law) -> None:
    async with memory_engine(law)(START) as engine:
        await reported(engine, "a")
        await reported(engine, "b")
        await done(engine, "a", "link", OFFICER, to="b")
        assert (await types(engine, "a"))[-1] == (await types(engine, "b"))[-1] == "CaseLinked"
        refusal = await engine.do("a", "link", OFFICER, {"to": "nobody"})
        assert refusal is not None
        assert refusal.code == "invalid"


async def test_histories_call_cases_as_the_scenario_does(law: Law) -> None:
    async with memory_engine(law)(START) as engine:
        await reported(engine, "id-1")
        await reported(engine, "id-2")
        await done(engine, "id-1", "link", OFFICER, to="id-2")
        told = histories({"a": await seen(engine, "id-1"), "b": await seen(engine, "id-2")})
    assert told["a"][-1]["body"]["to"] == "b"
    assert told["b"][-1]["body"]["to"] == "a"
