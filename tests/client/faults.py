"""The interface behind a socket whose connections break at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from tests.api.served import served

__all__ = ["Breaking", "breaking"]


@dataclass
class Breaking:
    """Passes requests on, and cuts the next ``breaks`` connections once the server has answered."""

    upstream: int
    breaks: int = 0
    cut: int = 0
    address: str = ""
    swallowed: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        there = asyncio.create_task(_copy(reader, to_server[1]))
        try:
            while said := await to_server[0].read(65_536):
                if self.breaks:
                    self.breaks -= 1
                    self.cut += 1
                    self.swallowed.append(said)
                    break
                writer.write(said)
                await writer.drain()
        finally:
            there.cancel()
            for one in (writer, to_server[1]):
                one.close()
                with suppress(OSError):
                    await one.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65_536):
        writer.write(said)
        await writer.drain()


@asynccontextmanager
async def breaking(app: ASGIApp) -> AsyncIterator[Breaking]:
    """The application, and a breaking line in front of it."""
    async with served(app) as address:
        line = Breaking(int(address.rpartition(":")[2]))
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield line
