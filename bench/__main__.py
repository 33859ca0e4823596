"""``make bench``: measure everything, or what is named: ``python -m bench commands reports``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import commands, http_reports, importing, reports, wakeups
from bench.figures import Figure, report
from bench.million.figures import measure as figures_of_a_million

__all__ = ["MEASUREMENTS", "main"]

MEASUREMENTS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "reports": reports.measure,
    "commands": commands.measure,
    "http_reports": http_reports.measure,
    "import": importing.measure,
    "wake_ups": wakeups.measure,
    "million": figures_of_a_million,
}


def _measure(name: str) -> None:
    """Tell what was measured at once: what fails later must not lose it."""
    print(f"measuring {name} …", flush=True)
    report(asyncio.run(_figures(name)))


async def _figures(name: str) -> list[Figure]:
    return await MEASUREMENTS[name]()


def main(names: list[str]) -> int:
    """Measure what is named, or everything; 2 when a name is unknown."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"Unknown: {', '.join(unknown)}; use {', '.join(MEASUREMENTS)}.", file=sys.stderr)
        return 2
    for name in names or MEASUREMENTS:
        _measure(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
