"""The form of a drill's steps: what a scenario file may say, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StrictBool, StrictInt, model_validator

from domain.policy import Fault, Faults
from workers.drill.words import ActorText, Code, Form, LocalTime, Name, Span

__all__ = ["Act", "Advance", "Do", "Expect", "Report", "Step"]


class Report(Form):
    """Somebody reports something; ``case`` is what the scenario calls the new case.

    ``received_at`` is the local time at which it arrived, if it is entered late.
    """

    case: Name
    unit: Code
    category: str
    text: str
    channel: str = "web"
    about_body: str | None = None
    received_at: LocalTime | None = None
    as_: ActorText = Field(default="reporter", alias="as")

    def fields(self, zone: ZoneInfo) -> dict[str, Any]:
        """What is reported, as a program would send it: ``received_at`` with its offset."""
        fields = self.model_dump(exclude={"case", "as_", "received_at"}, exclude_none=True)
        if self.received_at is not None:
            fields["received_at"] = self.received_at.replace(tzinfo=zone).isoformat()
        return fields


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

    by: Span | None = None
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
