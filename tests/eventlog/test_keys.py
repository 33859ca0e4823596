"""The master key: made once, kept safe, and never replaced by accident."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eventlog.crypto import CaseKey
from eventlog.errors import KeyFileRefused, SealBroken, WrongMasterKey
from eventlog.keys import FILE, Keys, open_keys
from eventlog.pg import OwnConnection
from eventlog.pool import open_pool


def test_a_new_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    keys = Keys.create(tmp_path / "keys")
    path = tmp_path / "keys" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_size == 32
    assert [entry.name for entry in path.parent.iterdir()] == [FILE]
    assert Keys.load(path.parent).key_id == keys.key_id


def test_an_existing_key_is_never_written_over(tmp_path: Path) -> None:
    first = Keys.create(tmp_path)
    assert Keys.create(tmp_path).key_id == first.key_id


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: Keys.create(tmp_path).key_id, range(16)))
    assert len(set(made)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    Keys.create(tmp_path)
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(KeyFileRefused, match="chmod 600"):
        Keys.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(KeyFileRefused, match=f"{len(content)} bytes instead of 32"):
        Keys.load(tmp_path)


async def test_a_lost_key_is_not_silently_replaced(tmp_path: Path, owner: OwnConnection) -> None:
    keys = await open_keys(tmp_path, owner)
    assert (await open_keys(tmp_path, owner)).key_id == keys.key_id
    (tmp_path / FILE).unlink()
    with pytest.raises(KeyFileRefused, match="Restore the file"):
        await open_keys(tmp_path, owner)
    with pytest.raises(KeyFileRefused, match="no master key"):
        Keys.load(tmp_path)


async def test_the_key_of_another_database_is_refused(tmp_path: Path, owner: OwnConnection) -> None:
    known = await open_keys(tmp_path / "mine", owner)
    Keys.create(tmp_path / "other")
    with pytest.raises(WrongMasterKey, match=known.key_id):
        await open_keys(tmp_path / "other", owner)


async def test_a_key_made_before_the_database_knew_it_is_used(
    tmp_path: Path, owner: OwnConnection
) -> None:
    made = Keys.create(tmp_path)
    assert (await open_keys(tmp_path, owner)).key_id == made.key_id


def test_each_purpose_has_a_key_of_its_own_always_the_same() -> None:
    one, same, other = Keys(bytes(32)), Keys(bytes(32)), Keys(b"\1" * 32)
    purposes = ["command-signing", "payloads", "receipts", "case-key", "key-id"]
    derived = {one.derive(purpose) for purpose in purposes}
    assert len(derived) == len(purposes)
    assert all(len(key) == 32 for key in derived)
    assert [same.derive(p) for p in purposes] == [one.derive(p) for p in purposes]
    assert not derived & {other.derive(purpose) for purpose in purposes}


def test_a_case_key_opens_under_its_master_key_and_for_its_case_only() -> None:
    keys = Keys(bytes(32))
    wrapped = keys.new_case_key("a").wrapped
    assert keys.unwrap("a", wrapped).wrapped == wrapped
    for master, case_id, stored in (
        (Keys(b"\1" * 32), "a", wrapped),
        (keys, "b", wrapped),
        (keys, "a", wrapped[:-1]),
        (keys, "a", b""),
    ):
        with pytest.raises(SealBroken):
            master.unwrap(case_id, stored)


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    keys = Keys.create(tmp_path)
    secret = (tmp_path / FILE).read_bytes()
    key: CaseKey = keys.new_case_key("a")
    for shown in (repr(keys), str(keys), repr(key), repr(vars(keys))):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
        assert repr(key.wrapped) not in shown


def test_a_master_key_has_one_size() -> None:
    with pytest.raises(KeyFileRefused):
        Keys(b"short")


async def test_two_processes_that_open_at_once_agree(
    tmp_path: Path, database: str, owner: OwnConnection
) -> None:
    pool = await open_pool(database, max_size=4)

    async def opened() -> str:
        async with pool.acquire() as connection:
            return (await open_keys(tmp_path, connection)).key_id

    assert len(set(await asyncio.gather(*(opened() for _ in range(4))))) == 1
    await pool.close()
