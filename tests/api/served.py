"""The interface on a real socket, for what a client in the same process cannot see: streams."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from workers.serve import KEPT, _Quiet


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address at which an application answers while the context lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_config=None,
        lifespan="off",
        ws="none",
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=1,
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
