"""Accounts by their opaque ids: what they were given here, and whether their tokens still count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from eventlog.pg import Pool, Record

__all__ = ["Accounts", "Given", "GivenMeanwhile", "Standing"]

# One question for each request with a token: who was revoked, in any of three ways, and what the
# account has.
_STANDING = """
select exists (select from revoked_token where issuer = $1 and token_id = $3)
    or exists (select from revoked_account
        where issuer = $1 and subject = $2 and issued_before > $5)
    or exists (select from ended_account where account = $4 and issued_before > $5) as revoked,
    (select grants from account_grants where account = $4 order by version desc limit 1) as grants
"""
_VERSIONS = """
select version, grants, given_by, reason, recorded_at from account_grants
where account = $1 order by version desc limit $2
"""
_GIVE = """
insert into account_grants (account, version, grants, given_by, reason)
values ($1, $2, $3::jsonb, $4, $5) returning version, grants, given_by, reason, recorded_at
"""
# A revocation never moves back: what it ended would count again.
_END = """
insert into ended_account as old (account, issued_before, reason, revoked_by)
values ($1, $2, $3, $4)
on conflict (account) do update set issued_before = excluded.issued_before,
    reason = excluded.reason, revoked_by = excluded.revoked_by, revoked_at = clock_timestamp()
where old.issued_before < excluded.issued_before
"""

#: One grant as it is kept.
Kept = Mapping[str, Any]


class GivenMeanwhile(Exception):
    """Somebody else gave the account something: look again and decide anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a token was revoked, and what its account has been given."""

    revoked: bool
    grants: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Given:
    """All grants of an account since a moment; ``given_by`` is an actor."""

    version: int
    grants: Sequence[Kept]
    given_by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Accounts:
    """The tables of grants and of ends."""

    pool: Pool

    async def standing(
        self,
        issuer: str,
        subject: str,
        token_id: str | None,
        account: str,
        issued_at: datetime,
    ) -> Standing:
        """Where a token and its account stand now."""
        asked = (issuer, subject, token_id, account, issued_at)
        row = await self.pool.fetchrow(_STANDING, *asked)
        return Standing(bool(row and row["revoked"]), json.loads((row and row["grants"]) or "[]"))

    async def versions(self, account: str, limit: int = 1) -> list[Given]:
        """What an account was given, the newest first; none if it never was."""
        return [_given(row) for row in await self.pool.fetch(_VERSIONS, account, limit)]

    async def give(
        self, account: str, version: int, grants: Sequence[Kept], given_by: str, reason: str
    ) -> Given:
        """Write the grants that hold from now on. Raises GivenMeanwhile."""
        kept = json.dumps(list(grants), ensure_ascii=False)
        try:
            row = await self.pool.fetchrow(_GIVE, account, version, kept, given_by, reason)
        except asyncpg.UniqueViolationError as error:
            raise GivenMeanwhile(account) from error
        if row is None:
            raise TypeError("An insert that returns its row returned none.")
        return _given(row)

    async def end(self, account: str, issued_before: datetime, reason: str, by: str) -> None:
        """End every token of an account that was given out before a moment."""
        await self.pool.execute(_END, account, issued_before, reason, by)


def _given(row: Record) -> Given:
    return Given(
        version=row["version"],
        grants=json.loads(row["grants"]),
        given_by=row["given_by"],
        reason=row["reason"],
        at=row["recorded_at"],
    )
