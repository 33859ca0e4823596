"""`hoiam drill`: a scenario, on the rules alone or on the real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from cli.desk import opening, settings_at
from cli.errors import Exit, mistakes
from cli.options import Data, File, Json
from cli.output import as_json, complain, say
from workers.core_logs import forward_core_logs
from workers.drill.memory import memory_engine
from workers.drill.result import DrillResult
from workers.drill.runner import run_drill
from workers.drill.scenario import ScenarioInvalid
from workers.drill.temporal import temporal_engine
from workers.embedded.info import find
from workers.embedded.stack import EmbeddedStack, StackSettings
from workers.law import load_law
from workers.logging import configure_logging
from workers.session import DEFAULT_DATA, embedded_settings
from workers.settings import Settings
from workers.virtual import NotVirtual

__all__ = ["drill"]


async def drill(
    file: File,
    /,
    *,
    engine: Literal["memory", "temporal"] = "memory",
    data: Data = None,
    json: Json = False,
) -> int:
    """Run a scenario; ends with 0 when every expectation holds, and with 1 at the first that fails.

    Parameters
    ----------
    file
        A scenario in YAML; examples/drills holds some.
    engine
        The rules in memory, or the real server in virtual time: on the stack over --data (or over
        .hoiam, if one runs there in virtual time), else on one that lives as long as the drill.
    """
    configure_logging("error")
    with mistakes(ScenarioInvalid, NotVirtual):
        result = await (_on_temporal(file, data) if engine == "temporal" else _in_memory(file))
    as_json(result.as_json()) if json else _tell(result)
    return Exit.OK if result.ok else Exit.FAULT


async def _in_memory(file: Path) -> DrillResult:
    law = load_law()
    return await run_drill(file, memory_engine(law), law)


async def _on_temporal(file: Path, data: Path | None) -> DrillResult:
    forward_core_logs()
    async with _servers(data) as settings:
        law = load_law()
        with opening(settings):
            return await run_drill(file, temporal_engine(settings, law), law)


@asynccontextmanager
async def _servers(data: Path | None) -> AsyncIterator[Settings]:
    own = find(DEFAULT_DATA)
    if data is not None or (own is not None and own.virtual_time):
        yield settings_at(data)
        return
    with TemporaryDirectory(prefix="hoiam-drill-") as folder:
        async with EmbeddedStack(Path(folder), StackSettings(virtual_time=True)) as stack:
            yield embedded_settings(stack.info)


def _tell(result: DrillResult) -> None:
    if result.failure is None:
        say(f"{result.file}: all {result.steps} steps went as expected ({result.engine}).")
        return
    complain(result.failure.message)
    for name, events in result.history.items():
        say(f"Case {name} so far:")
        say(*(f"  {_line(event)}" for event in events))


def _line(event: dict[str, Any]) -> str:
    return f"{event['version']:>3}. {event['occurred_at'][:16]}Z  {event['type']}  {event['actor']}"
