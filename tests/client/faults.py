"""The interface behind a line whose connections break at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from tests.api.served import served

__all__ = ["Breaking", "breaking"]

_PART = 65_536


@dataclass
class Breaking:
    """Passes requests on, and cuts the next ``breaks`` connections once the server has answered."""

    upstream: int
    breaks: int = 0
    cut: int = 0
    address: str = ""
    swallowed: list[bytes] = field(default_factory=list)
    lines: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client, until either side ends it."""
        line = asyncio.current_task()
        assert line
        self.lines.add(line)
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        ways = [
            asyncio.create_task(_copied(reader, to_server)),
            asyncio.create_task(self._answered(from_server, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _close(writer, to_server)
            self.lines.discard(line)

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(_PART):
            if self.breaks:
                self.breaks -= 1
                self.cut += 1
                self.swallowed.append(said)
                return
            writer.write(said)
            await writer.drain()

    async def end(self) -> None:
        """Cut what is still open."""
        for line in self.lines:
            line.cancel()
        await asyncio.gather(*self.lines, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(_PART):
        writer.write(said)
        await writer.drain()


async def _close(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def breaking(app: ASGIApp) -> AsyncIterator[Breaking]:
    """The application, and a breaking line in front of it."""
    async with served(app) as address:
        line = Breaking(int(address.rpartition(":")[2]))
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield line
        finally:
            server.close()
            await line.end()
