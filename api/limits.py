"""How often one client may ask for a kind of thing, and how many of one may go on at once."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from api.problems import Problem

__all__ = ["RATES", "Limits", "Rate", "Turns", "network_of"]

_REMEMBERED = 100_000
_IPV6_SITE = 64


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once, refilled by ``per_minute``."""

    burst: int
    per_minute: float


#: By the kind of request. Each client has a bucket for each route of a kind, and one for all that
#: it asks (``client``), in each process.
RATES: Mapping[str, Rate] = {
    "client": Rate(burst=600, per_minute=1_200),
    "report": Rate(burst=20, per_minute=20),
    "upload": Rate(burst=30, per_minute=30),
    "upload_kib": Rate(burst=200 * 1024, per_minute=10 * 1024),
    "track": Rate(burst=60, per_minute=60),
    "wrong_receipt": Rate(burst=10, per_minute=2),
    "officer": Rate(burst=300, per_minute=600),
    "export": Rate(burst=10, per_minute=10),
    "bulk": Rate(burst=10, per_minute=10),
    "statistics": Rate(burst=30, per_minute=30),
    "look": Rate(burst=120, per_minute=240),
    "call_out": Rate(burst=10, per_minute=6),
    "wrong_identity": Rate(burst=5, per_minute=0.2),
    "replace": Rate(burst=10, per_minute=10),
    "wrong_token": Rate(burst=20, per_minute=10),
}


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Limits:
    """The buckets of one process; ``clock`` gives seconds that only grow."""

    rates: Mapping[str, Rate] = field(default_factory=lambda: RATES)
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[tuple[str, str], _Bucket] = field(default_factory=OrderedDict)

    def take(self, kind: str, client: str, amount: int = 1) -> None:
        """Take from a bucket; ``amount`` 0 only looks. Raises Problem("too_many_requests")."""
        bucket, rate = self._filled(kind, client), self.rates[kind]
        wanted = max(amount, 1)
        if bucket.level < wanted:
            wait = math.ceil((wanted - bucket.level) * 60 / rate.per_minute)
            raise Problem("too_many_requests", headers={"Retry-After": str(wait)})
        bucket.level -= amount

    def _filled(self, kind: str, client: str) -> _Bucket:
        rate, now = self.rates[kind], self.clock()
        bucket = self._buckets.setdefault((kind, client), _Bucket(rate.burst, now))
        self._buckets.move_to_end((kind, client))
        bucket.level = min(rate.burst, bucket.level + (now - bucket.at) * rate.per_minute / 60)
        bucket.at = now
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket


@dataclass(slots=True)
class Turns:
    """What one process does ``most`` so many times at once: each holds a connection for long."""

    most: int
    taken: int = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn while the context lasts. Raises Problem("unavailable"): none is free."""
        if self.taken >= self.most:
            busy = f"{self.most} of these are under way already."
            raise Problem("unavailable", busy, headers={"Retry-After": "10"})
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1


def network_of(address: str | None) -> str:
    """Who an address stands for: with IPv6 one household has a whole network of them."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return f"{ip.exploded[: _IPV6_SITE // 4 + 3]}::/64"
    return str(getattr(ip, "ipv4_mapped", None) or ip)
