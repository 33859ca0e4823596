"""Tokens that count no more, one by one or all that an account had until a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventlog.pg import Pool

__all__ = ["Revocations"]

_END_ONE = """
insert into revoked_token (issuer, token_id, reason, revoked_by) values ($1, $2, $3, $4)
on conflict do nothing
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
    """The two tables, which ``Accounts.standing`` reads; ``issuer`` and ``subject`` of tokens."""

    pool: Pool

    async def revoke_token(
        self, issuer: str, token_id: str, reason: str, by: str | None = None
    ) -> None:
        """End one token; a second time changes nothing. ``by`` is an actor."""
        await self.pool.execute(_END_ONE, issuer, token_id, reason, by)

    async def revoke_account(
        self, issuer: str, subject: str, issued_before: datetime, reason: str
    ) -> None:
        """End every token of an account that was given out before a moment."""
        await self.pool.execute(_END_ALL, issuer, subject, issued_before, reason)
