"""Asking a scanner whether a file is harmful."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from eventlog.scans import Verdict

__all__ = ["Clamd", "Scanner", "ScannerFailed", "scanner_at"]

_CHUNK = 64 * 1024
_PORT = 3310


class ScannerFailed(Exception):
    """The scanner gave no verdict; ask again later."""


class Scanner(Protocol):
    """Whatever can tell a harmful file."""

    async def scan(self, content: bytes) -> Verdict:
        """Look at a file. Raises ScannerFailed."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon of ClamAV over TCP, by its command INSTREAM; ``patience`` in seconds.

    It has no encryption: keep it on this machine or on a network of its own.
    """

    host: str
    port: int = _PORT
    patience: float = 120.0

    async def scan(self, content: bytes) -> Verdict:
        """Look at a file. Raises ScannerFailed."""
        try:
            async with asyncio.timeout(self.patience):
                answer = await self._asked(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise ScannerFailed(f"clamd: {type(error).__name__}") from error
        return _verdict(answer)

    async def _asked(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                writer.write(len(chunk).to_bytes(4, "big") + chunk)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0")).decode("utf-8", "replace").rstrip("\0")
        finally:
            writer.close()


def scanner_at(address: str | None) -> Scanner | None:
    """The scanner at an address such as ``clamd://127.0.0.1:3310``; None without one.

    Raises ValueError.
    """
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme != "clamd" or not parts.hostname:
        raise ValueError(f"{address!r} is no address of a scanner: write clamd://host:3310.")
    return Clamd(parts.hostname, parts.port or _PORT)


def _verdict(answer: str) -> Verdict:
    """``stream: OK`` or ``stream: NAME FOUND``; anything else says why there is no verdict."""
    if answer == "stream: OK":
        return "clean"
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return "infected"
    raise ScannerFailed("clamd gave no verdict")
