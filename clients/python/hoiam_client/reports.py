"""Reports in, and what the person who reported sees and may do with the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoiam_client.models import (
    Feedback,
    Heard,
    NewReport,
    Places,
    Progress,
    Receipt,
    Somewhere,
    Supplement,
    Withdrawal,
)
from hoiam_client.transport import Transport

__all__ = ["Reports"]


@dataclass(frozen=True, slots=True)
class Reports:
    """``POST /v1/reports`` and ``/v1/track``. The secret travels in a header and in no address."""

    transport: Transport

    async def make(self, report: NewReport, key: str | None = None) -> Receipt:
        """Make a report; under the same ``key`` a repeat gets the same receipt, for good."""
        return await self.transport.post("/v1/reports", Receipt, report, key)

    async def places(self, somewhere: Somewhere) -> Places:
        """Which unit is meant by coordinates or an address, before a report is made."""
        answer = await self.transport.send("POST", "/v1/places", form=somewhere)
        return Places.model_validate_json(answer.content)

    async def track(self, code: str, secret: str) -> Progress:
        """Where a report stands."""
        return await self.transport.get(f"/v1/track/{code}", Progress, headers=_with(secret))

    async def supplement(
        self,
        code: str,
        secret: str,
        text: str | None = None,
        key: str | None = None,
        *,
        attachments: Sequence[str] = (),
    ) -> Heard:
        """Add words, files that were uploaded, or both."""
        form, path = _supplement(text, attachments), f"/v1/track/{code}/supplement"
        return await self.transport.post(path, Heard, form, key, _with(secret))

    async def feedback(
        self, code: str, secret: str, form: Feedback, key: str | None = None
    ) -> Heard:
        """Judge the answer; not satisfied with a reason asks to open the case again."""
        path = f"/v1/track/{code}/feedback"
        return await self.transport.post(path, Heard, form, key, _with(secret))

    async def withdraw(
        self, code: str, secret: str, reason: str | None = None, key: str | None = None
    ) -> Heard:
        """Take the report back."""
        form = Withdrawal() if reason is None else Withdrawal(reason=reason)
        path = f"/v1/track/{code}/withdraw"
        return await self.transport.post(path, Heard, form, key, _with(secret))


def _supplement(text: str | None, attachments: Sequence[str]) -> Supplement:
    return Supplement(text=text, attachments=tuple(attachments) or None)


def _with(secret: str) -> Mapping[str, str]:
    return {"Receipt-Secret": secret}
