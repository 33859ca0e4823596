from collections.abc import Awaitable, Callable
from pathlib import Path
from textwrap import dedent

import pytest

from domain.context import Law
from workers.drill.memory import memory_engine
from workers.drill.result import DrillResult
from workers.drill.runner import run_drill
from workers.law import load_law

Drill = Callable[[str], Awaitable[DrillResult]]


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "drill.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def drill(law: Law, write: Callable[[str], Path]) -> Drill:
    async def run(text: str) -> DrillResult:
        return await run_drill(write(text), memory_engine(law), law)

    return run
