"""`hoiam up`, `worker` and `api`: the processes that run until they are told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.desk import opening, translated
from cli.errors import Exit, Failed
from cli.options import Data, Json, LogLevel
from cli.output import as_json, say
from eventlog.virtual_clock import advanced
from workers.bootstrap import Log, Office, open_office
from workers.core_logs import forward_core_logs
from workers.embedded.errors import BinaryMissing, EmbeddedError, StartFailed
from workers.embedded.info import publish
from workers.embedded.stack import EmbeddedStack, StackInfo, StackSettings
from workers.logging import configure_logging
from workers.serve import CannotServe, serving
from workers.session import DEFAULT_DATA, embedded_settings
from workers.settings import Settings
from workers.settled import settle
from workers.tracing import tracing
from workers.worker import running

__all__ = ["api", "up", "worker"]

RetentionDays = Annotated[
    int, Parameter(env_var="HOIAM_WORKFLOW_RETENTION_DAYS", validator=Number(gte=1))
]


async def up(
    *,
    data: Data = None,
    virtual_time: bool = False,
    retention_days: RetentionDays = 7,
    log_level: LogLevel = "info",
    json: Json = False,
) -> None:
    """Run PostgreSQL, Temporal, worker and HTTP interface over one data folder until Ctrl-C.

    Parameters
    ----------
    virtual_time
        Let `hoiam advance` move the time: for drills and for trying things out.
    retention_days
        How long Temporal keeps the workflows of closed cases.
    """
    configure_logging(log_level)
    chosen = StackSettings(virtual_time=virtual_time, retention=timedelta(days=retention_days))
    stack = EmbeddedStack(data or DEFAULT_DATA, chosen)
    async with _told_to_stop() as stop, _embedded(stack) as info, _working(_of(info)) as office:
        await _check_time(office.log)
        async with _serving(office) as address:
            told = info.model_copy(update={"api": address})
            publish(told)
            _tell_ready(_addresses(told), json=json)
            await stop.wait()
            say(*([] if json else ["Stopping …"]))


async def worker(*, log_level: LogLevel = "info", json: Json = False) -> None:
    """Run the worker of the installation that the HOIAM_ settings name, until SIGTERM.

    It needs HOIAM_DATABASE_URL, HOIAM_TEMPORAL_ADDRESS and HOIAM_KEYS_DIR. Several may run.
    """
    configure_logging(log_level)
    with translated():
        settings = Settings.from_environment()
    async with _told_to_stop() as stop, _working(settings):
        _tell_ready({"temporal": settings.temporal_address}, json=json)
        await stop.wait()


async def api(*, log_level: LogLevel = "info", json: Json = False) -> None:
    """Serve the HTTP interface of the installation that the HOIAM_ settings name, until SIGTERM.

    It starts, and takes reports in, while Temporal is away. Several may run behind one proxy.
    """
    configure_logging(log_level)
    with translated():
        settings = Settings.from_environment()
    forward_core_logs()
    async with _told_to_stop() as stop:
        with opening(settings), tracing(settings.otlp_endpoint):
            async with open_office(settings, lazy=True) as office, _serving(office) as address:
                _tell_ready({"api": address}, json=json)
                await stop.wait()


@asynccontextmanager
async def _serving(office: Office) -> AsyncIterator[str]:
    try:
        async with serving(office) as address:
            yield address
    except CannotServe as error:
        raise Failed(str(error), Exit.MISTAKE) from error


@asynccontextmanager
async def _told_to_stop() -> AsyncIterator[asyncio.Event]:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    yield stop


@asynccontextmanager
async def _embedded(stack: EmbeddedStack) -> AsyncIterator[StackInfo]:
    with _embedded_errors():
        async with stack:
            yield stack.info


@contextmanager
def _embedded_errors() -> Iterator[None]:
    try:
        yield
    except (BinaryMissing, StartFailed) as error:
        raise Failed(str(error), Exit.UNAVAILABLE) from error
    except EmbeddedError as error:
        raise Failed(str(error), Exit.MISTAKE) from error


@asynccontextmanager
async def _working(settings: Settings) -> AsyncIterator[Office]:
    forward_core_logs()
    with opening(settings), tracing(settings.otlp_endpoint):
        async with open_office(settings) as office, running(office):
            yield office


def _of(info: StackInfo) -> Settings:
    with translated():
        return embedded_settings(info)


async def _check_time(log: Log) -> None:
    """Real time over a folder that was moved ahead would run backwards."""
    ahead = await advanced(log.pool)
    if ahead and not log.settings.virtual_time:
        message = f"The time of this folder was moved ahead by {ahead}: add --virtual-time."
        raise Failed(message, Exit.MISTAKE)


def _addresses(info: StackInfo) -> dict[str, Any]:
    return {
        "data": str(info.data_dir),
        "pid": info.pid,
        "temporal": info.temporal,
        "temporal_ui": info.ui,
        "api": info.api,
        "virtual_time": info.virtual_time,
    }


def _tell_ready(facts: dict[str, Any], *, json: bool) -> None:
    settle()
    if json:
        as_json({"ready": True, **facts})
    else:
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        say(f"Ready: {told}. Stop with Ctrl-C.")
