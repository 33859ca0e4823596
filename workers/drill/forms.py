"""The form of a drill's steps: what a scenario file may say, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from domain.actor import Actor
from domain.policy import Fault, Faults

__all__ = ["Act", "Advance", "Amount", "Do", "Expect", "LocalTime", "Report", "Step"]

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_AMOUNT = re.compile(r"([1-9]\d{0,4}) (working_day|calendar_day|hour)s?")


class Form(BaseModel):
    """Base of all parts of a scenario: frozen, and nothing unknown in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Amount(Form):
    """So many working days, calendar days or hours."""

    count: int
    unit: Literal["working_day", "calendar_day", "hour"]


def _local_time(value: object) -> datetime:
    if not isinstance(value, str) or not _LOCAL.fullmatch(value):
        raise ValueError(f"write a local time like 2024-03-04T08:00, not {value}")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a time that exists") from None


def _amount(value: object) -> Amount:
    found = _AMOUNT.fullmatch(str(value))
    if found is None:
        units = "working_days, calendar_days or hours"
        raise ValueError(f"write a number and {units}, as 2 working_days; not {value}")
    return Amount.model_validate({"count": int(found[1]), "unit": found[2]})


def _code(value: object) -> object:
    """An unquoted code without leading zeros is a number to YAML."""
    return str(value) if type(value) is int else value


def _actor(value: str) -> str:
    if Actor.parse(value).role == "system":
        raise ValueError("the system acts by itself when time moves; name a person's role")
    return value


LocalTime = Annotated[datetime, BeforeValidator(_local_time)]
"""A time on the clocks of the place, without an offset."""

Name = Annotated[str, Field(pattern=r"^[\w-]+$")]
ActorText = Annotated[str, AfterValidator(_actor)]


class Report(Form):
    """Somebody reports something; ``case`` is what the scenario calls the new case."""

    case: Name
    unit: Annotated[str, BeforeValidator(_code)]
    category: str
    text: str
    channel: str = "web"
    about_body: str | None = None
    as_: ActorText = Field(default="reporter", alias="as")


class Do(Form):
    """Somebody gives a command to a case; ``set`` holds its parameters."""

    case: Name
    command: str
    as_: ActorText = Field(alias="as")
    set_: Mapping[str, Any] = Field(default_factory=dict, alias="set")

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as a program would send them: dates as text."""
        return {name: _plain(value) for name, value in self.set_.items()}


class Advance(Form):
    """Time moves on for every case: by an amount, or until a local time."""

    by: Annotated[Amount, BeforeValidator(_amount)] | None = None
    until: LocalTime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.by is None) == (self.until is None):
            raise ValueError("say either by or until")
        return self


class Expect(Form):
    """What must be true of a case now; only the keys that the file has are compared."""

    case: Name
    state: str | None = None
    rung: str | None = None
    accountable: str | None = None
    severity: str | None = None
    outcome: str | None = None
    due: LocalTime | None = None
    overdue: StrictBool | None = None
    late: StrictBool | None = None
    paused: StrictBool | None = None
    reopened: StrictInt | None = None
    events: tuple[str, ...] = ()
    count: Mapping[str, Annotated[StrictInt, Field(ge=0)]] = Field(default_factory=dict)
    rejected: str | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.keys:
            raise ValueError("expects nothing of the case; name at least one thing")
        return self

    @property
    def keys(self) -> frozenset[str]:
        """What the file compares."""
        return frozenset(self.model_fields_set - {"case"})


Act = Report | Do


class Step(Form):
    """One step of a scenario: exactly one of these."""

    report: Report | None = None
    do: Do | None = None
    advance: Advance | None = None
    expect: Expect | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if len(self.model_fields_set) != 1 or self.content is None:
            raise Faults([Fault((), "a step is one of report, do, advance or expect")])
        return self

    @property
    def name(self) -> str:
        """Which kind of step it is."""
        return next(iter(self.model_fields_set))

    @property
    def content(self) -> Act | Advance | Expect | None:
        """The one thing this step says."""
        return self.report or self.do or self.advance or self.expect

    @property
    def act(self) -> Act | None:
        """The report or command that somebody makes, if this step is one."""
        return self.report or self.do


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
