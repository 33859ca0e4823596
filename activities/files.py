"""Files in and out: looked at, cleaned, sealed and stored; and opened again for who may."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import ParamSpec, TypeVar

from activities.images import redrawn
from activities.media import media_type_of, unsupported
from domain.files import File, Upload
from eventlog.attachments import Attachments, Kept
from eventlog.crypto import CaseKey
from eventlog.errors import ObjectMissing, SealBroken
from eventlog.file_keys import SealedFile, object_of, open_file, seal_file
from eventlog.objects import Objects

__all__ = ["LASTS", "FileDamaged", "Files"]

#: How long an upload waits to be attached.
LASTS = timedelta(days=1)
_ID_BYTES = 20
_UNSCANNED = "unscanned"
P = ParamSpec("P")
R = TypeVar("R")


class FileDamaged(Exception):
    """What is stored is gone, or is not what the log tells of."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A file that can be stored, and what is to be known of it."""

    media_type: str
    content_sha256: str
    size: int
    sealed: SealedFile


@dataclass(frozen=True, slots=True)
class Files:
    """``largest`` is what one file may have (bytes); pictures are drawn one at a time.

    Whoever downloads a file does not wait for the pictures of others.
    """

    rows: Attachments
    objects: Objects
    largest: int
    _drawing: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1), repr=False)
    _opening: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1), repr=False)

    async def take(self, content: bytes, owner: str, now: datetime) -> Kept:
        """Store an upload; it is safe when this returns, and forgotten unless it is attached.

        Its row is there before its content is, and counts only after: so nothing lies in the store
        that no row tells of. Raises Rejected: it is not a file that is taken. ObjectsUnavailable.
        """
        attachment_id = _new_id()
        ready = await _on(self._drawing, self._prepared, attachment_id, content)
        digest = ready.sealed.sha256.hex()
        file = File(
            attachment_id=attachment_id,
            sha256=digest,
            media_type=ready.media_type,
            size=ready.size,
        )
        upload = Upload(file, owner, now + LASTS)
        kept = Kept(upload, ready.content_sha256, _UNSCANNED, ready.sealed.wrapped)
        await self.rows.add(kept)
        await self.objects.put(object_of(attachment_id), ready.sealed.content)
        await self.rows.stored(attachment_id)
        return kept

    async def content(self, file: File, kept: Kept) -> bytes:
        """What a file of a case holds; ``file`` is what the log says of it.

        Raises:
            FileDamaged: it is gone, or is not what the log says.
            KeyDestroyed: it was erased with the free text of its case.
            ObjectsUnavailable: the store does not answer.
        """
        key = await self.rows.case_key(kept.upload.case_id or "")
        try:
            stored = await self.objects.get(object_of(file.attachment_id))
            return await _on(self._opening, _opened, key, file, kept.wrapped, stored)
        except (ObjectMissing, SealBroken) as error:
            raise FileDamaged(file.attachment_id) from error

    async def expire(self, now: datetime) -> int:
        """Remove the uploads that nobody attached in time; returns how many there were."""
        ids = await self.rows.expire(now)
        await self._remove(ids)
        return len(ids)

    async def _remove(self, ids: Sequence[str]) -> None:
        for attachment_id in ids:
            await self.objects.delete(object_of(attachment_id))
            await self.rows.forget([attachment_id])

    def _prepared(self, attachment_id: str, content: bytes) -> _Prepared:
        if not content:
            raise unsupported("It is empty.")
        media_type = media_type_of(content)
        if media_type.startswith("image/"):
            content = redrawn(content, media_type, self.largest)
        digest = sha256(content).hexdigest()
        sealed = seal_file(self.rows.keys, attachment_id, content)
        return _Prepared(media_type, digest, len(content), sealed)


async def _on(bench: ThreadPoolExecutor, work: Callable[P, R], *args: P.args, **_: P.kwargs) -> R:
    return await asyncio.get_running_loop().run_in_executor(bench, work, *args)


def _opened(key: CaseKey, file: File, wrapped: bytes, stored: bytes) -> bytes:
    if sha256(stored).hexdigest() != file.sha256:
        raise SealBroken("These are not the bytes that the log tells of.")
    return open_file(key, file.attachment_id, wrapped, stored)


def _new_id() -> str:
    """160 random bits: whoever has the id of an upload may attach it."""
    return base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()
