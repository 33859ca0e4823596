"""What a clock's ledger holds: terms with their basis, extensions, pauses; and its edits."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.calendar import utc

__all__ = [
    "Extension",
    "Ledger",
    "Moment",
    "Pause",
    "Term",
    "Unit",
    "add_term",
    "close_pause",
    "extend",
    "open_pause",
]

Unit = Literal["working_day", "calendar_day", "hour", "moment"]
"""What a term is counted in; `moment` means that a source gave the due time itself."""

Moment = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A moment with a time zone, kept in UTC; a naive one is refused."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Extension(_Frozen):
    """More time, granted at a moment, in working days."""

    at: Moment
    days: int = Field(ge=1)


class Term(_Frozen):
    """One limit that runs from `start`: so many units, by which rule version, on which legal basis.

    `until` is given for the unit `moment` and for no other.
    """

    start: Moment
    amount: int = Field(ge=0)
    unit: Unit
    until: Moment | None = None
    rule: str
    basis: str
    extensions: tuple[Extension, ...] = ()

    @property
    def extra(self) -> int:
        """The working days that all extensions add together."""
        return sum(extension.days for extension in self.extensions)

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        if (self.unit == "moment") != (self.until is not None):
            raise ValueError("`until` belongs to the unit `moment`, which cannot do without it")
        if self.unit != "moment" and self.amount < 1:
            raise ValueError(f"amount is {self.amount}: a term lasts at least one {self.unit}")
        return self


class Pause(_Frozen):
    """A time during which the clock stands still; `end` is None while it still does."""

    start: Moment
    end: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the pause ends at {self.end}, before it starts at {self.start}")
        return self


class Ledger(_Frozen):
    """One clock: its terms, of which the earliest binds, its pauses, and the calendar's key."""

    calendar: str
    terms: tuple[Term, ...] = Field(min_length=1)
    pauses: tuple[Pause, ...] = ()

    @property
    def open_pause(self) -> Pause | None:
        """The pause that the clock is in, if any."""
        return next((pause for pause in self.pauses if pause.end is None), None)

    @property
    def closed_pauses(self) -> tuple[Pause, ...]:
        """The pauses that are over."""
        return tuple(pause for pause in self.pauses if pause.end is not None)

    @model_validator(mode="after")
    def _one_open_pause(self) -> Self:
        if sum(pause.end is None for pause in self.pauses) > 1:
            raise ValueError("a clock has at most one open pause")
        return self


def add_term(ledger: Ledger, term: Term) -> Ledger:
    """The ledger with a further term: pauses hold for it too, and it can only come due sooner."""
    return ledger.model_copy(update={"terms": (*ledger.terms, term)})


def extend(ledger: Ledger, at: datetime, days: int) -> Ledger:
    """The ledger with `days` working days more on every term it has now; ValueError under 1."""
    more = Extension(at=utc(at), days=days)
    terms = (
        term.model_copy(update={"extensions": (*term.extensions, more)}) for term in ledger.terms
    )
    return ledger.model_copy(update={"terms": tuple(terms)})


def open_pause(ledger: Ledger, at: datetime) -> Ledger:
    """The ledger standing still from `at`; ValueError when it already does."""
    if ledger.open_pause is not None:
        raise ValueError(f"the clock already stands still since {ledger.open_pause.start}")
    pauses = (*ledger.pauses, Pause(start=utc(at)))
    return ledger.model_copy(update={"pauses": pauses})


def close_pause(ledger: Ledger, at: datetime) -> Ledger:
    """The ledger running again from `at`; ValueError when it does not stand still then."""
    standing = ledger.open_pause
    if standing is None:
        raise ValueError("the clock does not stand still")
    closed = Pause(start=standing.start, end=utc(at))
    pauses = tuple(closed if pause is standing else pause for pause in ledger.pauses)
    return ledger.model_copy(update={"pauses": pauses})
