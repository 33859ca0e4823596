"""Accounts: what an admin gives them, and ending their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hoiam_client.models import AccountGrants, Ended, Ending, Grants
from hoiam_client.transport import Transport

__all__ = ["Accounts"]


@dataclass(frozen=True, slots=True)
class Accounts:
    """``/v1/accounts`` and ``/v1/tokens``; for admins, within their territory."""

    transport: Transport

    async def grants(self, account: str) -> AccountGrants:
        """What an account was given, by whom and why."""
        return await self.transport.get(f"/v1/accounts/{account}", AccountGrants)

    async def give(self, account: str, grants: Sequence[str], reason: str) -> AccountGrants:
        """Give these roles, as intake_officer@unit:26737, and take all others; a repeat is safe."""
        form, path = Grants(grants=tuple(grants), reason=reason), f"/v1/accounts/{account}/grants"
        answer = await self.transport.send("PUT", path, form=form)
        return AccountGrants.model_validate_json(answer.content)

    async def revoke(self, ending: Ending) -> Ended:
        """End a token, or all that an account has so far; a second time changes nothing."""
        answer = await self.transport.send("POST", "/v1/tokens/revoke", form=ending)
        return Ended.model_validate_json(answer.content)
