"""How much of all uploads under way this process holds at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.problems import Problem

__all__ = ["Memory"]


@dataclass(slots=True)
class Memory:
    """``free`` is in bytes; about three times as much is used while files are sealed."""

    free: int = 200_000_000

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Hold so much while the context lasts. Raises Problem("unavailable")."""
        if size > self.free:
            detail = "Too many files are being uploaded at this moment."
            raise Problem("unavailable", detail, headers={"Retry-After": "10"})
        self.free -= size
        try:
            yield
        finally:
            self.free += size
