"""Asking ClamAV's daemon over TCP: its verdicts, and everything that is none."""

from __future__ import annotations

import asyncio

import pytest

from activities.scanner import Clamd, ScannerFailed, scanner_at
from tests.activities.clamd import EICAR, Daemon, listening


@pytest.mark.parametrize("size", [1, 64 * 1024, 64 * 1024 + 1, 5_000_000])
async def test_a_file_is_sent_whole_and_called_clean(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with listening() as daemon:
        assert await Clamd("127.0.0.1", daemon.port).scan(content) == "clean"
    assert daemon.seen == [content]


async def test_a_harmful_file_is_called_infected() -> None:
    async with listening() as daemon:
        assert await Clamd("127.0.0.1", daemon.port).scan(b"text " + EICAR) == "infected"


@pytest.mark.parametrize(
    "answer",
    [
        "stream: Can't open the database. ERROR",
        "INSTREAM size limit exceeded. ERROR",
        "UNKNOWN COMMAND",
        "OK",
        "",
    ],
)
async def test_whatever_else_is_said_is_no_verdict(answer: str) -> None:
    async with listening(Daemon(answers=[answer])) as daemon:
        with pytest.raises(ScannerFailed):
            await Clamd("127.0.0.1", daemon.port).scan(b"a file")


async def test_a_file_too_large_for_the_scanner_is_not_called_clean() -> None:
    async with listening(Daemon(largest=1000)) as daemon:
        with pytest.raises(ScannerFailed):
            await Clamd("127.0.0.1", daemon.port).scan(bytes(1_000_000))


async def test_a_scanner_that_is_away_or_says_nothing_fails_in_time() -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ScannerFailed):
            await Clamd("127.0.0.1", port, patience=0.1).scan(b"a file")
        await gone.wait()
    with pytest.raises(ScannerFailed):
        await Clamd("127.0.0.1", port).scan(b"a file")


def test_a_scanner_is_named_by_its_address() -> None:
    assert scanner_at(None) is None
    assert scanner_at("clamd://av.example.vn") == Clamd("av.example.vn", 3310)
    assert scanner_at("clamd://[::1]:9") == Clamd("::1", 9)
    for wrong in ("", "http://av:3310", "clamd:", "clamd://", "av:3310", "clamd://a:port"):
        with pytest.raises(ValueError, match=r"clamd://host:3310|[Pp]ort"):
            scanner_at(wrong)
