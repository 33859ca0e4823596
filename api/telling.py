"""What the feed and the subscriptions work with, and how many streams may be open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from activities.addresses import Addresses
from activities.webhooks import Sender
from api.problems import Problem
from eventlog.dead_letters import Ledger
from eventlog.feed import Seals
from eventlog.subscriptions import Subscriptions

__all__ = ["Streams", "Telling"]


@dataclass(slots=True)
class Streams:
    """The streams that are open in this process; each asks the log anew at every seal."""

    most: int = 200
    of_one: int = 5
    _open: Counter[str] = field(default_factory=Counter)

    def check(self, account: str) -> None:
        """Raise Problem("too_many_requests") if there is no place for another one."""
        if self._open[account] >= self.of_one or self._open.total() >= self.most:
            raise Problem("too_many_requests", headers={"Retry-After": "30"})

    @contextmanager
    def one(self, account: str) -> Iterator[None]:
        """Take a place while the context lasts. Raises as ``check``."""
        self.check(account)
        self._open[account] += 1
        try:
            yield
        finally:
            self._open[account] -= 1
            self._open += Counter()  # forgets who has none


@dataclass(frozen=True, slots=True)
class Telling:
    """``source`` names the installation in every event that leaves it."""

    seals: Seals
    subscriptions: Subscriptions
    ledger: Ledger
    sender: Sender
    addresses: Addresses
    source: str
    streams: Streams = field(default_factory=Streams)
