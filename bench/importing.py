"""Importing a file: events per second, and whether memory grows with the file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.boston import write_file
from bench.figures import Figure
from bench.office import fresh_office
from workers.bootstrap import Office, open_log
from workers.importing.importer import import_file
from workers.importing.profile import open_profile
from workers.settings import PREFIX, Settings

_ROUNDS = 3
_SMALL, _LARGE = 2_000, 8_000


@dataclass(frozen=True, slots=True)
class _Run:
    """One import in a process of its own; the peak of its memory in MB."""

    events: int
    seconds: float
    peak: float

    @property
    def rate(self) -> float:
        return self.events / self.seconds


async def measure() -> list[Figure]:
    small, large = list[_Run](), list[_Run]()
    async with fresh_office() as office:
        for number in range(_ROUNDS):
            small.append(await _imported(office, _SMALL, 10 + number))
            large.append(await _imported(office, _LARGE, 20 + number))
    rate = median(run.rate for run in large)
    peaks = median(run.peak for run in large), median(run.peak for run in small)
    growth = median(b.peak / a.peak for a, b in zip(small, large, strict=True))
    return [
        Figure("import", rate, None, rate, 4_000, "events/s"),
        Figure("import_memory", *peaks, growth, 1.2, "MB", at_most=True),
    ]


async def _imported(office: Office, rows: int, series: int) -> _Run:
    """Import a new file of so many rows, and see that all of them came in."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "cases.csv"
        write_file(path, rows, series)
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.importing",
            str(path),
            env={**os.environ, **_environment(office.log.settings)},
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"The import ended with exit code {child.returncode}.")
    report = json.loads(told)
    if report["imported"] != rows:
        raise RuntimeError(f"{rows} rows were written, {report['imported']} imported.")
    return _Run(report["events"], report["seconds"], report["peak"])


def _environment(settings: Settings) -> dict[str, str]:
    return {
        f"{PREFIX}DATABASE_URL": settings.database_url.get_secret_value(),
        f"{PREFIX}TEMPORAL_ADDRESS": settings.temporal_address,
        f"{PREFIX}KEYS_DIR": str(settings.keys_dir),
    }


async def _child(path: Path) -> None:
    """What the process of its own does: the import as the command does it, and its peak."""
    async with open_log(Settings.from_environment()) as log:
        report = await import_file(
            path,
            open_profile("boston311"),
            log.store,
            log.law,
            rejected=path.with_suffix(".rejected"),
            now=await log.now(),
        )
    print(json.dumps({**report.as_json(), "peak": _peak()}))


def _peak() -> float:
    """The most memory this process ever held (MB); ``getrusage`` would count the parent's too."""
    status = Path("/proc/self/status").read_text("ascii")
    held = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if held is None:
        raise RuntimeError("The kernel does not tell the peak of memory.")
    return int(held[1]) / 1024


if __name__ == "__main__":
    asyncio.run(_child(Path(sys.argv[1])))
