"""Servers for the bench, each in a process of its own: the interface, and the least of all."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.limits import RATES, Limits, Rate
from api.models import NewReport
from bench.office import quiet
from eventlog.pool import open_pool
from workers.bootstrap import Office, open_office
from workers.serve import serving
from workers.settings import PREFIX, Settings
from workers.settled import settle

__all__ = ["environment", "served"]

#: More than any bench asks for.
_GENEROUS = Limits({name: Rate(10**9, 10**9) for name in RATES})
_EVENTS = "select body from event where case_id = $1 order by version"


@asynccontextmanager
async def served(kind: str, office: Office) -> AsyncIterator[str]:
    """Run a server of this kind over an office while the context lasts; yields its address."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.servers",
        kind,
        env={**os.environ, **environment(office.log.settings)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("The server has no pipes.")
    try:
        address = (await child.stdout.readline()).decode().strip()
        if not address:
            raise RuntimeError(f"The server {kind} did not start.")
        yield address
    finally:
        child.stdin.close()
        await child.wait()


def environment(settings: Settings) -> Mapping[str, str]:
    """The settings, for a process that is started."""
    return {
        f"{PREFIX}DATABASE_URL": settings.database_url.get_secret_value(),
        f"{PREFIX}TEMPORAL_ADDRESS": settings.temporal_address,
        f"{PREFIX}KEYS_DIR": str(settings.keys_dir),
    }


async def _ours(settings: Settings) -> None:
    async with open_office(settings, lazy=True) as office, serving(office, limits=_GENEROUS) as at:
        await _until_told(at)


async def _bare(settings: Settings) -> None:
    """Routes that only validate a report, or read the events of a case by its index."""
    app, pool = FastAPI(), await open_pool(settings.database_url.get_secret_value(), max_size=16)

    @app.post("/v1/reports", status_code=201)
    async def validate(form: NewReport) -> dict[str, str]:
        return {"category": form.category}

    @app.get("/v1/cases/{case_id}/history")
    async def select(case_id: str) -> dict[str, Any]:
        rows = await pool.fetch(_EVENTS, case_id)
        return {"bodies": [row["body"].decode() for row in rows]}

    config = uvicorn.Config(app, port=0, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    await _until_told(f"http://{host}:{port}")
    server.should_exit = True
    await task
    await pool.close()


async def _until_told(address: str) -> None:
    """Tell the address, and go on until whoever started this closes the pipe."""
    settle()
    print(address, flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)


if __name__ == "__main__":
    _SERVERS = {"ours": _ours, "bare": _bare}
    quiet()
    asyncio.run(_SERVERS[sys.argv[1]](Settings.from_environment()))
