"""What happens to files by itself: scans that are tried until there is a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.file_care import FileCare
from activities.files import Files
from activities.scanner import Clamd
from eventlog.attachments import Attachments
from eventlog.file_keys import object_of
from eventlog.objects import open_objects
from eventlog.scans import Scans
from eventlog.store import EventStore
from tests.activities.clamd import EICAR, Daemon, listening
from tests.eventlog.sample import new_case

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def files(store: EventStore, tmp_path: Path) -> Files:
    objects = open_objects((tmp_path / "files").as_uri())
    return Files(Attachments(store.pool, store.keys), objects, 1024 * 1024)


@pytest.fixture
async def daemon() -> AsyncIterator[Daemon]:
    async with listening() as daemon:
        yield daemon


async def today() -> datetime:
    return NOW


def care(files: Files, daemon: Daemon | None) -> FileCare:
    scanner = Clamd("127.0.0.1", daemon.port) if daemon else None
    return FileCare(files, Scans(files.rows.pool), scanner, today)


async def attached(store: EventStore, files: Files, case_id: str, content: bytes) -> str:
    kept = await files.take(content, "public", NOW)
    append = new_case(case_id)
    claims = await files.rows.claims([kept.file])
    await store.append([replace(append, cases=[replace(append.cases[0], files=claims)])])
    return kept.file.attachment_id


async def states(files: Files) -> dict[str, str]:
    rows = await files.rows.pool.fetch("select case_id, scan from attachment order by case_id")
    return {row["case_id"]: row["scan"] for row in rows}


async def test_what_belongs_to_a_case_is_scanned_and_nothing_else(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    await attached(store, files, "a", b"a letter")
    await attached(store, files, "b", b"harmful " + EICAR)
    await files.take(b"nobody attached this", "public", NOW)
    assert await care(files, daemon).scan() == 2
    assert sorted(daemon.seen) == [b"a letter", b"harmful " + EICAR]
    assert await states(files) == {"a": "clean", "b": "infected", None: "unscanned"}
    assert await care(files, daemon).scan() == 0, "once"


async def test_without_a_scanner_files_stay_unscanned_until_there_is_one(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    await attached(store, files, "a", b"a letter")
    assert await care(files, None).scan() == 0
    assert await states(files) == {"a": "unscanned"}
    await care(files, daemon).scan()
    assert await states(files) == {"a": "clean"}


async def test_a_scan_that_gives_no_verdict_is_tried_again_later_and_harms_no_other(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    daemon.answers = ["stream: no database ERROR"]
    await attached(store, files, "a", b"a letter")
    assert await care(files, daemon).scan() == 1
    await attached(store, files, "b", b"another")
    assert await care(files, daemon).scan() == 1, "not at once again"
    assert await states(files) == {"a": "pending", "b": "clean"}
    wait = await files.rows.pool.fetchval(
        "select scan_after - clock_timestamp() from attachment where case_id = 'a'"
    )
    assert timedelta() < wait <= timedelta(seconds=2)
    await files.rows.pool.execute("update attachment set scan_after = '-infinity'")
    assert await care(files, daemon).scan() == 1
    assert await states(files) == {"a": "clean", "b": "clean"}


async def test_a_scanner_that_is_away_for_weeks_only_delays(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    await attached(store, files, "a", b"a letter")
    await files.rows.pool.execute("update attachment set scans = 100000")
    await care(files, Daemon(port=1)).scan()
    assert await states(files) == {"a": "pending"}
    longest = "select max(scan_after - clock_timestamp()) from attachment"
    assert await files.rows.pool.fetchval(longest) <= timedelta(seconds=300)


async def test_a_file_that_is_gone_from_the_store_is_never_called_clean(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    name = await attached(store, files, "a", b"a letter")
    await files.objects.delete(object_of(name))
    await care(files, daemon).scan()
    assert (await states(files), daemon.seen) == ({"a": "pending"}, [])


async def test_whoever_dies_with_a_file_loses_it_to_another_after_a_while(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    await attached(store, files, "a", b"a letter")
    [leased] = await Scans(files.rows.pool).lease(10, 0.5)
    assert (leased.case_id, leased.attempts) == ("a", 1)
    assert await care(files, daemon).scan() == 0
    await asyncio.sleep(0.6)
    assert await care(files, daemon).scan() == 1
    assert await states(files) == {"a": "clean"}


async def test_two_workers_share_the_files(store: EventStore, files: Files, daemon: Daemon) -> None:
    for number in range(12):
        await attached(store, files, f"case-{number}", f"letter {number}".encode())
    while sum(await asyncio.gather(*(care(files, daemon).scan() for _ in range(3)))):
        pass
    assert set((await states(files)).values()) == {"clean"}
    assert len(daemon.seen) == len(set(daemon.seen)) == 12


async def test_it_goes_on_by_itself_and_stops_when_asked(
    store: EventStore, files: Files, daemon: Daemon
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(care(files, daemon).run(stop))
    await attached(store, files, "a", b"a letter")
    async with asyncio.timeout(20):
        while (await states(files)).get("a") != "clean":
            await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, 5)
    # An upload that is too old already would be removed while it is being written.
    old = await files.take(b"too old", "public", NOW - timedelta(days=2))
    again = asyncio.create_task(care(files, daemon).run(stop := asyncio.Event()))
    async with asyncio.timeout(20):
        while old.file.attachment_id in await files.rows.named([old.file.attachment_id]):
            await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(again, 5)
