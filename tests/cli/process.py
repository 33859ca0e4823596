"""The `hoiam` command as people run it: a process of its own, with its two streams and its code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["Hoiam", "Said", "Up", "command", "environment", "run_hoiam"]

ROOT = Path(__file__).parents[2]
PATIENCE = 120


@dataclass(frozen=True)
class Said:
    """How one command ended, and what it said on either stream."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Hoiam = Callable[..., Said]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", *arguments]


def environment() -> dict[str, str]:
    """Ours without the settings of an installation that a developer may have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOIAM_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def run_hoiam(folder: Path, *arguments: str, given: bytes = b"") -> Said:
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(),
        input=given,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


class Up:
    """`hoiam up` over ``folder``/.hoiam (or a worker by its settings), ready."""

    def __init__(self, folder: Path, *arguments: str, name: str = "up", **settings: str) -> None:
        self.folder = folder
        self._log = (folder / f"{name}.log").open("ab")
        self.process = subprocess.Popen(
            command(name, "--json", *arguments),
            cwd=folder,
            env=environment() | settings,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self.ready = self._ready()

    def _ready(self) -> dict[str, Any]:
        out: IO[bytes] | None = self.process.stdout
        assert out is not None
        lines = []
        while line := out.readline():
            lines.append(line)
            if line.rstrip() == b"}":
                told: dict[str, Any] = json.loads(b"".join(lines))
                return told
        self.stop()
        raise AssertionError(Path(self._log.name).read_text("utf-8")[-2000:])

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as a person would, and return its exit code."""
        try:
            if self.process.poll() is None:
                self.process.send_signal(number)
            return self.process.wait(timeout=PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
            self._log.close()
