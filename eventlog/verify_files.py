"""Check the store of files against the log: everything it tells of is there, and is what it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from hashlib import sha256

from domain.files import File
from eventlog.checks import Finding
from eventlog.errors import ObjectMissing
from eventlog.file_keys import object_of
from eventlog.objects import Objects
from eventlog.pg import Pool, Record

__all__ = ["verify_files"]

# Only events that tell of a file are read; in a body written by RFC 8785 that is how it begins.
_TOLD = """
select e.case_id, e.version, e.body, k.case_id is null as erased
from event e left join case_key k on k.case_id = e.case_id
where (e.case_id, e.version) > ($1, $2)
    and position('"files":[{'::bytea in e.body) > 0
order by e.case_id, e.version limit $3
"""
_ROWS = """
select attachment_id, case_id, sha256, media_type, size from attachment
where attachment_id = any($1::text[])
"""
_CLAIMED = """
select attachment_id, case_id from attachment
where case_id is not null and attachment_id > $1 order by attachment_id limit $2
"""


@dataclass(frozen=True, slots=True)
class _Told:
    """A file and the event that tells of it; of an erased case nothing need be there."""

    case_id: str
    version: int
    file: File
    erased: bool

    def finding(self, kind: str, detail: str) -> Finding:
        """What is wrong with it."""
        return Finding(kind, self.case_id, self.version, f"{self.file.attachment_id} {detail}")


async def verify_files(
    pool: Pool, objects: Objects, *, limit: int = 1000, page: int = 200
) -> list[Finding]:
    """What is wrong with the files, at most about ``limit`` findings.

    Each file is read whole, one after the other. It needs no key: what is hashed is what is stored.

    Raises ObjectsUnavailable: then nothing can be said of the files.
    """
    findings: list[Finding] = []
    told: set[str] = set()
    async for part in _told(pool, page):
        rows = {row["attachment_id"]: row for row in await pool.fetch(_ROWS, [*_ids(part)])}
        for one in part:
            told.add(one.file.attachment_id)
            findings += _row(one, rows.get(one.file.attachment_id))
            findings += await _content(one, objects)
        if len(findings) >= limit:
            return findings
    return findings + [finding async for finding in _not_told(pool, told, page)]


async def _told(pool: Pool, page: int) -> AsyncIterator[list[_Told]]:
    after: tuple[str, int] = ("", 0)
    while rows := await pool.fetch(_TOLD, *after, page):
        yield [one for row in rows for one in _files(row)]
        after = rows[-1]["case_id"], rows[-1]["version"]


def _files(row: Record) -> Iterator[_Told]:
    for file in json.loads(row["body"])["files"]:
        yield _Told(row["case_id"], row["version"], File.model_validate(file), row["erased"])


def _ids(part: list[_Told]) -> Iterator[str]:
    return (one.file.attachment_id for one in part)


def _row(told: _Told, row: Record | None) -> Iterator[Finding]:
    if row is None:
        if not told.erased:
            yield told.finding("file_unknown", "has no row")
        return
    file = told.file
    known = (row["case_id"], row["sha256"].hex(), row["media_type"], row["size"])
    if known != (told.case_id, file.sha256, file.media_type, file.size):
        yield told.finding("file_differs", "is told of otherwise in its row")


async def _content(told: _Told, objects: Objects) -> list[Finding]:
    try:
        stored = await objects.get(object_of(told.file.attachment_id))
    except ObjectMissing:
        return [] if told.erased else [told.finding("file_missing", "is not in the store")]
    if sha256(stored).hexdigest() != told.file.sha256:
        return [told.finding("file_changed", "is not what was stored")]
    return []


async def _not_told(pool: Pool, told: set[str], page: int) -> AsyncIterator[Finding]:
    after = ""
    while rows := await pool.fetch(_CLAIMED, after, page):
        for row in rows:
            if row["attachment_id"] not in told:
                detail = f"{row['attachment_id']} belongs to a case whose events do not tell of it"
                yield Finding("file_not_told", row["case_id"], None, detail)
        after = rows[-1]["attachment_id"]
