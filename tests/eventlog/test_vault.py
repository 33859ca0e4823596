"""The vault: an identity opens in its own row only, and nothing is left of one that was erased."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from eventlog.errors import SealBroken
from eventlog.keys import Keys
from eventlog.pg import OwnConnection
from eventlog.store import EventStore
from eventlog.vault import Identity, Vault, seal_identity
from tests.eventlog.sample import new_case

AN = Identity(name="Nguyễn Văn An", phone="0912000000")


async def kept(store: EventStore, ref: str, case_id: str, identity: Identity = AN) -> None:
    row = seal_identity(store.keys, ref, case_id, identity)
    await store.append([replace(new_case(case_id), identities=(row,))])


async def test_an_identity_is_written_with_its_case_and_opens_again(store: EventStore) -> None:
    await kept(store, "r1", "a")
    assert await Vault(store.pool, store.keys).open("r1") == AN


async def test_an_append_that_is_refused_leaves_no_identity(store: EventStore) -> None:
    await kept(store, "r1", "a")
    with pytest.raises(Exception, match="VersionConflict"):
        await kept(store, "r2", "a")
    assert await Vault(store.pool, store.keys).open("r2") is None


async def test_nothing_of_an_identity_can_be_read_off_the_disk(
    store: EventStore, owner: OwnConnection
) -> None:
    await kept(store, "r1", "a")
    row = await owner.fetchrow("select * from identity")
    assert not any(said in str(dict(row or {})) for said in ("Nguyễn", "An", "0912"))
    assert "An" not in repr(AN)


async def test_an_identity_opens_in_its_own_row_only(
    store: EventStore, owner: OwnConnection
) -> None:
    await kept(store, "r1", "a")
    await kept(store, "r2", "b")
    vault = Vault(store.pool, store.keys)
    await owner.execute("update identity set case_id = 'b' where ref = 'r1'")
    with pytest.raises(SealBroken):
        await vault.open("r1")
    swap = "update identity set wrapped = (select wrapped from identity where ref = 'r1')"
    await owner.execute(f"{swap} where ref = 'r2'")
    with pytest.raises(SealBroken):
        await vault.open("r2")


async def test_a_key_of_a_case_does_not_open_the_vault(store: EventStore) -> None:
    row = seal_identity(store.keys, "r1", "a", AN)
    with pytest.raises(SealBroken):
        store.keys.unwrap("r1", row.wrapped)
    with pytest.raises(SealBroken):
        Keys(bytes(32)).unwrap("r1", row.wrapped)


async def test_an_erased_identity_is_gone(store: EventStore) -> None:
    await kept(store, "r1", "a")
    vault = Vault(store.pool, store.keys)
    assert await vault.destroy("r1")
    assert not await vault.destroy("r1")
    assert await vault.open("r1") is None


async def test_an_identity_is_never_changed_in_place(store: EventStore) -> None:
    await kept(store, "r1", "a")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute("update identity set sealed = ''")
