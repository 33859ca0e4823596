"""A load client in a process of its own: kept-alive connections, and how long each answer took."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Load", "in_turns", "load", "request"]

#: After so many requests it is the other's turn.
_TURN = 50
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


async def in_turns(asked: Sequence[tuple[str, Sequence[bytes]]], expected: int) -> list[Load]:
    """Send the requests of each address, one at a time, so many of one and then of the next.

    What else the machine does falls on all of them alike.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, _turned, asked, expected)


def _turned(asked: Sequence[tuple[str, Sequence[bytes]]], expected: int) -> list[Load]:
    return asyncio.run(_in_turns(asked, expected))


async def _in_turns(asked: Sequence[tuple[str, Sequence[bytes]]], expected: int) -> list[Load]:
    lines = [await _Line.to(address) for address, _ in asked]
    turns: list[list[Load]] = [[] for _ in asked]
    for start in range(0, max(len(requests) for _, requests in asked), _TURN):
        for loads, line, (_, requests) in zip(turns, lines, asked, strict=True):
            loads.append(await _measured([line], requests[start : start + _TURN], expected))
    for line in lines:
        line.close()
    return [_together(loads) for loads in turns]


def _together(loads: Sequence[Load]) -> Load:
    seconds = sum(load.seconds for load in loads)
    busy = sum(load.busy * load.seconds for load in loads) / seconds
    return Load(tuple(sorted(took for load in loads for took in load.took)), seconds, busy)


def _loaded(address: str, requests: Sequence[bytes], width: int, expected: int) -> Load:
    return asyncio.run(_load(address, requests, width, expected))


async def _load(address: str, requests: Sequence[bytes], width: int, expected: int) -> Load:
    lines = [await _Line.to(address) for _ in range(width)]
    load = await _measured(lines, requests, expected)
    for line in lines:
        line.close()
    return load


async def _measured(lines: Sequence[_Line], requests: Sequence[bytes], expected: int) -> Load:
    """Send the requests over these connections, one at a time over each."""
    waiting, took = iter(requests), list[float]()

    async def one_by_one(line: _Line) -> None:
        for wanted in waiting:
            began = time.perf_counter()
            status = await line.status(wanted)
            took.append(time.perf_counter() - began)
            if status != expected:
                raise RuntimeError(f"Answered {status} instead of {expected}.")

    begin, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(one_by_one, lines))
    seconds, busy = time.perf_counter() - begin, time.process_time() - worked
    return Load(tuple(sorted(took)), seconds, busy / seconds)


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection that is kept open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, address: str) -> Self:
        place = urlsplit(address)
        return cls(*await asyncio.open_connection(place.hostname, place.port))

    async def status(self, request: bytes) -> int:
        """Send a request and read its answer to the end; returns the status."""
        self.writer.write(request)
        head = await self.reader.readuntil(_END_OF_HEAD)
        lines = head.lower().split(b"\r\n")
        length = next(int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH))
        await self.reader.readexactly(length)
        return int(lines[0].split()[1])

    def close(self) -> None:
        """Hang up."""
        self.writer.close()
