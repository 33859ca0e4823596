"""Tokens that count no more, one by one or all that an account had until a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventlog.pg import Pool

__all__ = ["Revocations"]

_REVOKED = """
select exists (select from revoked_token where issuer = $1 and token_id = $3)
    or exists (select from revoked_account
        where issuer = $1 and subject = $2 and issued_before > $4)
"""
_END_ONE = """
insert into revoked_token (issuer, token_id, reason) values ($1, $2, $3) on conflict do nothing
"""
# A revocation never moves back: what it ended would count again.
_END_ALL = """
insert into revoked_account as old (issuer, subject, issued_before, reason)
values ($1, $2, $3, $4)
on conflict (issuer, subject) do update set issued_before = excluded.issued_before,
    reason = excluded.reason, revoked_at = clock_timestamp()
where old.issued_before < excluded.issued_before
"""


@dataclass(frozen=True, slots=True)
class Revocations:
    """The two tables. ``issuer`` and ``subject`` are those of the tokens."""

    pool: Pool

    async def holds(
        self, issuer: str, subject: str, token_id: str | None, issued_at: datetime
    ) -> bool:
        """Whether a token was revoked, by itself or with its account."""
        found: bool = await self.pool.fetchval(_REVOKED, issuer, subject, token_id, issued_at)
        return found

    async def revoke_token(self, issuer: str, token_id: str, reason: str) -> None:
        """End one token; a second time changes nothing."""
        await self.pool.execute(_END_ONE, issuer, token_id, reason)

    async def revoke_account(
        self, issuer: str, subject: str, issued_before: datetime, reason: str
    ) -> None:
        """End every token of an account that was given out before a moment."""
        await self.pool.execute(_END_ALL, issuer, subject, issued_before, reason)
