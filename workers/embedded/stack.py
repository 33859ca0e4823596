"""The embedded stack: PostgreSQL and Temporal over one data folder, as one thing to start."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from workers.embedded.dynamicconfig import SHIPPED
from workers.embedded.info import StackInfo, find, publish, withdraw
from workers.embedded.lock import DataLock
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.supervise import kept_running
from workers.embedded.temporal import RETENTION, EmbeddedTemporal

__all__ = ["EmbeddedStack", "StackInfo", "StackSettings", "find"]


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What may be chosen about a stack; ports left out are free ones."""

    virtual_time: bool = False
    postgres_bin: Path | None = None
    postgres_port: int | None = None
    temporal_port: int | None = None
    ui_port: int | None = None
    retention: timedelta = RETENTION
    dynamic_config: Path = SHIPPED
    supervised: bool = True


DEFAULTS = StackSettings()


class EmbeddedStack:
    """Both servers while its context lasts; used as `async with EmbeddedStack(folder) as stack`."""

    def __init__(self, data_dir: Path, settings: StackSettings = DEFAULTS) -> None:
        self._data_dir = data_dir.absolute()
        self._settings = settings
        self.postgres = EmbeddedPostgres(
            self._data_dir / "postgres", settings.postgres_bin, settings.postgres_port
        )
        self.temporal = EmbeddedTemporal(
            self._data_dir / "temporal",
            settings.temporal_port,
            virtual_time=settings.virtual_time,
            dynamic_config=settings.dynamic_config,
            ui_port=settings.ui_port,
            retention=settings.retention,
        )
        self._started_at = datetime.now(UTC)
        self._undo = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Lock the folder, end what a killed predecessor left, start both, publish the addresses.

        Raises:
            EmbeddedError: it cannot run; the message says why and what to do.
        """
        async with AsyncExitStack() as undo:
            await undo.enter_async_context(DataLock(self._data_dir))
            withdraw(self._data_dir)
            await asyncio.gather(self.postgres.clear(), self.temporal.clear())
            undo.push_async_callback(self._stop)
            await self._start()
            if self._settings.supervised:
                await undo.enter_async_context(kept_running(self.postgres, self.temporal))
            undo.callback(withdraw, self._data_dir)
            publish(self.info)
            self._undo = undo.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Withdraw the addresses, stop both servers cleanly and let the folder go."""
        await self._undo.aclose()

    @property
    def info(self) -> StackInfo:
        """The addresses, as others read them from the folder."""
        return StackInfo(
            pid=os.getpid(),
            postgres_dsn=SecretStr(self.postgres.dsn),
            temporal=self.temporal.address,
            ui=self.temporal.ui,
            virtual_time=self._settings.virtual_time,
            data_dir=self._data_dir,
            started_at=self._started_at,
        )

    async def _start(self) -> None:
        # When one fails, the other is let come up first: a half-started server stops badly.
        started = await asyncio.gather(
            self.postgres.start(), self.temporal.start(), return_exceptions=True
        )
        for outcome in started:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _stop(self) -> None:
        await asyncio.gather(self.temporal.stop(), self.postgres.stop())
