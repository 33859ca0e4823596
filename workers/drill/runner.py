"""Runs a scenario on an engine, step by step, until its end or the first thing that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import CalendarEnds
from domain.context import Law
from domain.rejection import Rejection
from workers.drill.compare import Difference, difference
from workers.drill.engine import Engine, EngineFactory, Observed
from workers.drill.forms import Act, Do, Expect
from workers.drill.plan import Plan, Timed, plan
from workers.drill.result import DrillResult, Failure, histories
from workers.following import StandsStill

__all__ = ["run_drill"]


async def run_drill(path: Path, open_engine: EngineFactory, law: Law) -> DrillResult:
    """Run one scenario file. Raises ScenarioInvalid before anything is run."""
    ready = plan(path, law)
    async with open_engine(ready.start) as engine:
        return await _Run(ready, engine, law).whole()


class _Run:
    """One run of a plan: the engine, and the answer to the last report or command."""

    def __init__(self, ready: Plan, engine: Engine, law: Law) -> None:
        self._plan = ready
        self._engine = engine
        self._law = law
        self._refusal: Rejection | None = None
        self._cases: dict[str, None] = {}

    async def whole(self) -> DrillResult:
        failure, done = None, 0
        for timed in self._plan.steps:
            done, failure = timed.number, await self._step(timed)
            if failure is not None:
                break
        history = histories(await self._seen())
        return DrillResult(
            failure is None, self._plan.file, self._engine.name, done, failure, history
        )

    async def _step(self, timed: Timed) -> Failure | None:
        try:
            wrong = await self._difference(timed)
        except CalendarEnds as error:
            wrong = Difference(timed.step.name, "a calendar that reaches far enough", str(error))
        except StandsStill as error:
            wrong = Difference(timed.step.name, "every clock to go on", str(error))
        return self._failure(timed, wrong) if wrong else None

    async def _difference(self, timed: Timed) -> Difference | None:
        step = timed.step
        if step.act is not None:
            self._refusal = await self._perform(step.act)
            return None if timed.refusable else _unexpected(step.act, self._refusal)
        if step.advance is not None:
            await self._engine.advance(timed.at)
        return await self._compare(step.expect) if step.expect else None

    async def _perform(self, act: Act) -> Rejection | None:
        if isinstance(act, Do):
            return await self._engine.do(act.case, act.command, act.as_, act.params)
        self._cases[act.case] = None
        fields = act.fields(ZoneInfo(self._law.zone))
        pin = {"pack": self._plan.pack} if self._plan.pack else {}
        return await self._engine.report(act.case, act.as_, fields | pin)

    async def _compare(self, expect: Expect) -> Difference | None:
        code = self._refusal.code if self._refusal else None
        if "rejected" in expect.keys and expect.rejected != code:
            return Difference("rejected", expect.rejected, _told(self._refusal))
        if expect.keys == {"rejected"}:
            return None
        seen = await self._engine.observe(expect.case)
        if seen is None:
            return Difference("case", expect.case, "no such case: its report was refused")
        return difference(expect, seen, self._engine.now, self._law)

    async def _seen(self) -> dict[str, Observed]:
        seen = {alias: await self._engine.observe(alias) for alias in self._cases}
        return {alias: one for alias, one in seen.items() if one is not None}

    def _failure(self, timed: Timed, wrong: Difference) -> Failure:
        where = f"{self._plan.file}:{timed.line}: step {timed.number}"
        message = f"{where}: {wrong.key}: expected {wrong.expected}, found {wrong.found}"
        return Failure(timed.number, timed.line, wrong.expected, wrong.found, message)


def _unexpected(act: Act, refusal: Rejection | None) -> Difference | None:
    if refusal is None:
        return None
    what = act.command if isinstance(act, Do) else "report"
    return Difference(f"{what} on case {act.case}", "done", _told(refusal))


def _told(refusal: Rejection | None) -> Any:
    return f"{refusal.code}: {refusal.detail}" if refusal else None
