"""A stream of commands from a process of its own, which tells on stdout what was acknowledged.

``python -m tests.crash.stream CASE ...`` reads the installation from the HOIAM_ settings and sends
numbered notes to the cases in turn until its stdin is closed. Each key is sent again until it is
acknowledged; then ``acknowledged CASE KEY VERSION`` is printed.
"""

from __future__ import annotations

import asyncio
import itertools
import sys

import asyncpg

from domain.actor import Actor
from workers.bootstrap import Office, open_office
from workers.settings import Settings
from workflows.gateway import Unavailable

_OFFICER = Actor.parse("case_officer@unit:26734")
_LOST = (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def tell(line: str) -> None:
    """Say it at once: this process may be killed next."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def acknowledged(office: Office, case_id: str, key: str) -> int:
    """Send one command until it is answered; returns the version it led to."""
    while True:
        try:
            params = {"text": f"Ghi chú {key}"}
            answer = await office.gateway.command(case_id, "note", params, _OFFICER, key)
        except _LOST:
            await asyncio.sleep(0.05)
            continue
        if answer.rejected is not None:
            raise RuntimeError(f"{key}: {answer.rejected}")
        return answer.version


async def send(office: Office, case_id: str, ended: asyncio.Event) -> None:
    """One officer at work on one case."""
    for number in itertools.count():
        if ended.is_set():
            return
        key = f"{case_id}/{number}"
        version = await acknowledged(office, case_id, key)
        tell(f"acknowledged {case_id} {key} {version}")


async def stream(cases: list[str]) -> None:
    """All officers at once, until nobody listens any more."""
    ended = asyncio.Event()
    async with open_office(Settings.from_environment()) as office, asyncio.TaskGroup() as group:
        tell("ready")
        for case_id in cases:
            group.create_task(send(office, case_id, ended))
        await asyncio.to_thread(sys.stdin.read)
        ended.set()


if __name__ == "__main__":
    asyncio.run(stream(sys.argv[1:]))
