"""``make bench``: measure everything, or what is named: ``python -m bench commands reports``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import commands, importing, reports, wakeups
from bench.figures import Figure, report

_MEASUREMENTS: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "reports": reports.measure,
    "commands": commands.measure,
    "import": importing.measure,
    "wake_ups": wakeups.measure,
}


async def _all(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name in names or list(_MEASUREMENTS):
        print(f"measuring {name} …", flush=True)
        figures += await _MEASUREMENTS[name]()
    return figures


report(asyncio.run(_all(sys.argv[1:])))
