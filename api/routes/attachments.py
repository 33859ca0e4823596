"""Files out: to officers and overseers of a case, and to its reporter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request, Response

from api.desk import Desk, desk_of
from api.files import (
    Attachment,
    AttachmentId,
    Told,
    given,
    listed,
    told,
    told_to_reporter,
)
from api.headers import ActAs
from api.problems import Problem
from api.receipts import Code, Secret, opened
from api.sight import CaseId, seen_case
from api.stories import story_of, survivors
from domain.events import Event
from domain.files import MEDIA_TYPES

__all__ = ["router"]

router = APIRouter(prefix="/v1")
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, for saving: a browser does not show it.",
        "content": dict.fromkeys(MEDIA_TYPES, _BINARY),
    },
    304: {"description": "It is the one that If-None-Match names."},
}


@router.get("/cases/{case_id}/attachments", operation_id="list_attachments", tags=["officers"])
async def list_attachments(
    case_id: CaseId, request: Request, act_as: ActAs = None
) -> tuple[Attachment, ...]:
    """The files of a case, in the order in which they came."""
    desk, seen = desk_of(request), await seen_case(request, case_id, act_as)
    return await _all(desk, told(await _events(desk, seen.row.case_id)))


@router.get(
    "/cases/{case_id}/attachments/{attachment_id}",
    operation_id="download_attachment",
    tags=["officers"],
    response_class=Response,
    responses=_FILE,
)
async def download_attachment(
    case_id: CaseId, attachment_id: AttachmentId, request: Request, act_as: ActAs = None
) -> Response:
    """A file of a case. Before a scanner called it clean, only officers get it."""
    desk, seen = desk_of(request), await seen_case(request, case_id, act_as)
    files = told(await _events(desk, seen.row.case_id))
    return await _one(desk, request, files, attachment_id, officer=seen.reads)


@router.get("/track/{code}/attachments", operation_id="list_own_attachments", tags=["reporters"])
async def list_own_attachments(
    code: Code, secret: Secret, request: Request
) -> tuple[Attachment, ...]:
    """What the reporter sent, and what came with the answers."""
    desk, row = desk_of(request), await opened(request, code, secret)
    return await _all(desk, await _of_reporter(desk, row.case_id))


@router.get(
    "/track/{code}/attachments/{attachment_id}",
    operation_id="download_own_attachment",
    tags=["reporters"],
    response_class=Response,
    responses=_FILE,
)
async def download_own_attachment(
    code: Code, secret: Secret, attachment_id: AttachmentId, request: Request
) -> Response:
    """One of these files, once a scanner called it clean."""
    desk, row = desk_of(request), await opened(request, code, secret)
    files = await _of_reporter(desk, row.case_id)
    return await _one(desk, request, files, attachment_id, officer=False)


async def _events(desk: Desk, case_id: str) -> list[Event]:
    return [recorded.event for recorded in await desk.store.load(case_id)]


async def _of_reporter(desk: Desk, case_id: str) -> Iterable[Told]:
    own = await story_of(desk, case_id, unseal=False)
    return told_to_reporter(own, await survivors(desk, own, unseal=False))


async def _all(desk: Desk, files: Iterable[Told]) -> tuple[Attachment, ...]:
    found = list(files)
    rows = await desk.files.rows.named([one.file.attachment_id for one in found])
    return tuple(
        listed(one, rows[one.file.attachment_id]) for one in found if one.file.attachment_id in rows
    )


async def _one(
    desk: Desk, request: Request, files: Iterable[Told], attachment_id: str, *, officer: bool
) -> Response:
    """Raises Problem: the case has no such file, or it is not for this caller yet."""
    file = next((one.file for one in files if one.file.attachment_id == attachment_id), None)
    kept = (await desk.files.rows.named([attachment_id])).get(attachment_id)
    if file is None or kept is None:
        raise Problem("unknown_attachment")
    return await given(desk, request, file, kept, officer=officer)
