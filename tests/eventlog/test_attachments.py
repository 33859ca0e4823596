"""Files in the log: taken by one append or by none, and gone with the key of their case."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import asyncpg
import pytest

from domain.events import EvidenceAttached
from domain.files import File, Upload
from eventlog.attachments import Attachments, Kept
from eventlog.errors import AttachmentGone, KeyDestroyed, SealBroken, VersionConflict
from eventlog.file_keys import SealedFile, claim, open_file, seal_file
from eventlog.keys import Keys
from eventlog.pg import OwnConnection
from eventlog.records import Append, Claim
from eventlog.store import EventStore
from tests.eventlog.sample import START, add, by_clock, following, new_case, noted

CONTENT = b"the letter of a person"
LATER = START + timedelta(days=1)


@pytest.fixture
def rows(store: EventStore) -> Attachments:
    return Attachments(store.pool, store.keys)


async def waiting(rows: Attachments, name: str, *, stored: bool = True) -> SealedFile:
    """A file that was uploaded."""
    sealed = seal_file(rows.keys, name, CONTENT)
    file = File(
        attachment_id=name,
        sha256=sealed.sha256.hex(),
        media_type="text/plain",
        size=len(CONTENT),
    )
    digest = sha256(CONTENT).hexdigest()
    await rows.add(Kept(Upload(file, "public", LATER), digest, "unscanned", sealed.wrapped))
    if stored:
        await rows.stored(name)
    return sealed


async def taking(rows: Attachments, append: Append, *names: str) -> Append:
    """The same append, which takes files."""
    found = await rows.named(names)
    claims = await rows.claims([found[name].file for name in names])
    return with_claims(append, claims)


def with_claims(append: Append, claims: Sequence[Claim]) -> Append:
    return replace(append, cases=[replace(append.cases[0], files=claims)])


async def cases(store: EventStore) -> int:
    return int(await store.pool.fetchval("select count(*) from case_row"))


async def test_a_file_is_taken_by_the_append_that_tells_of_it(
    store: EventStore, rows: Attachments
) -> None:
    sealed = await waiting(rows, "f1")
    await store.append([await taking(rows, new_case("a"), "f1")])
    kept = (await rows.of_case("a"))["f1"]
    assert kept.upload.case_id == "a"
    opened = open_file(await rows.case_key("a"), "f1", kept.wrapped, sealed.content)
    assert opened == CONTENT


async def test_an_append_takes_all_its_files_or_writes_nothing(
    store: EventStore, rows: Attachments
) -> None:
    for name in ("f1", "f2"):
        await waiting(rows, name)
    both = await taking(rows, new_case("b"), "f1", "f2")
    await store.append([await taking(rows, new_case("a"), "f1")])
    with pytest.raises(AttachmentGone):
        await store.append([both])
    assert await cases(store) == 1
    assert (await rows.named(["f2"]))["f2"].upload.case_id is None
    assert await store.snapshot("b") == replace(await store.snapshot("b"), version=0)
    await store.append([await taking(rows, new_case("b"), "f2")])


async def test_an_append_that_is_refused_for_another_reason_takes_nothing(
    store: EventStore, rows: Attachments
) -> None:
    await waiting(rows, "f1")
    await store.append([new_case("a")])
    late = await taking(rows, await following(store, "a", noted(1)), "f1")
    await add(store, "a", noted(2))
    with pytest.raises(VersionConflict):
        await store.append([late])
    assert (await rows.named(["f1"]))["f1"].upload.case_id is None


@pytest.mark.parametrize("turn", [1, -1])
async def test_appends_that_want_the_same_files_in_any_order_do_not_lock_each_other_out(
    store: EventStore, rows: Attachments, turn: int
) -> None:
    names = [f"f{number}" for number in range(6)]
    for name in names:
        await waiting(rows, name)
    wanted = [
        await taking(rows, new_case(f"case-{number}"), *names[:: turn if number % 2 else 1])
        for number in range(12)
    ]
    done = await asyncio.gather(*(store.append([one]) for one in wanted), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["AttachmentGone"] * 11 + ["list"]
    assert await cases(store) == 1


async def test_two_appends_of_one_statement_cannot_share_a_file(
    store: EventStore, rows: Attachments
) -> None:
    await waiting(rows, "f1")
    both = [await taking(rows, new_case(name), "f1") for name in ("a", "b")]
    with pytest.raises(AttachmentGone):
        await store.append(both)
    assert await cases(store) == 0


async def test_what_is_not_stored_yet_or_put_out_of_reach_is_taken_by_nobody(
    store: EventStore, rows: Attachments
) -> None:
    sealed = await waiting(rows, "f1", stored=False)
    assert await rows.named(["f1"]) == {}
    early = with_claims(new_case("a"), [claim(rows.keys, "f1", sealed.wrapped)])
    with pytest.raises(AttachmentGone):
        await store.append([early])
    await waiting(rows, "f2")
    ready = await taking(rows, new_case("b"), "f2")
    assert sorted(await rows.expire(LATER)) == ["f1", "f2"]
    with pytest.raises(AttachmentGone):
        await store.append([ready])
    await rows.forget(["f1", "f2"])
    with pytest.raises(AttachmentGone):
        await store.append([ready])
    assert await cases(store) == 0


async def test_what_belongs_to_a_case_is_never_removed(
    store: EventStore, rows: Attachments
) -> None:
    await waiting(rows, "f1")
    await store.append([await taking(rows, new_case("a"), "f1")])
    assert await rows.expire(LATER + timedelta(days=999)) == []
    await rows.forget(["f1"])
    assert set(await rows.of_case("a")) == {"f1"}


async def test_a_file_is_gone_with_the_key_of_its_case(
    store: EventStore, rows: Attachments, owner: OwnConnection
) -> None:
    sealed = await waiting(rows, "f1")
    await store.append([await taking(rows, new_case("a"), "f1")])
    kept = (await rows.named(["f1"]))["f1"]
    await store.pool.execute("delete from case_key where case_id = 'a'")
    with pytest.raises(KeyDestroyed):
        await rows.case_key("a")
    with pytest.raises(SealBroken):
        claim(rows.keys, "f1", kept.wrapped)  # the master key alone does not help
    assert CONTENT not in sealed.content
    assert CONTENT not in bytes(str(await owner.fetch("select * from attachment")), "utf-8")


async def test_nothing_is_attached_to_a_case_whose_key_was_destroyed(
    store: EventStore, rows: Attachments
) -> None:
    await store.append([new_case("a")])
    await store.pool.execute("delete from case_key where case_id = 'a'")
    await waiting(rows, "f1")
    event = by_clock(EvidenceAttached(count=1))
    with pytest.raises(KeyDestroyed):
        await store.append([await taking(rows, await following(store, "a", event), "f1")])


async def test_a_file_opens_under_its_own_id_and_case_only(
    store: EventStore, rows: Attachments
) -> None:
    sealed = {name: await waiting(rows, name) for name in ("f1", "f2")}
    await store.append([await taking(rows, new_case("a"), "f1")])
    await store.append([await taking(rows, new_case("b"), "f2")])
    kept = {name: (await rows.named([name]))[name] for name in sealed}
    key = {name: await rows.case_key(name) for name in ("a", "b")}
    wrong = (
        ("a", "f2", kept["f1"].wrapped, sealed["f1"].content),
        ("a", "f1", kept["f2"].wrapped, sealed["f1"].content),
        ("b", "f1", kept["f1"].wrapped, sealed["f1"].content),
        ("a", "f1", kept["f1"].wrapped, sealed["f2"].content),
        ("a", "f1", kept["f1"].wrapped, sealed["f1"].content[:-1] + b"\0"),
    )
    for case_id, name, wrapped, content in wrong:
        with pytest.raises(SealBroken):
            open_file(key[case_id], name, wrapped, content)
    with pytest.raises(SealBroken):
        claim(Keys(bytes(32)), "f1", seal_file(rows.keys, "f1", CONTENT).wrapped)


@pytest.mark.parametrize("column", ["sha256", "media_type", "size", "owner", "content_sha256"])
async def test_what_a_file_is_cannot_be_changed_by_the_application(
    store: EventStore, rows: Attachments, column: str
) -> None:
    await waiting(rows, "f1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute("update attachment set NAME = NAME".replace("NAME", column))


async def test_an_import_brings_no_files(store: EventStore, rows: Attachments) -> None:
    await waiting(rows, "f1")
    with pytest.raises(ValueError, match="without files"):
        await store.copy_append([await taking(rows, new_case("a"), "f1")])
