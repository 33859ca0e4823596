"""Attached files on their way out: which there are, who may have one now, and how it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from api.desk import Desk
from api.problems import Problem
from api.progress import Stories, Story, informed
from domain.events import (
    CaseReported,
    Event,
    ReportSupplemented,
)
from domain.files import MEDIA_TYPES, File
from domain.shapes import FILE_ID
from eventlog.attachments import Kept

__all__ = ["Attachment", "AttachmentId", "Told", "given", "listed", "told", "told_to_reporter"]

_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_CHARSET = {"text/plain": "; charset=utf-8"}

AttachmentId = Annotated[str, FILE_ID, Path(description="As it stands in the list of files.")]


class Attachment(BaseModel):
    """A file of a case. ``scan`` decides who may have it: see docs/api/README.md."""

    attachment_id: str
    media_type: str
    size: Annotated[int, Field(description="In bytes.")]
    sha256: Annotated[str, Field(description="Of the file as it is given out (hex).")]
    scan: Literal["unscanned", "pending", "clean", "infected"]
    attached_at: datetime
    with_event: Annotated[str, Field(examples=["CaseReported"])]
    by_role: Annotated[str, Field(examples=["reporter"])]


@dataclass(frozen=True, slots=True)
class Told:
    """A file and the event that tells of it."""

    file: File
    event: Event


def told(events: Sequence[Event]) -> Iterator[Told]:
    """Every file that a case's events tell of, in order."""
    for event in events:
        for file in getattr(event.body, "files", ()):
            yield Told(file, event)


def told_to_reporter(own: Story, others: Stories) -> Iterator[Told]:
    """Of these, what a reporter may know of: what the report brought, and the answers' files.

    They are those of the answers that the reporter is shown: ``others`` are the cases that it
    was ever merged into.
    """
    for one in told(own.events):
        if isinstance(one.event.body, CaseReported | ReportSupplemented):
            yield one
    # Who is told again is told of the same answer: its files stand in the list once.
    drafts = [one.draft for one in informed(own, others) if one.draft]
    yield from {one.file.attachment_id: one for one in told(drafts)}.values()


def listed(one: Told, kept: Kept) -> Attachment:
    """A file as it stands in a list."""
    return Attachment(
        attachment_id=one.file.attachment_id,
        media_type=one.file.media_type,
        size=one.file.size,
        sha256=kept.content_sha256,
        scan=kept.scan,
        attached_at=one.event.occurred_at,
        with_event=one.event.type,
        by_role=one.event.actor.role,
    )


async def given(desk: Desk, request: Request, file: File, kept: Kept, *, officer: bool) -> Response:
    """The file itself. Raises Problem: it is harmful, or was not scanned and is no officer's."""
    if kept.scan == "infected":
        raise Problem("infected")
    if kept.scan != "clean" and not officer:
        raise Problem("not_scanned", headers={"Retry-After": "60"})
    etag = f'"{kept.content_sha256}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": etag})
    content = await desk.files.content(file, kept)
    return Response(content, headers=_headers(file, etag))


def _headers(file: File, etag: str) -> dict[str, str]:
    """It is saved and never shown by a browser, and is what we say it is."""
    name = f"{file.attachment_id[:8]}.{MEDIA_TYPES[file.media_type]}"
    return {
        **_HEADERS,
        "Content-Type": file.media_type + _CHARSET.get(file.media_type, ""),
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": etag,
    }
