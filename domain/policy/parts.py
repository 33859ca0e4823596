"""The parts a policy pack is made of: frozen, dated data, each rule with its legal basis."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import model_validator

from domain.policy.base import Count, Dated, Fault, Faults, Flag, Id, Names, Part, Text

__all__ = [
    "CLOCKS",
    "EVERY",
    "Category",
    "Extension",
    "Limit",
    "Reopening",
    "Rule",
    "Rung",
    "Severity",
    "Voice",
]

CLOCKS = ("accept", "assign", "answer", "inform", "input")
EVERY = "*"
"""In a rule's levels or severities: all that the pack has."""


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


class Voice(Part):
    """How often a reporter may add to a case, and judge one answer: a case must stay readable."""

    supplements: Count
    feedback: Count
    basis: Text
    assumption: Flag = False


class Rule(Dated):
    """The limit of one clock for some levels and severities, with its legal basis.

    `reminders` count back from the due time; `top_every` is the interval of reminders to
    leadership after a breach on the top rung; `assumption` marks a value still to be confirmed;
    `basis_vi` is the basis in Vietnamese, where it is not written in it already.
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
    basis_vi: Text | None = None
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
