"""The words of a scenario: local times, amounts of time, codes of units, actors."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.actor import Actor

__all__ = ["ActorText", "Amount", "Code", "Form", "LocalTime", "Name", "Span"]

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
Span = Annotated[Amount, BeforeValidator(_amount)]
"""An amount as people write it: ``2 working_days``."""

Code = Annotated[str, BeforeValidator(_code)]
ActorText = Annotated[str, AfterValidator(_actor)]
