"""The store of files: a folder of this machine, or a bucket; it holds sealed bytes only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from eventlog.errors import ObjectMissing, ObjectsUnavailable

__all__ = ["SCHEMES", "Objects", "open_objects"]

#: What an address of a store may begin with.
SCHEMES = ("file", "s3", "gs", "az")


@dataclass(frozen=True, slots=True)
class Objects:
    """Names to bytes. What was put is on the disk, or acknowledged by the bucket."""

    store: ObjectStore

    async def put(self, name: str, content: bytes) -> None:
        """Store bytes under a name, whole or not at all. Raises ObjectsUnavailable."""
        with _named(name):
            await self.store.put_async(name, content, use_multipart=False)
            if isinstance(self.store, LocalStore) and self.store.prefix is not None:
                await asyncio.to_thread(_sync, Path(self.store.prefix), name)

    async def get(self, name: str) -> bytes:
        """The bytes under a name. Raises ObjectMissing, ObjectsUnavailable."""
        with _named(name):
            found = await self.store.get_async(name)
            return bytes(await found.bytes_async())

    async def delete(self, name: str) -> None:
        """Remove what is under a name, if anything is. Raises ObjectsUnavailable."""
        with _named(name):
            try:
                await self.store.delete_async(name)
            except FileNotFoundError:
                return


def open_objects(url: str) -> Objects:
    """The store at an address, such as ``file:///srv/hoiam/files`` or ``s3://bucket/folder``.

    A folder is made. Credentials and the endpoint of a bucket are read from the environment
    (``AWS_ACCESS_KEY_ID`` and so on). Raises ValueError: there is no such kind of store.
    """
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise ValueError(f"{url!r} is not an address of a store: begin with {', '.join(SCHEMES)}.")
    if scheme == "file":
        folder = Path(unquote(urlsplit(url).path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Objects(LocalStore(folder))
    try:
        return Objects(from_url(url))
    except BaseError as error:
        raise ValueError(f"{url!r} cannot be used as a store of files.") from error


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(f"The store of files has nothing at {name}.") from error
    except (BaseError, OSError) as error:
        kind = type(error).__name__
        raise ObjectsUnavailable(f"The store of files does not answer ({kind}).") from error


def _sync(root: Path, name: str) -> None:
    """A file is safe from a power cut once it, and the folders that name it, are on the disk."""
    path = root / name
    for one in (path, path.parent, root):
        descriptor = os.open(one, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
