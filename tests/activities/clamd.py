"""A small scanner that speaks as ClamAV's daemon does, over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

__all__ = ["EICAR", "Daemon", "listening"]

#: What every scanner calls harmful, though it harms nobody. In two parts, so that this file is not.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Daemon:
    """``answers`` are given in this order instead of a verdict; "" hangs up without a word."""

    largest: int = 25 * 1024 * 1024
    answers: list[str] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command on one connection."""
        try:
            command = await reader.readuntil(b"\0")
            if command == b"zINSTREAM\0":
                answer = await self._instream(reader)
                writer.write(f"{answer}\0".encode() if answer else b"")
            else:
                writer.write(b"UNKNOWN COMMAND\0")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _instream(self, reader: asyncio.StreamReader) -> str:
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
            if len(content) > self.largest:
                return "INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        if self.answers:
            return self.answers.pop(0)
        return "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"


@asynccontextmanager
async def listening(daemon: Daemon | None = None) -> AsyncIterator[Daemon]:
    """The daemon at a free port of this machine while the context lasts."""
    daemon = daemon or Daemon()
    server = await asyncio.start_server(daemon.serve, "127.0.0.1", daemon.port)
    daemon.port = server.sockets[0].getsockname()[1]
    async with server:
        yield daemon
