"""What a person asks of a list, as a scope: it narrows what they may see and cannot widen it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.case import ENDED
from domain.scope.terms import (
    AllOf,
    Before,
    Is,
    Mentions,
    Not,
    Nothing,
    OneOf,
    Overdue,
    Scope,
    Since,
)

__all__ = ["Wanted"]

Words = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list. None asks nothing; an empty set of words is met by no case.

    ``units`` and ``accountable`` are ids of the directory (for a subtree see ``area``),
    ``assignees`` are accounts of officers. ``overdue_at`` asks for the cases whose accountable body
    is past due at that moment, or with ``overdue`` False for all others; ``due_before`` for those
    that are due before a moment. Received ``since`` is inclusive, ``received_before`` is not.
    ``mentioned`` are words, as ``domain.words`` has them, of which the text must have each; for
    those only who may read it.
    """

    states: Words = None
    rungs: Words = None
    severities: Words = None
    categories: Words = None
    channels: Words = None
    accountable: Words = None
    units: Words = None
    assignees: Words = None
    open: bool | None = None
    late: bool | None = None
    paused: bool | None = None
    overdue_at: datetime | None = None
    overdue: bool = True
    due_before: datetime | None = None
    received_since: datetime | None = None
    received_before: datetime | None = None
    mentioned: Words = None

    @property
    def scope(self) -> Scope:
        """All that is asked, as one expression. Raises ValueError for what no case can have."""
        return AllOf((*self._words(), *self._facts(), *self._times(), *self._text()))

    def _words(self) -> Iterator[Scope]:
        asked = {
            "state": self.states,
            "rung": self.rungs,
            "severity": self.severities,
            "category": self.categories,
            "channel": self.channels,
            "accountable": self.accountable,
            "unit": self.units,
            "assignee": self.assignees,
        }
        return (OneOf(field, words) for field, words in asked.items() if words is not None)

    def _facts(self) -> Iterator[Scope]:
        asked = {
            "open": self.open,
            "late": self.late,
            "paused": self.paused,
        }
        yield from (Is(field, value) for field, value in asked.items() if value is not None)
        if (implied := self._implies_open) is not None:
            yield Is("open", implied)

    @property
    def _implies_open(self) -> bool | None:
        """What the other filters say about being open: told, a list of open cases is read alone."""
        if (self.overdue_at is not None and self.overdue) or self.due_before is not None:
            return True  # only a running clock is due, and none runs in a case that has ended
        if not self.states or (self.states & ENDED and self.states - ENDED):
            return None
        return not self.states & ENDED

    def _times(self) -> Iterator[Scope]:
        if self.overdue_at is not None:
            past = Overdue(self.overdue_at)
            yield past if self.overdue else Not(past)
        if self.due_before is not None:
            yield Before("due_at", self.due_before)
        if self.received_since is not None:
            yield Since("received_at", self.received_since)
        if self.received_before is not None:
            yield Before("received_at", self.received_before)

    def _text(self) -> Iterator[Scope]:
        if self.mentioned is not None:
            yield Mentions(self.mentioned) if self.mentioned else Nothing()
