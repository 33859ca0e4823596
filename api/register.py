"""Writes down which accounts come in, and as what.

So a case can be handed to somebody who is there, and an account is ended by who may.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.accounts import Account, Grant
from domain.actor import Actor
from domain.context import Context, Law
from domain.directory import BodyNotInForce, UnitNotInForce, UnknownBody, UnknownUnit
from eventlog.officers import Officers

__all__ = ["Register"]

#: An account is written down this often at most, by each process.
_AGAIN = timedelta(hours=1)
_REMEMBERED = 10_000
_Seen = tuple[str, tuple[Grant, ...]]


@dataclass(slots=True)
class Register:
    """The register, and whom this process has written down of late."""

    officers: Officers
    law: Callable[[], Law]
    now: Callable[[], Awaitable[datetime]]
    _seen: OrderedDict[_Seen, datetime] = field(default_factory=OrderedDict)

    async def note(self, account: Account) -> None:
        """Write down that an account came in, in those of its roles that are in force."""
        grants, now = account.grants, await self.now()
        if not grants or not self._is_due((account.account_id, grants), now):
            return
        context = self.law().at(now)
        found = (_role(grant, account, context) for grant in grants)
        # One role in one body may be given over several units.
        roles = list(dict.fromkeys(one for one in found if one is not None))
        await self.officers.note(account.account_id, roles, now)
        self._remember((account.account_id, grants), now)

    def _is_due(self, seen: _Seen, now: datetime) -> bool:
        last = self._seen.get(seen)
        return last is None or now - last >= _AGAIN

    def _remember(self, seen: _Seen, now: datetime) -> None:
        self._seen[seen] = now
        self._seen.move_to_end(seen)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


def _role(grant: Grant, account: Account, context: Context) -> Actor | None:
    try:
        body = context.directory.resolve(grant.body, context.today)
    except (BodyNotInForce, UnknownBody, UnitNotInForce, UnknownUnit):
        return None
    return Actor(grant.role, body.body_id, account.account_id)
