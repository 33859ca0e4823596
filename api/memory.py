"""How much of all uploads under way this process holds at a time, and how many of one client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.problems import Problem

__all__ = ["Memory"]


@dataclass(slots=True)
class Memory:
    """``free`` is in bytes; about three times as much is used while files are sealed.

    Memory is held from the moment a file is announced, and pictures are drawn in turn: so one
    client has ``most`` uploads under way, however slowly they come.
    """

    free: int = 200_000_000
    most: int = 2
    _under_way: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def of(self, size: int, client: str) -> Iterator[None]:
        """Hold so much while the context lasts.

        Raises Problem("too_many_requests"): it is this client's own uploads. ("unavailable"): all.
        """
        if self._under_way[client] >= self.most:
            raise _later("too_many_requests", f"{self.most} uploads of yours are under way.")
        if size > self.free:
            raise _later("unavailable", "Too many files are being uploaded at this moment.")
        self._hold(size, client, 1)
        try:
            yield
        finally:
            self._hold(-size, client, -1)

    def _hold(self, size: int, client: str, uploads: int) -> None:
        self.free -= size
        self._under_way[client] += uploads
        self._under_way += Counter()  # whoever has none is forgotten


def _later(name: str, why: str) -> Problem:
    return Problem(name, why, headers={"Retry-After": "10"})
