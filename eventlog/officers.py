"""The accounts that have come in, in which roles, and when last; the officers among them.

It holds opaque ids and no names: who stands behind an account is known to its issuer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from eventlog.pg import Pool

__all__ = ["OFFICERS", "Officer", "Officers"]

#: Who may have a part in a case; programs and those who look on are no officers.
OFFICERS = frozenset({"collaborator", "intake_officer", "case_officer", "leader"})

_NOTE = """
insert into officer as old (account, role, body, last_seen, whole)
select $1, role, body, $4, true from unnest($2::text[], $3::text[]) as one (role, body)
on conflict (account, role, body) do update
set last_seen = greatest(old.last_seen, excluded.last_seen), whole = true
where old.last_seen < excluded.last_seen or not old.whole
"""
_ROLES = """
select role, body from officer where account = $1 and role = any($2::text[]) order by role, body
"""
_CAME_IN = """
select role, body from officer
where account = $1 and exists (select from officer where account = $1 and whole)
order by role, body
"""
_OF = """
select o.account, array_agg(o.role order by o.role) as roles, max(o.last_seen) as last_seen,
    (select count(*) from case_row c where c.open and c.assignee = o.account) as cases
from officer o where o.body = $1 and o.account > $2 and o.role = any($4::text[])
group by o.account order by o.account limit $3
"""


@dataclass(frozen=True, slots=True)
class Officer:
    """An account and its roles in one body; ``cases`` counts its open cases, in any body."""

    account: str
    roles: tuple[str, ...]
    last_seen: datetime
    cases: int


@dataclass(frozen=True, slots=True)
class Officers:
    """The table. Bodies are ids of the directory."""

    pool: Pool

    async def note(self, account: str, roles: Sequence[Actor], now: datetime) -> None:
        """Write down that an account came in, and that these are all its roles."""
        names, bodies = [one.role for one in roles], [one.body for one in roles]
        await self.pool.execute(_NOTE, account, names, bodies, now)

    async def roles(self, account: str) -> tuple[Actor, ...]:
        """The roles in which an account has ever come in as an officer; none if it never did."""
        found = await self.pool.fetch(_ROLES, account, sorted(OFFICERS))
        return tuple(Actor(row["role"], row["body"], account) for row in found)

    async def came_in(self, account: str) -> tuple[Actor, ...]:
        """Every role in which an account has ever come in, those of no officer too.

        None for one that never did, or only before all of them were written down.
        """
        found = await self.pool.fetch(_CAME_IN, account)
        return tuple(Actor(row["role"], row["body"], account) for row in found)

    async def of_body(self, body: str, after: str = "", limit: int = 100) -> list[Officer]:
        """A page of the officers of a body, in the order of their accounts."""
        found = await self.pool.fetch(_OF, body, after, limit, sorted(OFFICERS))
        return [Officer(r["account"], tuple(r["roles"]), r["last_seen"], r["cases"]) for r in found]
