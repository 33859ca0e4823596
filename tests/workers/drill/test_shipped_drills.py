import json
from pathlib import Path

import pytest

from domain.case import STATES
from domain.commands import COMMANDS
from domain.context import Law
from workers.drill.memory import memory_engine
from workers.drill.runner import run_drill
from workers.drill.scenario import read_scenario

DRILLS = sorted((Path(__file__).parents[3] / "examples" / "drills").glob("*.yaml"))


@pytest.mark.parametrize("path", DRILLS, ids=lambda path: path.stem)
async def test_holds_by_the_rules(path: Path, law: Law) -> None:
    result = await run_drill(path, memory_engine(law), law)
    assert result.ok, result.failure
    assert result.failure is None
    assert result.steps == len(read_scenario(path)[0].steps)


@pytest.mark.parametrize("path", DRILLS, ids=lambda path: path.stem)
async def test_tells_the_same_story_every_time_and_in_json(path: Path, law: Law) -> None:
    first, second = [await run_drill(path, memory_engine(law), law) for _ in range(2)]
    assert json.loads(json.dumps(first.as_json())) == second.as_json()


def test_the_drills_cover_every_command_and_state() -> None:
    steps = [step for path in DRILLS for step in read_scenario(path)[0].steps]
    given = {step.do.command for step in steps if step.do}
    seen = {step.expect.state for step in steps if step.expect and step.expect.state}
    assert len(DRILLS) >= 14
    assert given == set(COMMANDS)
    assert seen == set(STATES)
