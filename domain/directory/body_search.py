"""Finding bodies by what a person remembers of their name, without diacritics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from domain.directory.body import Body
from domain.directory.names import fold

__all__ = ["BodySearch"]

#: How well a name answers a query; less is better.
_EXACT, _PREFIX, _WORDS, _PART = range(4)


@dataclass(frozen=True, slots=True)
class _Entry:
    body: Body
    name: str
    words: frozenset[str]


class BodySearch:
    """The search keys of every body under each of its names."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        folded = ((body, fold(body.name)) for body in bodies)
        self._entries = [
            _Entry(body, name.replace(" ", ""), frozenset(name.split())) for body, name in folded
        ]

    def find(self, text: str, on: date, limit: int, kind: str | None) -> list[Body]:
        """Return bodies in force on a day, best match first.

        The order is: the same name, a name that begins so, one that has all the words, one that
        has them as a part. Of equal matches the shorter name comes first.
        """
        key = fold(text)
        query, words = key.replace(" ", ""), frozenset(key.split())
        ranked = (
            (rank, len(entry.name), entry.name, entry.body.body_id, entry.body)
            for entry in self._entries
            if (rank := _rank(entry, query, words)) is not None
            and entry.body.in_force(on)
            and kind in (None, entry.body.kind)
        )
        return [found[-1] for found in nsmallest(limit, ranked, key=lambda found: found[:-1])]


def _rank(entry: _Entry, query: str, words: frozenset[str]) -> int | None:
    if not query:
        return None
    if query == entry.name:
        return _EXACT
    if entry.name.startswith(query):
        return _PREFIX
    if words <= entry.words:
        return _WORDS
    return _PART if query in entry.name else None
