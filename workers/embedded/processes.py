"""Server processes: start one apart from the terminal, end it, find one left by a dead owner."""

import asyncio
import contextlib
import signal
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import psutil

from workers.embedded.errors import EmbeddedError, PortInUse, StartFailed

LOG_KEPT_BYTES = 10_000_000
POLL_SECONDS = 0.02


class Child:
    """One server process, in a session of its own so that a Ctrl-C for us does not reach it."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        """Start the command in `folder` with its output appended to `log`."""
        self._name = Path(command[0]).name
        self._log = log
        self._asked = False
        _rotate(log)
        self._log_start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def crashed(self) -> bool:
        """Whether it ended and nobody here had asked it to."""
        return not self.running and not self._asked

    async def wait(self) -> int:
        """Wait until it ends and return its exit status."""
        while (status := self._process.poll()) is None:
            await asyncio.sleep(POLL_SECONDS)
        return status

    async def until(self, ready: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
        """Wait until `ready` answers true.

        Raises:
            PortInUse: it ended because somebody else has its port.
            StartFailed: it ended for another reason, or the seconds passed.
        """
        try:
            async with asyncio.timeout(seconds):
                while not await ready():
                    if not self.running:
                        raise _ended(what, self._written(), self.tail())
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError as error:
            message = f"{what} was not ready after {seconds:.0f} s.\n{self.tail()}"
            raise StartFailed(message) from error

    async def end(self, *signals: signal.Signals, seconds: float = 20.0) -> None:
        """Ask it to end, with each signal in turn for the given seconds, and kill it at last."""
        self._asked = True
        for number in (*signals, signal.SIGKILL):
            if not self.running:
                return
            self._process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.wait()

    def tail(self, lines: int = 15) -> str:
        """Return the last lines it wrote since it was started."""
        written = self._written().splitlines()
        return "\n".join([f"Last lines of {self._log}:", *written[-lines:]])

    def _written(self) -> str:
        with self._log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode("utf-8", "replace")


def _ended(what: str, written: str, tail: str) -> EmbeddedError:
    # A server that panics afterwards says why it ended far above the last lines.
    taken = "address already in use" in written.lower()
    return (PortInUse if taken else StartFailed)(f"{what} ended while starting.\n{tail}")


def running_in(folder: Path, program: str) -> list[psutil.Process]:
    """Return the processes of this program whose working directory is this folder.

    The working directory is what a server keeps for life and another program's process, which
    may have got the number of a dead one, does not have. It follows a folder that was renamed.
    """
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] == program and _works_in(process, folder)
    ]


def end_all(processes: list[psutil.Process], *signals: signal.Signals, seconds: float = 20) -> None:
    """End processes that are not our children: the parents among them get each signal in turn."""
    numbers = {process.pid for process in processes}
    with contextlib.suppress(psutil.NoSuchProcess):
        heads = [process for process in processes if process.ppid() not in numbers]
    for number in signals:
        _send(heads, number)
        _, processes = psutil.wait_procs(processes, timeout=seconds)
        if not processes:
            return
    _send(processes, signal.SIGKILL)
    psutil.wait_procs(processes, timeout=seconds)


def _send(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return Path(process.cwd()).samefile(folder)
    return False


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".1.log"))
