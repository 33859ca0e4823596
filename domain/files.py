"""Files that people attach: what the log says of one, and which ones somebody may attach now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.actor import Actor
from domain.rejection import Rejected
from domain.shapes import FILE_ID

__all__ = ["MEDIA_TYPES", "MOST", "PUBLIC", "File", "FileIds", "Upload", "chosen", "owner_of"]

#: What may be attached, and the ending of its name when it is given out.
MEDIA_TYPES: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "text/plain": "txt",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
#: How many files one report, supplement or command may bring.
MOST = 10
#: The owner of what was uploaded without a token: whoever knows its id.
PUBLIC = "public"
_PARAM = "attachments"


def _once(value: object) -> object:
    """One id may be given as it is, and an id given twice is one file."""
    if isinstance(value, str):
        return (value,)
    given = value if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(given)) if _all_text(given) else value


def _all_text(given: Sequence[object]) -> bool:
    return bool(given) and all(isinstance(one, str) for one in given)


#: An id is a secret of 160 bits until its file belongs to a case.
FileId = Annotated[str, FILE_ID]
FileIds = Annotated[tuple[FileId, ...], Field(max_length=MOST), BeforeValidator(_once)]


class File(BaseModel):
    """A file as an event tells of it; its name is not kept, since it may hold a person's.

    ``sha256`` (hex) is of what is stored, which is sealed: so it can be checked without a key, and
    tells nothing once the key is gone. ``size`` is in bytes, of the file as it is given out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    attachment_id: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file, and whether it can still be attached: ``case_id`` is where it belongs."""

    file: File
    owner: str
    expires_at: datetime
    case_id: str | None = None


def owner_of(actor: Actor) -> str:
    """Whose uploads an actor may attach: those of the own account."""
    return actor.subject or PUBLIC


def chosen(
    ids: Sequence[str], uploads: Mapping[str, Upload], actor: Actor, now: datetime
) -> tuple[File, ...]:
    """What the log says of the files with these ids, in their order.

    Raises Rejected: ``unknown_attachment`` for one that is not there, too old or somebody else's,
    which nobody can tell apart; ``attachment_taken`` for one that belongs to a case already.
    """
    return tuple(
        _chosen(place, uploads.get(file_id), actor, now) for place, file_id in enumerate(ids, 1)
    )


def _chosen(place: int, upload: Upload | None, actor: Actor, now: datetime) -> File:
    """An id is told by its place in the list: it may still be somebody's secret."""
    if upload is None or upload.owner != owner_of(actor):
        raise _unknown(place)
    if upload.case_id is not None:
        raise Rejected("attachment_taken", f"File {place} belongs to a case already.", _PARAM)
    if upload.expires_at <= now:
        raise _unknown(place)
    return upload.file


def _unknown(place: int) -> Rejected:
    detail = f"File {place}: no upload of yours waits under this id; upload the file again."
    return Rejected("unknown_attachment", detail, _PARAM)
