"""Statistics as they are told: each number with the list of its cases, each share with its size."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.naming import Body
from domain.period import STAGES, TIMED

__all__ = ["Escalations", "Number", "Numbers", "OnTime", "StageTime", "Stats", "StatsGroup"]

_LIST = "/v1/cases?as_of=2026-03-31T17%3A00%3A00%2B07%3A00&merged=false"


class Number(BaseModel):
    """How many cases, and the list of them."""

    n: Annotated[int, Field(examples=[12])]
    href: Annotated[
        str | None,
        Field(
            description="GET it under the same token and Act-As; it has n cases. Null for none.",
            examples=[_LIST],
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


def _some(n: int, asks: str = "") -> dict[str, Any]:
    return {"n": n, "href": _LIST + asks if n else None}


_TIMES: dict[str, Any] = {
    stage: {"done": _some(90, f"&stage={stage}&done=true"), "median_hours": 20.5, "p90_hours": 71.0}
    for stage in STAGES
}
_KEPT: dict[str, Any] = {
    clock: {
        "due": _some(80, f"&stage={clock}&verdict=late&verdict=on_time"),
        "on_time": _some(68, f"&stage={clock}&verdict=on_time"),
        "share": 0.85,
    }
    for clock in TIMED
}
_EXAMPLE: dict[str, Any] = {
    "as_of": "2026-03-31T17:00:00+07:00",
    "behind": 0,
    "by": None,
    "total": {
        "received": _some(120),
        "open": _some(30, "&open=true"),
        "closed": _some(90, "&open=false"),
        "solved": _some(61, "&open=false&outcome=solved_confirmed&outcome=solved_unconfirmed"),
        "merged": {"n": 4, "href": _LIST.replace("false", "true")},
        "entered_later": _some(0),
        "state": {"in_progress": _some(30, "&state=in_progress")},
        "rung": {"commune": _some(110, "&rung=commune")},
        "severity": {"normal": _some(120, "&severity=normal")},
        "outcome": {"redirected": _some(9, "&outcome=redirected")},
        "on_time": _KEPT,
        "stages": _TIMES,
        "escalations": {
            "waiting": _some(2, "&unacted=true"),
            "oldest": {
                "since": "2026-03-12T17:00:00+07:00",
                "to": {"ref": "unit:79", "name": "Ủy ban nhân dân Thành phố Hồ Chí Minh"},
                "case_id": "019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11",
            },
        },
    },
    "groups": [],
}


class Stats(BaseModel):
    """The numbers as of a moment: of all cases that were asked for, and by group."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    as_of: datetime
    behind: Annotated[
        int, Field(description="Events in the log that are not counted yet; mostly 0.")
    ]
    by: str | None
    total: Numbers
    groups: tuple[StatsGroup, ...]
