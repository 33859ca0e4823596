"""The store of files: a folder as it is used, and a bucket as far as it can be had here."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from obstore.store import LocalStore, S3Store

from eventlog.errors import ObjectMissing, ObjectsUnavailable
from eventlog.objects import Objects, open_objects

NAME = "ab/cdef"


async def test_what_was_put_is_there_for_another_process(tmp_path: Path) -> None:
    url = (tmp_path / "files of mine").as_uri()
    await open_objects(url).put(NAME, b"sealed")
    assert await open_objects(url).get(NAME) == b"sealed"
    assert (tmp_path / "files of mine" / "ab" / "cdef").read_bytes() == b"sealed"
    assert (tmp_path / "files of mine").stat().st_mode & 0o077 == 0


async def test_what_is_put_is_on_the_disk_with_its_folders_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    await open_objects(tmp_path.as_uri()).put(NAME, b"sealed")
    root = str(tmp_path)
    assert synced == [f"{root}/ab/cdef", f"{root}/ab", root]


async def test_what_is_not_there_is_missing_and_removed_without_a_word(tmp_path: Path) -> None:
    store = open_objects(tmp_path.as_uri())
    with pytest.raises(ObjectMissing):
        await store.get(NAME)
    await store.delete(NAME)
    await store.put(NAME, b"sealed")
    await store.delete(NAME)
    with pytest.raises(ObjectMissing):
        await store.get(NAME)


async def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    store = open_objects((tmp_path / "files").as_uri())
    for name in ("../secret", "ab/../../secret", str(tmp_path / "secret")):
        with pytest.raises((ObjectMissing, ObjectsUnavailable, ValueError)):
            await store.get(name)


async def test_a_folder_that_cannot_be_written_is_an_outage(tmp_path: Path) -> None:
    store = open_objects(tmp_path.as_uri())
    (tmp_path / "ab").write_bytes(b"a file in the way")
    with pytest.raises(ObjectsUnavailable):
        await store.put(NAME, b"sealed")


@pytest.mark.parametrize("url", ["", "files", "/srv/files", "http://files", "memory:///", "s3:"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"store|begin with"):
        open_objects(url)


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as is needed: objects by path, for callers who sign."""

    held: ClassVar[dict[str, bytes]]
    asked: ClassVar[list[str]]

    def do_PUT(self) -> None:
        self.held[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        content = self.held.get(self.path)
        self._answer(404 if content is None else 200, content or b"")

    def do_POST(self) -> None:
        """Deletes in bulk, as obstore does it."""
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = asked.split("<Key>")[1].split("</Key>")[0]
        bucket = self.path.partition("?")[0].rstrip("/")
        self.held.pop(f"{bucket}/{key}", None)
        self._answer(
            200, f"<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>".encode()
        )

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.asked.append(self.headers.get("Authorization", ""))
        self.send_response(status)
        for name, value in {
            "Content-Length": str(len(content)),
            "ETag": '"x"',
            "Last-Modified": "Sat, 28 Nov 2026 00:00:00 GMT",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Bucket]]:
    """A bucket on this machine, which the environment names as it would a real one."""

    class Own(Bucket):
        held: ClassVar[dict[str, bytes]] = {}
        asked: ClassVar[list[str]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key-of-the-test",
        "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
        "AWS_REGION": "ap-southeast-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    yield Own
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_bucket_is_used_with_the_credentials_of_the_environment(
    bucket: type[Bucket],
) -> None:
    store = open_objects("s3://hoiam/files")
    assert isinstance(store.store, S3Store)
    assert (store.store.config["bucket"], store.store.prefix) == ("hoiam", "files")
    await store.put(NAME, b"sealed")
    assert bucket.held == {"/hoiam/files/ab/cdef": b"sealed"}
    assert await store.get(NAME) == b"sealed"
    await store.delete(NAME)
    with pytest.raises(ObjectMissing):
        await store.get(NAME)
    assert all("Credential=key-of-the-test/" in asked for asked in bucket.asked)


def test_only_a_folder_is_made_by_itself(tmp_path: Path) -> None:
    opened = open_objects((tmp_path / "a" / "b").as_uri())
    assert isinstance(opened.store, LocalStore)
    assert (tmp_path / "a" / "b").is_dir()


async def test_many_at_once_do_not_stand_in_each_others_way(tmp_path: Path) -> None:
    store: Objects = open_objects(tmp_path.as_uri())
    names = [f"{number % 7:02x}/{number}" for number in range(50)]
    await asyncio.gather(*(store.put(name, name.encode()) for name in names))
    assert await asyncio.gather(*map(store.get, names)) == [name.encode() for name in names]
