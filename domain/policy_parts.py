"""The parts a policy pack is made of: frozen, dated data, each rule with its legal basis."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

__all__ = [
    "CLOCKS",
    "EVERY",
    "Category",
    "Dated",
    "Extension",
    "Fault",
    "Faults",
    "Limit",
    "Part",
    "Reopening",
    "Rule",
    "Rung",
    "Severity",
]

CLOCKS = ("accept", "assign", "answer", "inform", "input")
EVERY = "*"
"""In a rule's levels or severities: all that the pack has."""


class Fault(NamedTuple):
    """One thing wrong with a policy: where (keys and list positions) and what to do about it."""

    path: tuple[str | int, ...]
    message: str


class Faults(ValueError):
    """A policy that contradicts itself; `faults` names every place, for a loader to show lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults and join their messages."""
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


def _listed(value: object) -> object:
    """Let a file name one thing without a list around it."""
    return (value,) if isinstance(value, str) else value


# Strict, because a quoted "10" or a `true` in a file is a slip and not a number of days.
Count = Annotated[int, Strict(), Field(ge=1)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Field(pattern=r"\S")]
# "@" parts a rule's id from its version, so no id may hold one.
Id = Annotated[str, Field(pattern=r"^[^\s@]+$")]
Names = Annotated[tuple[Id, ...], BeforeValidator(_listed), Field(min_length=1)]


class Part(BaseModel):
    """A frozen piece of policy that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dated(Part):
    """Something in force from a day up to, not including, another (none: still open)."""

    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            message = f"valid_to {self.valid_to} must be later than valid_from {self.valid_from}"
            raise Faults([Fault(("valid_to",), message)])
        return self

    @property
    def end(self) -> date:
        """The first day it no longer holds; the last day there is when it is open."""
        return self.valid_to or date.max

    @property
    def span(self) -> str:
        """The days it holds, as a person reads them."""
        until = f" up to, not including, {self.valid_to}" if self.valid_to else " on"
        return f"from {self.valid_from}{until}"

    def in_force(self, on: date) -> bool:
        """Say whether it holds on that local day."""
        return self.valid_from <= on < self.end


class Limit(Part):
    """A length of time in the unit the law gives it in; units are never converted."""

    amount: Count
    unit: Literal["working_day", "calendar_day", "hour"]


class Extension(Part):
    """How often a clock may be extended, and by how many working days each time."""

    times: Count
    max_days: Count


class Rung(Part):
    """One step of the ladder: a level of units and the kind of body that is accountable there."""

    level: Id
    body: Id


class Category(Part):
    """What a report is about; for a confidential one no identity is ever stored."""

    id: Id
    vi: Text
    en: Text
    confidential: Flag = False


class Severity(Part):
    """How grave a case is; the order in the pack is the order of gravity, the mildest first."""

    id: Id
    vi: Text
    en: Text


class Reopening(Part):
    """How long after being informed, and how often, a reporter may reopen a case.

    `climbs_on` is the reopening that goes one rung up (2: the second).
    """

    window: Limit
    times: Count
    climbs_on: Count
    basis: Text
    assumption: Flag = False


class Rule(Dated):
    """The limit of one clock for some levels and severities, with its legal basis.

    `reminders` count back from the due time; `top_every` is the interval of reminders to
    leadership after a breach on the top rung; `assumption` marks a value still to be confirmed.
    """

    id: Id
    version: Count
    clock: Literal["accept", "assign", "answer", "inform", "input"]
    levels: Names
    severities: Names
    limit: Limit | None = None
    on_breach: Literal["escalate", "remind"]
    reminders: tuple[Limit, ...] = ()
    top_every: Limit | None = None
    extension: Extension | None = None
    basis: Text
    assumption: Flag = False

    @property
    def ref(self) -> str:
        """Name this version of the rule, as events and ledgers do: `answer.commune@1`."""
        return f"{self.id}@{self.version}"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        faults = [*self._limit_faults(), *self._reminder_faults(), *self._names_faults()]
        if faults:
            raise Faults(faults)
        return self

    def _limit_faults(self) -> Iterable[Fault]:
        if self.limit is None and self.clock != "input":
            yield Fault(("limit",), f"{self.ref} needs a limit; only input is asked each time")
        if self.on_breach == "escalate" and self.top_every is None:
            # On the top rung there is nowhere to escalate to, and silence is not an answer.
            yield Fault(("top_every",), f"{self.ref} escalates, so it needs top_every")

    def _reminder_faults(self) -> Iterable[Fault]:
        for at, reminder in enumerate(self.reminders):
            limit = self.limit
            if limit and reminder.unit == limit.unit and reminder.amount >= limit.amount:
                message = f"{self.ref} reminds before its clock starts; the limit is {limit.amount}"
                yield Fault(("reminders", at), message)
            if reminder in self.reminders[:at]:
                yield Fault(("reminders", at), f"{self.ref} has this reminder twice; remove one")

    def _names_faults(self) -> Iterable[Fault]:
        for field, names in (("levels", self.levels), ("severities", self.severities)):
            if len(set(names)) < len(names) or (EVERY in names and len(names) > 1):
                yield Fault((field,), f"{self.ref} names {field} twice: {', '.join(names)}")
