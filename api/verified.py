"""Tokens that were checked a moment ago: whoever works sends the same one again and again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

__all__ = ["Verified"]


@dataclass(slots=True)
class Verified:
    """The claims of tokens whose signature was right, each for ``seconds`` at most.

    So long a key may go on counting that its issuer has withdrawn. Whether a token was revoked is
    not kept here: that is asked at every request.
    """

    seconds: float = 60.0
    most: int = 10_000
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], float] = time.time
    _kept: OrderedDict[bytes, tuple[float, Mapping[str, Any]]] = field(default_factory=OrderedDict)

    def claims(self, token: str) -> Mapping[str, Any] | None:
        """The claims of a token that was checked lately and has not expired since."""
        at, claims = self._kept.get(_digest(token), (0.0, None))
        if claims is None or self.clock() - at >= self.seconds:
            return None
        return claims if self.today() < int(claims["exp"]) else None

    def keep(self, token: str, claims: Mapping[str, Any]) -> None:
        """Remember a token that was found right."""
        self._kept[_digest(token)] = (self.clock(), claims)
        self._kept.move_to_end(_digest(token))
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)


def _digest(token: str) -> bytes:
    """What is kept of a token opens nothing."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
