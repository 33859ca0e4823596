"""Run a Temporal server over one SQLite file, reachable from this machine only."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

from workers.embedded import binaries, dynamicconfig
from workers.embedded.errors import BadConfiguration
from workers.embedded.folders import private_folder
from workers.embedded.ports import HOST, claim, retried
from workers.embedded.processes import Child, end_all, running_in

NAMESPACE = "default"
RETENTION = timedelta(days=7)
START_SECONDS = 60.0
SAFE_ON_DISK = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=full")


class EmbeddedTemporal:
    """A Temporal server of our own with its state in `data_dir`."""

    name = "temporal"

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        virtual_time: bool = False,
        dynamic_config: Path = dynamicconfig.SHIPPED,
        ui_port: int | None = None,
        retention: timedelta = RETENTION,
    ) -> None:
        """Name the folder; `virtual_time` lets a client move the time of single workflows.

        Raises:
            BadConfiguration: closed workflows would be kept for less than a day.
        """
        if retention < timedelta(days=1):
            raise BadConfiguration("Temporal keeps closed workflows for one day at least.")
        self._folder = data_dir.absolute()
        self._wanted: tuple[int | None, int | None] = (port, ui_port)
        self._ports = (0, 0)
        self._virtual_time = virtual_time
        self._dynamic_config = dynamic_config
        self._retention = retention
        self._child: Child | None = None

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{HOST}:{self._ports[0]}"

    @property
    def ui(self) -> str:
        """Where a browser finds the server's own pages."""
        return f"http://{HOST}:{self._ports[1]}"

    @property
    def running(self) -> bool:
        """Whether the server process is there."""
        return self._child is not None and self._child.running

    @property
    def crashed(self) -> bool:
        """Whether the server process ended without being stopped."""
        return self._child is not None and self._child.crashed

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._child.pid if self.running and self._child else None

    async def start(self) -> str:
        """Start the server, set how long closed workflows are kept, and return its address.

        Raises:
            EmbeddedError: it cannot run; the message says why and what to do.
        """
        program = binaries.temporal_program()
        private_folder(self._folder)
        settings = dynamicconfig.read(self._dynamic_config)
        await retried(lambda: self._launch(program, settings))
        self._wanted = self._ports  # a restart comes back at the same address
        return self.address

    async def stop(self) -> None:
        """Stop the server; what it acknowledged is on disk."""
        if self._child is not None:
            await self._child.end(signal.SIGTERM)
            self._child = None

    async def clear(self) -> None:
        """End what a killed owner left running here; call it only when nobody else can be here."""
        left = await asyncio.to_thread(running_in, self._folder, self.name)
        await asyncio.to_thread(end_all, left, signal.SIGTERM)

    async def _launch(self, program: Path, settings: dict[str, object]) -> None:
        self._ports = (claim(self._wanted[0]), claim(self._wanted[1]))
        command = [str(program), *self._words(settings)]
        self._child = Child(command, self._folder, self._folder / "temporal.log")
        try:
            await self._until_ready(self._child, program)
        except BaseException:
            await self.stop()
            raise

    def _words(self, settings: dict[str, object]) -> list[str]:
        more = dynamicconfig.VIRTUAL_TIME if self._virtual_time else {}
        port, ui_port = self._ports
        return [
            *("server", "start-dev", "--ip", HOST, "--port", str(port), "--ui-port", str(ui_port)),
            *("--db-filename", str(self._folder / "temporal.db"), *SAFE_ON_DISK),
            *("--log-level", "error", *dynamicconfig.flags(settings | more)),
        ]

    async def _until_ready(self, child: Child, program: Path) -> None:
        async def ready() -> bool:
            return await _answers(self.address) and await self._keep_closed(program)

        await child.until(ready, START_SECONDS, "Temporal")

    async def _keep_closed(self, program: Path) -> bool:
        """Set the retention; it succeeds only when the namespace answers, so the server is ready.

        Through the program and not a client of ours: a client would start the process-wide
        runtime of the Temporal library before the application has configured it.
        """
        hours = int(self._retention.total_seconds() // 3600)
        command = await asyncio.create_subprocess_exec(
            *(str(program), "operator", "namespace", "update", "--namespace", NAMESPACE),
            *("--retention", f"{hours}h", "--address", self.address),
            *("--disable-config-file", "--disable-config-env"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await command.wait() == 0


async def _answers(address: str) -> bool:
    host, port = address.split(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True
