"""Cases as last seen, so that a command reads only the events that are new to this process."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from domain.case import Case
from domain.evolve import fold
from eventlog.crypto import CaseKey
from eventlog.records import Snapshot

__all__ = ["CaseCache", "Loaded"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case with what an append needs: the hash of its last event and its key."""

    case: Case
    hash: bytes
    key: CaseKey | None


class CaseCache:
    """The newest ``size`` cases. Safe between processes: events before a version never change."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()

    def version(self, case_id: str) -> int:
        """The version known here; read the log after it."""
        known = self._loaded.get(case_id)
        return known.case.version if known else 0

    def merge(self, snapshot: Snapshot) -> Loaded | None:
        """The case after the events of a snapshot that was read after ``version``.

        Raises StaleCacheError: what was known then is not what is known now.
        """
        known = self._loaded.get(snapshot.case_id)
        base = known.case if known else None
        if (base.version if base else 0) + len(snapshot.events) != snapshot.version:
            self.forget(snapshot.case_id)
            raise StaleCacheError(snapshot.case_id)
        case = fold(snapshot.case_id, (recorded.event for recorded in snapshot.events), base)
        if case is None:
            return None
        loaded = Loaded(case, snapshot.hash, snapshot.key)
        self.keep(loaded)
        return loaded

    def keep(self, loaded: Loaded) -> None:
        """Remember a case, and forget the one that was used longest ago."""
        self._loaded[loaded.case.case_id] = loaded
        self._loaded.move_to_end(loaded.case.case_id)
        if len(self._loaded) > self._size:
            self._loaded.popitem(last=False)

    def forget(self, case_id: str) -> None:
        """Read this case from its beginning next time."""
        self._loaded.pop(case_id, None)


class StaleCacheError(Exception):
    """Another task moved the case on, or forgot it, in the middle of a read: read again."""
