"""``make bench``: measure everything, or what is named: ``python -m bench commands reports``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import commands, importing, reports, wakeups
from bench.figures import Figure, report

__all__ = ["MEASUREMENTS", "main"]

MEASUREMENTS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "reports": reports.measure,
    "commands": commands.measure,
    "import": importing.measure,
    "wake_ups": wakeups.measure,
}


async def _all(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", flush=True)
        figures += await MEASUREMENTS[name]()
    return figures


def main(names: list[str]) -> int:
    """Measure what is named, or everything; 2 when a name is unknown."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"Unknown: {', '.join(unknown)}; use {', '.join(MEASUREMENTS)}.", file=sys.stderr)
        return 2
    report(asyncio.run(_all(names or list(MEASUREMENTS))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
