"""Tokens that were checked a moment ago: whoever works sends the same one again and again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from api.accounts import Account

__all__ = ["Verified"]


class _Kept(NamedTuple):
    at: float
    account: Account
    expires: int


@dataclass(slots=True)
class Verified:
    """The accounts of tokens whose signature was right, each for ``seconds`` at most.

    So long a key may go on counting that its issuer has withdrawn. Whether a token was revoked is
    not kept here: that is asked at every request.
    """

    seconds: float = 60.0
    most: int = 10_000
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], float] = time.time
    _kept: OrderedDict[bytes, _Kept] = field(default_factory=OrderedDict)

    def account(self, token: str) -> Account | None:
        """Whom a token speaks for that was checked lately and has not expired since."""
        kept = self._kept.get(_digest(token))
        if kept is None or self.clock() - kept.at >= self.seconds or self.today() >= kept.expires:
            return None
        return kept.account

    def keep(self, token: str, account: Account, expires: int) -> None:
        """Remember a token that was found right, and when it expires (a POSIX time)."""
        self._kept[_digest(token)] = _Kept(self.clock(), account, expires)
        self._kept.move_to_end(_digest(token))
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)


def _digest(token: str) -> bytes:
    """What is kept of a token opens nothing."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
