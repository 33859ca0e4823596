"""Statistics as they are told: each number with the list of its cases, each share with its size."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.examples.numbers import LIST
from api.naming import Body

__all__ = ["Escalations", "Number", "Numbers", "OnTime", "StageTime", "Stats", "StatsGroup"]


class Number(BaseModel):
    """How many cases, and the list of them."""

    n: Annotated[int, Field(examples=[12])]
    href: Annotated[
        str | None,
        Field(
            description="GET it under the same token and Act-As; it has n cases. Null for none.",
            examples=[LIST],
        ),
    ] = None


class OnTime(BaseModel):
    """Of what was due by then, how much was done in time; what is overdue was not."""

    due: Number
    on_time: Number
    share: Annotated[float | None, Field(description="on_time / due; null when nothing was due.")]


class StageTime(BaseModel):
    """How long a stage took, in hours around the clock; of ``done`` cases."""

    done: Number
    median_hours: Annotated[float | None, Field(description="Half took at most so long.")]
    p90_hours: Annotated[float | None, Field(description="Nine of ten took at most so long.")]


class Oldest(BaseModel):
    """The escalation that has waited longest for the body it came to."""

    since: datetime
    to: Body
    case_id: str


class Escalations(BaseModel):
    """Cases escalated to a body of which nobody has acted yet."""

    waiting: Number
    oldest: Oldest | None


class Numbers(BaseModel):
    """What is counted of some cases. A case merged into another counts in ``merged`` alone."""

    received: Annotated[Number, Field(description="All that had come in, without the merged.")]
    open: Number
    closed: Annotated[Number, Field(description="Ended, however; the withdrawn included.")]
    solved: Annotated[Number, Field(description="Ended as solved. A redirection is not.")]
    merged: Annotated[Number, Field(description="Go on in another case, which is counted.")]
    entered_later: Annotated[
        Number,
        Field(description="Of received: those whose last change was written down after as_of."),
    ]
    state: dict[str, Number]
    rung: dict[str, Number]
    severity: dict[str, Number]
    outcome: dict[str, Number]
    on_time: Annotated[dict[str, OnTime], Field(description="By clock: accept, assign, answer.")]
    stages: Annotated[dict[str, StageTime], Field(description="accept to inform, and whole.")]
    escalations: Escalations


class StatsGroup(Numbers):
    """One group: ``key`` is the id of a unit, a body, a category, a channel or a first day."""

    key: Annotated[str, Field(examples=["26737"])]
    name: Annotated[str | None, Field(examples=["Phường Tân Định"])]


class Stats(BaseModel):
    """The numbers as of a moment: of all cases that were asked for, and by group."""

    as_of: datetime
    behind: Annotated[
        int, Field(description="Events in the log that are not counted yet; mostly 0.")
    ]
    by: str | None
    total: Numbers
    groups: tuple[StatsGroup, ...]
