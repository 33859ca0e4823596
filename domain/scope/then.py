"""What is asked of cases as they were at a moment, as a scope over their periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.period import STAGES, TIMED
from domain.scope.terms import AllOf, AnyOf, Before, Is, Not, OneOf, Scope, Since

__all__ = ["Then", "as_of", "body_of"]

#: Nothing lies between two moments that are so far apart: times have no finer part.
_INSTANT = timedelta(microseconds=1)


def as_of(moment: datetime) -> Scope:
    """Of each case the period that holds a moment; none of a case that had not begun."""
    following = moment + _INSTANT
    return AllOf((Before("valid_from", following), Since("valid_to", following)))


@dataclass(frozen=True, slots=True)
class Then:
    """What a list of cases as of the moment ``at`` can be asked beside ``Wanted``.

    ``merged`` cases go on in another one. ``stage`` is one of accept, assign, answer, inform and
    whole: ``done`` asks whether its time is known, ``verdict`` (``on_time`` or ``late``, of accept,
    assign and answer) what was owed by then and whether it was kept, ``responsible`` whose clock
    first ran out in it, else who had it last. ``unacted`` cases were escalated to a body that has
    not acted yet; ``entered_later`` ones were written down only after ``at``.
    """

    at: datetime
    merged: bool | None = None
    outcomes: frozenset[str] | None = None
    stage: str = "answer"
    done: bool | None = None
    verdicts: frozenset[str] | None = None
    responsible: frozenset[str] | None = None
    unacted: bool | None = None
    entered_later: bool | None = None

    @property
    def scope(self) -> Scope:
        """The periods of that moment, and all that is asked of them. Raises as ``asked``."""
        return AllOf((as_of(self.at), self.asked))

    @property
    def asked(self) -> Scope:
        """What is asked of the periods of that moment. Raises ValueError for what cannot be."""
        if self.stage not in STAGES:
            raise ValueError(f"A case has no stage {self.stage!r}.")
        return AllOf((*self._facts(), *self._stages()))

    def _facts(self) -> Iterator[Scope]:
        if self.merged is not None:
            yield _whether(Is("state", "merged"), holds=self.merged)
        if self.outcomes is not None:
            yield OneOf("outcome", self.outcomes)
        if self.unacted is not None:
            yield _whether(Is("escalated_at", None), holds=not self.unacted)
        if self.entered_later is not None:
            later = Since("known_at", self.at + _INSTANT)
            yield _whether(later, holds=self.entered_later)

    def _stages(self) -> Iterator[Scope]:
        if self.done is not None:
            yield _whether(Is(f"took_{self.stage}", None), holds=not self.done)
        if self.verdicts is not None:
            yield AnyOf(tuple(self._verdict(word) for word in sorted(self.verdicts)))
        if self.responsible is not None:
            yield OneOf(body_of(self.stage), self.responsible)

    def _verdict(self, word: str) -> Scope:
        """Of what was due by then: met, or missed, which a late wake-up may not have noted yet.

        A withdrawn case owed nobody an answer, whenever that was.
        """
        if self.stage not in TIMED or word not in {"on_time", "late"}:
            raise ValueError(f"No clock judges {self.stage} as {word}.")
        kept, verdict = Not(Is("outcome", "withdrawn")), f"{self.stage}_verdict"
        if word == "on_time":
            return AllOf((kept, Is(verdict, "met")))
        running = AllOf((Is(verdict, None), Before(f"{self.stage}_due_at", self.at + _INSTANT)))
        return AllOf((kept, AnyOf((Is(verdict, "missed"), running))))


def body_of(stage: str) -> str:
    """The field that tells who is responsible for a stage; for the whole it is who has the case."""
    return "accountable" if stage == "whole" else f"{stage}_body"


def _whether(scope: Scope, *, holds: bool) -> Scope:
    return scope if holds else Not(scope)
