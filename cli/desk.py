"""Opens what a command needs, and turns what can go wrong there into messages and exit codes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from temporalio.service import RPCError

from cli.errors import Exit, Failed, refused
from domain.rejection import Rejected
from eventlog.errors import DatabaseTooNew, EventLogError, KeyFileRefused, WrongMasterKey
from workers.bootstrap import Log, Office, open_log, open_office
from workers.core_logs import forward_core_logs
from workers.logging import configure_logging
from workers.packs import PackInvalid
from workers.session import NothingRuns, find_settings
from workers.settings import BadSettings, Settings
from workers.tracing import tracing
from workflows.gateway import Unavailable

__all__ = ["log_at", "office_at", "opening", "settings_at", "translated"]

#: A server that is there but does not answer would hold a command for half a minute.
_PATIENCE = 15.0
_LOST = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    ConnectionRefusedError,
    ConnectionResetError,
    TimeoutError,
)
_WRONG_ADDRESS = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Give what the rooms below raise its exit code and its words."""
    try:
        yield
    except Rejected as error:
        refusal = error.rejection
        raise refused(refusal.code, refusal.detail, refusal.param) from error
    except NothingRuns as error:
        raise Failed(str(error), Exit.UNAVAILABLE) from error
    except (BadSettings, PackInvalid) as error:
        raise Failed(str(error), Exit.MISTAKE) from error
    except (Unavailable, RPCError) as error:
        raise Failed(f"{error} Try again when it is back.", Exit.UNAVAILABLE) from error
    except (KeyFileRefused, WrongMasterKey, DatabaseTooNew) as error:
        raise Failed(str(error), Exit.MISTAKE) from error
    except EventLogError as error:
        raise Failed(str(error), Exit.FAULT) from error
    except _LOST as error:
        raise _no_database(error) from error


@contextmanager
def opening(settings: Settings) -> Iterator[None]:
    """The same while connections are made, when more can go wrong."""
    try:
        with translated():
            yield
    except _WRONG_ADDRESS as error:
        raise Failed(f"HOIAM_DATABASE_URL: {error}", Exit.MISTAKE) from error
    except OSError as error:
        raise _no_database(error) from error
    except RuntimeError as error:
        # What the Temporal client raises when it cannot connect; other kinds are subclasses.
        if type(error) is not RuntimeError:
            raise
        message = f"Temporal cannot be reached at {settings.temporal_address}; is it running?"
        raise Failed(message, Exit.UNAVAILABLE) from error


def settings_at(data: Path | None) -> Settings:
    """The settings of what the command is meant for."""
    with translated():
        return find_settings(data)


@asynccontextmanager
async def log_at(data: Path | None) -> AsyncIterator[Log]:
    """The log of what runs: all that is needed to take reports in and to look at cases."""
    settings = settings_at(data)
    _be_quiet(settings)
    with opening(settings):
        async with open_log(settings) as log:
            yield log


@asynccontextmanager
async def office_at(data: Path | None) -> AsyncIterator[Office]:
    """The log and Temporal of what runs."""
    settings = settings_at(data)
    _be_quiet(settings)
    forward_core_logs()
    async with AsyncExitStack() as undo:
        undo.enter_context(opening(settings))
        undo.enter_context(tracing(settings.otlp_endpoint))
        yield await _in_time(undo.enter_async_context(open_office(settings)))


async def _in_time(opened: Awaitable[Office]) -> Office:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await opened
    except TimeoutError as error:
        message = f"PostgreSQL or Temporal is there, but did not answer within {_PATIENCE:.0f} s."
        raise Failed(message, Exit.UNAVAILABLE) from error


def _be_quiet(settings: Settings) -> None:
    """A command speaks for itself; its logs are for when something is wrong."""
    configure_logging("debug" if settings.log_level == "debug" else "warning")


def _no_database(error: Exception) -> Failed:
    message = f"PostgreSQL cannot be reached ({type(error).__name__}); try again when it is back."
    return Failed(message, Exit.UNAVAILABLE)
