"""The master key: a file of 32 bytes beside the database, from which every other key is made."""

from __future__ import annotations

import asyncio
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.crypto import KEY_BYTES, CaseKey, derive
from eventlog.errors import KeyFileRefused, WrongMasterKey
from eventlog.pg import Connection

__all__ = ["FILE", "Keys", "open_keys"]

FILE = "master.key"
_RESTORE = "Restore the file from its backup; without it the free text of every case is lost."


class Keys:
    """Everything that is made from the master key. Never printed, never pickled."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise KeyFileRefused(f"A master key has {KEY_BYTES} bytes, this one {len(master)}.")
        self._derived = lru_cache(maxsize=None)(lambda purpose: derive(master, purpose))
        self._wrapping = AESGCM(self.derive("case-key"))

    @property
    def key_id(self) -> str:
        """Names the master key without telling anything about it."""
        return self.derive("key-id")[:8].hex()

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, such as ``command-signing``; always the same."""
        return self._derived(purpose)

    def new_case_key(self, case_id: str) -> CaseKey:
        """A fresh data key for a case."""
        return CaseKey.new(case_id, self._wrapping)

    def unwrap(self, case_id: str, wrapped: bytes) -> CaseKey:
        """A case's stored data key. Raises SealBroken if another master key wrapped it."""
        return CaseKey.unwrap(case_id, wrapped, self._wrapping)

    @classmethod
    def load(cls, folder: Path) -> Keys:
        """Read the master key.

        Raises:
            KeyFileRefused: missing, readable by others, or of a wrong size.
        """
        path = folder / FILE
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise KeyFileRefused(f"There is no master key at {path}. {_RESTORE}") from None
        if mode & 0o077:
            raise KeyFileRefused(f"Others may read {path}: run `chmod 600 {path}`.")
        master = path.read_bytes()
        if len(master) != KEY_BYTES:
            found = f"{path} has {len(master)} bytes instead of {KEY_BYTES}"
            raise KeyFileRefused(f"{found}: it was cut or replaced. {_RESTORE}")
        return cls(master)

    @classmethod
    def create(cls, folder: Path) -> Keys:
        """Make the master key once; whoever comes second reads what the first one made."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(folder / FILE, secrets.token_bytes(KEY_BYTES))
        return cls.load(folder)


async def open_keys(folder: Path, connection: Connection) -> Keys:
    """The keys of this database; made on first use, and never again.

    Raises:
        KeyFileRefused: the file is missing though the database has wrapped keys, or is unsafe.
        WrongMasterKey: the file belongs to another database.
    """
    known = await connection.fetchval("select key_id from key_check")
    keys = await asyncio.to_thread(Keys.load if known else _load_or_create, folder)
    if known is None:
        known = await _remember(connection, keys)
    if known != keys.key_id:
        raise WrongMasterKey(
            f"{folder / FILE} is key {keys.key_id}, but this database was written with key "
            f"{known}. {_RESTORE}"
        )
    return keys


async def _remember(connection: Connection, keys: Keys) -> str:
    # Two processes may start at once: the first one's word counts for both.
    await connection.execute(
        "insert into key_check (key_id) values ($1) on conflict (only_one) do nothing", keys.key_id
    )
    return str(await connection.fetchval("select key_id from key_check"))


def _load_or_create(folder: Path) -> Keys:
    return Keys.load(folder) if (folder / FILE).exists() else Keys.create(folder)


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, on disk before it has its name, and never over an existing file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_synced(draft, content)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
