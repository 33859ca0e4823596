"""A load client in a process of its own: kept-alive connections, and how long each answer took."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Load", "load", "request"]

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: how long each took (seconds, sorted), and the whole; ``busy`` is the share
    of the time in which the client itself worked: near 1 it would be the limit."""

    took: tuple[float, ...]
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """The time (seconds) within which this share of the requests was answered."""
        return self.took[min(len(self.took) - 1, int(share * len(self.took)))]


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    said = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def load(address: str, requests: Sequence[bytes], width: int, expected: int) -> Load:
    """Send all requests, ``width`` of them at any moment; each must be answered as expected."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, _loaded, address, requests, width, expected)


def _loaded(address: str, requests: Sequence[bytes], width: int, expected: int) -> Load:
    return asyncio.run(_load(address, requests, width, expected))


async def _load(address: str, requests: Sequence[bytes], width: int, expected: int) -> Load:
    place = urlsplit(address)
    waiting, took = iter(requests), list[float]()

    async def one_by_one() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        for wanted in waiting:
            begin = time.perf_counter()
            writer.write(wanted)
            status = await _answer(reader)
            took.append(time.perf_counter() - begin)
            if status != expected:
                raise RuntimeError(f"Answered {status} instead of {expected}.")
        writer.close()

    begin, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_by_one() for _ in range(width)))
    seconds, busy = time.perf_counter() - begin, time.process_time() - worked
    return Load(tuple(sorted(took)), seconds, busy / seconds)


async def _answer(reader: asyncio.StreamReader) -> int:
    """The status of an answer, read to its end."""
    head = await reader.readuntil(_END_OF_HEAD)
    lines = head.lower().split(b"\r\n")
    length = next(int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH))
    await reader.readexactly(length)
    return int(lines[0].split()[1])
