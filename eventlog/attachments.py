"""The table of attached files: whose they are, where they belong, and what a scanner said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.files import File, Upload
from eventlog.crypto import CaseKey
from eventlog.errors import AttachmentGone, KeyDestroyed
from eventlog.file_keys import claim
from eventlog.keys import Keys
from eventlog.pg import Pool, Record
from eventlog.records import Claim

__all__ = ["Attachments", "Kept"]

_COLUMNS = (
    "attachment_id, owner, media_type, size, sha256, content_sha256, expires_at, case_id, scan, "
    "wrapped"
)
_ADD = """
insert into attachment
    (attachment_id, owner, media_type, size, sha256, content_sha256, wrapped, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_STORED = "update attachment set stored = true where attachment_id = $1 and case_id is null"
_FIND = "select COLUMNS from attachment where ".replace("COLUMNS", _COLUMNS)
_NAMED = _FIND + "attachment_id = any($1::text[]) and stored"
_OF_CASE = _FIND + "case_id = $1"
_CASE_KEY = "select wrapped from case_key where case_id = $1"
# What is not stored any more can be claimed by nobody; only then its content may go.
_EXPIRE = """
update attachment set stored = false where case_id is null and expires_at <= $1
returning attachment_id
"""
_FORGET = "delete from attachment where attachment_id = any($1::text[]) and case_id is null"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row: what the log may say of a file, and what only those learn who may have it.

    ``content_sha256`` (hex) is of the file as it is given out.
    """

    upload: Upload
    content_sha256: str
    scan: str
    wrapped: bytes = field(repr=False)

    @property
    def file(self) -> File:
        """What the log says of it."""
        return self.upload.file


@dataclass(frozen=True, slots=True)
class Attachments:
    """Written down first, stored then, taken by an append or forgotten: never half of it."""

    pool: Pool
    keys: Keys

    async def add(self, new: Kept) -> None:
        """Write a file down; it cannot be attached before it is ``stored``."""
        upload, file = new.upload, new.file
        digests = bytes.fromhex(file.sha256), bytes.fromhex(new.content_sha256)
        told = file.attachment_id, upload.owner, file.media_type, file.size
        await self.pool.execute(_ADD, *told, *digests, new.wrapped, upload.expires_at)

    async def stored(self, attachment_id: str) -> None:
        """Its content is safe: from now on it can be attached."""
        await self.pool.execute(_STORED, attachment_id)

    async def named(self, ids: Sequence[str]) -> dict[str, Kept]:
        """The stored files with these ids."""
        return _by_id(await self.pool.fetch(_NAMED, ids)) if ids else {}

    async def of_case(self, case_id: str) -> dict[str, Kept]:
        """The files that belong to a case."""
        return _by_id(await self.pool.fetch(_OF_CASE, case_id))

    async def claims(self, files: Sequence[File]) -> tuple[Claim, ...]:
        """What an append needs to take these files.

        Raises AttachmentGone: one was taken or forgotten meanwhile. SealBroken.
        """
        kept = await self.named([file.attachment_id for file in files])
        if len(kept) < len(files) or any(one.upload.case_id for one in kept.values()):
            raise AttachmentGone("attachment")
        return tuple(claim(self.keys, name, one.wrapped) for name, one in kept.items())

    async def case_key(self, case_id: str) -> CaseKey:
        """What opens the files of a case. Raises KeyDestroyed, SealBroken."""
        wrapped = await self.pool.fetchval(_CASE_KEY, case_id)
        if wrapped is None:
            raise KeyDestroyed(case_id)
        return self.keys.unwrap(case_id, wrapped)

    async def expire(self, now: datetime) -> list[str]:
        """Put what waited too long out of reach; returns the ids whose content may go."""
        return [row["attachment_id"] for row in await self.pool.fetch(_EXPIRE, now)]

    async def forget(self, ids: Sequence[str]) -> None:
        """Remove the rows of files whose content is gone."""
        await self.pool.execute(_FORGET, ids)


def _by_id(rows: Iterable[Record]) -> dict[str, Kept]:
    return {row["attachment_id"]: _kept(row) for row in rows}


def _kept(row: Record) -> Kept:
    file = File(
        attachment_id=row["attachment_id"],
        sha256=row["sha256"].hex(),
        media_type=row["media_type"],
        size=row["size"],
    )
    upload = Upload(file, row["owner"], row["expires_at"], row["case_id"])
    return Kept(upload, row["content_sha256"].hex(), row["scan"], row["wrapped"])
