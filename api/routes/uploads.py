"""Files in: each is sent alone, before the report or the command that attaches it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.bounds import UPLOADS
from api.desk import Desk, desk_of
from api.guard import Caller, caller_of
from api.problems import Problem

__all__ = ["router"]

router = APIRouter(tags=["reports"])
_KIB = 1024
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file and nothing else: no form, no name.",
        "content": {"application/octet-stream": _BINARY},
    }
}


class Uploaded(BaseModel):
    """A file that waits to be attached. Whoever has the id may do that: keep it to yourself."""

    attachment_id: str
    media_type: Annotated[str, Field(description="Told by the content.", examples=["image/jpeg"])]
    size: Annotated[int, Field(description="In bytes, of what is kept: pictures are drawn anew.")]
    sha256: Annotated[str, Field(description="Of what is kept, as it is given out (hex).")]
    expires_at: Annotated[datetime, Field(description="It is removed then, unless attached.")]


@router.post(UPLOADS, operation_id="upload_file", status_code=201, openapi_extra=_BODY)
async def upload_file(request: Request) -> Uploaded:
    """Store a file; then name its id in a report, a supplement or a command.

    Pictures are drawn anew without EXIF, places and other data about their making; other files
    are kept as they are. A repeat makes another upload, and what is not attached is removed.
    """
    desk, caller = desk_of(request), caller_of(request)
    _refuse_strangers(desk, caller)
    size = _declared(request, desk.files.largest)
    with desk.memory.of(size, _client(caller)):
        desk.limits.take("upload_kib", _client(caller), -(-size // _KIB))
        content = await _read(request)
        kept = await desk.files.take(content, caller.scope, await desk.now())
    return Uploaded(
        attachment_id=kept.file.attachment_id,
        media_type=kept.file.media_type,
        size=kept.file.size,
        sha256=kept.content_sha256,
        expires_at=kept.upload.expires_at,
    )


def _refuse_strangers(desk: Desk, caller: Caller) -> None:
    if caller.account is None and not desk.public_reports:
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def _client(caller: Caller) -> str:
    return caller.account.account_id if caller.account else caller.client


def _declared(request: Request, largest: int) -> int:
    """How much is coming; whoever does not say is taken to send the most. Raises Problem."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        detail = "Send the bytes of the file as the body, without a form around them."
        raise Problem("unsupported_file", detail)
    told = request.headers.get("content-length", "")
    size = int(told) if told.isdecimal() else largest
    if size > largest:
        raise Problem("too_large", f"A file may have {largest} bytes.")
    return size


async def _read(request: Request) -> bytes:
    """The body; the frame ends it when it is larger than it may be."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
    return bytes(content)
