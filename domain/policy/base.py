"""What every part of a policy is built on: dated, frozen models and faults with a place."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

__all__ = ["Count", "Dated", "Fault", "Faults", "Flag", "Id", "Names", "Part", "Text"]


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
