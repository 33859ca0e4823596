"""A gate on a connection that lets every request in, and holds answers back from a word on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

__all__ = ["Gate", "gate"]


@dataclass(slots=True)
class Gate:
    """What passes between a client and a server; ``held`` tells that an answer was kept back."""

    host: str
    port: int
    address: str = ""
    word: bytes | None = None
    asked: bool = False
    held: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, word: bytes) -> None:
        """From the request with this word on, no answer comes through on any connection."""
        self.word = word

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a client with the server until one of them leaves."""
        try:
            above, below = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.close()
            return
        ways = [self._in(reader, below), self._out(above, writer)]
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in (below, writer):
            end.close()

    async def _in(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while told := await client.read(65_536):
            self.asked = self.asked or (self.word is not None and self.word in told)
            server.write(told)
            await server.drain()

    async def _out(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while told := await server.read(65_536):
            if self.asked:
                self.held.set()
                continue
            client.write(told)
            await client.drain()


@asynccontextmanager
async def gate(host: str, port: int) -> AsyncIterator[Gate]:
    """A gate before a server while the context lasts."""
    made = Gate(host, port)
    server = await asyncio.start_server(made.connect, "127.0.0.1", 0)
    made.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 2)
