"""Files: uploaded first, then claimed by a report, a supplement or a piece of evidence."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import RootModel

from hoiam_client.models import Attachment, Uploaded
from hoiam_client.transport import Transport

__all__ = ["Attachments"]


class Listed(RootModel[tuple[Attachment, ...]]):
    """The files of a case."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """``/v1/uploads``, and the files under a case or a receipt."""

    transport: Transport

    async def upload(self, content: bytes) -> Uploaded:
        """Put a file down; what is never claimed expires, so a repeat is harmless."""
        answer = await self.transport.send("POST", "/v1/uploads", content=content)
        return Uploaded.model_validate_json(answer.content)

    async def of_case(self, case_id: str) -> tuple[Attachment, ...]:
        """The files of a case."""
        return (await self.transport.get(f"/v1/cases/{case_id}/attachments", Listed)).root

    async def download(self, case_id: str, attachment_id: str) -> bytes:
        """A file of a case, for those who may have it."""
        path = f"/v1/cases/{case_id}/attachments/{attachment_id}"
        return (await self.transport.send("GET", path)).content

    async def own(self, code: str, secret: str) -> tuple[Attachment, ...]:
        """The files that a reporter has sent."""
        headers, path = {"Receipt-Secret": secret}, f"/v1/track/{code}/attachments"
        return (await self.transport.get(path, Listed, headers=headers)).root

    async def download_own(self, code: str, secret: str, attachment_id: str) -> bytes:
        """One of them."""
        path = f"/v1/track/{code}/attachments/{attachment_id}"
        answer = await self.transport.send("GET", path, headers={"Receipt-Secret": secret})
        return answer.content
