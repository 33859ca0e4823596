"""A receiver of webhooks on a real socket, which can fail, hang, cut the line and answer late."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from standardwebhooks import Webhook

__all__ = ["Heard", "Receiver", "receiving"]

#: A status, or what happens instead of an answer; a late answer comes when it is no longer awaited.
Manner = int | Literal["cut", "hang", "late"]


@dataclass(frozen=True)
class Heard:
    """One call as it arrived."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The event that it brings."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def case_id(self) -> str:
        return str(self.event["subject"])

    @property
    def position(self) -> int:
        return int(self.event["data"]["position"])

    @property
    def attempt(self) -> int:
        return int(self.headers["webhook-attempt"])

    def verified(self, secret: str) -> Any:
        """What the scheme's own library makes of it. Raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """Remembers every call; ``manner`` says how each is treated, 200 if it says nothing."""

    url: str = ""
    manner: Callable[[Heard], Manner | None] = lambda _: None
    delay: float = 0.0
    came: list[Heard] = field(default_factory=list)
    taken: list[Heard] = field(default_factory=list)
    most_at_once: int = 0
    under_way: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which brings one call after the other."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._call(await _read(reader), writer):
                    pass
        finally:
            writer.transport.abort()

    async def _call(self, heard: Heard, writer: asyncio.StreamWriter) -> bool:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        self.came.append(heard)
        try:
            return await self._treat(heard, writer)
        finally:
            self.under_way -= 1

    async def _treat(self, heard: Heard, writer: asyncio.StreamWriter) -> bool:
        manner = self.manner(heard)
        await asyncio.sleep(self.delay)
        if manner == "cut":
            return False
        if manner in ("hang", "late"):
            await asyncio.sleep(3600 if manner == "hang" else 1.0)
        status = manner if isinstance(manner, int) else 200
        if 200 <= status < 300:
            self.taken.append(heard)
        head = f"HTTP/1.1 {status} X\r\nlocation: {self.url}\r\ncontent-length: 2\r\n\r\n"
        writer.write(f"{head}ok".encode())
        await writer.drain()
        return True

    def order(self, case_id: str) -> list[int]:
        """The positions of a case in the order in which they were taken for the first time."""
        return list(dict.fromkeys(h.position for h in self.taken if h.case_id == case_id))


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:-2]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Heard(headers, await reader.readexactly(int(headers["content-length"])))


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens while the context lasts."""
    receiver, connections = Receiver(), set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(receiver.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
