"""One living stack for each data folder: a lock that the system itself lets go when we die."""

import asyncio
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from workers.embedded.errors import DataInUse
from workers.embedded.folders import private_folder

# Longer than the moment for which `held` may have the lock.
PATIENCE_SECONDS = 0.3


class DataLock:
    """Holds a data folder while the context lasts; nothing stays locked after a kill."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "stack.lock"
        self._descriptor: int | None = None

    async def __aenter__(self) -> Self:
        """Take the folder.

        Raises:
            DataInUse: another living process has it.
            NotWritable: the folder cannot be used.
        """
        private_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await _take(descriptor)
        except BlockingIOError as error:
            os.close(descriptor)
            raise self._in_use() from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the folder go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _in_use(self) -> DataInUse:
        owner = self._path.read_text("ascii").strip() or "unknown"
        return DataInUse(
            f"The data folder {self._path.parent} is in use by the stack of process {owner}. "
            f"Stop it first (Ctrl-C where it runs, or: kill {owner}), or choose another folder."
        )


def held(data_dir: Path) -> bool:
    """Whether a living stack has the folder."""
    try:
        descriptor = os.open(data_dir / "stack.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


async def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        await asyncio.sleep(PATIENCE_SECONDS)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
