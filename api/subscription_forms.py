"""Subscriptions as they are asked for and shown; a secret is shown when it is made, never again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.models import Form
from domain.params import Word
from domain.shapes import like

__all__ = [
    "Answered",
    "Changed",
    "Deliveries",
    "DeliveryTold",
    "NewSubscription",
    "Replay",
    "Replayed",
    "Rotation",
    "SubscriptionPage",
    "SubscriptionTold",
    "WithSecret",
]

_FAR = 2**53 - 1
Position = Annotated[int, Field(ge=-1, le=_FAR)]
Url = Annotated[
    str,
    Field(
        min_length=8,
        max_length=2000,
        description="https, and a host in a public network.",
        examples=["https://receiver.example.vn/hoiam"],
    ),
    like(
        r"^[\x21-\x7e]+$",
        "Viết địa chỉ bằng ký tự ASCII, không có dấu cách.",
        "Write the address in plain ASCII, without spaces.",
    ),
]
Names = Annotated[tuple[Word, ...], Field(max_length=100)]
_EXAMPLE: dict[str, Any] = {
    "url": "https://receiver.example.vn/hoiam",
    "types": ["CaseEscalated", "CaseClosed"],
    "units": ["26737"],
}


class NewSubscription(Form):
    """What to be told of, and where. Lists that are empty or left out narrow nothing."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )
    url: Url
    types: Annotated[Names, Field(description="Names of events, as CaseEscalated.")] = ()
    units: Annotated[Names, Field(description="Codes of units, each with all under it.")] = ()
    categories: Names = ()
    after: Annotated[
        Position | None,
        Field(description="The position after which it begins; from now on if left out."),
    ] = None


class Changed(Form):
    """What is to be otherwise; what is left out stays. ``active`` resumes, also after failures."""

    url: Url | None = None
    types: Names | None = None
    units: Names | None = None
    categories: Names | None = None
    state: Literal["active", "paused"] | None = None


class Rotation(Form):
    """For how long the old secret signs beside the new one."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class Replay(Form):
    """Send dead events again, of one case or of all; or everything after a position."""

    case_id: Word | None = None
    after: Position | None = None


class SubscriptionTold(BaseModel):
    """A subscription. It is told of the area of ``unit`` in the name of ``body``.

    ``looked`` is the position up to which it was looked through, ``waiting`` and ``dead`` count
    events. ``why`` it is not active: ``by_request``, ``failing`` (nothing succeeded for hours), or
    ``gone`` (its receiver answered 410).
    """

    id: str
    role: str
    body: str
    unit: str
    url: str
    types: list[str]
    units: list[str]
    categories: list[str]
    state: Literal["active", "paused", "disabled"]
    why: str | None
    looked: int
    waiting: int
    dead: int
    failures: Annotated[int, Field(description="Attempts that failed since the last success.")]
    created_at: datetime
    old_secret_until: datetime | None


class WithSecret(SubscriptionTold):
    """A subscription and the secret that its messages are signed with."""

    secret: Annotated[
        str,
        Field(
            description="After the Standard Webhooks scheme; shown here and nowhere else.",
            examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
        ),
    ]


class SubscriptionPage(BaseModel):
    """Subscriptions in the order of their ids. Ask for what comes ``after`` the id ``next``."""

    subscriptions: list[SubscriptionTold]
    next: str | None


class DeliveryTold(BaseModel):
    """What became of one event: ``error`` is a code, as timeout or status_500."""

    position: int
    event_id: UUID
    case_id: str
    type: str
    state: Literal["waiting", "delivered", "dead"]
    attempts: int
    status: int | None
    error: str | None
    milliseconds: int | None
    tried_at: datetime | None


class Deliveries(BaseModel):
    """Attempts, or dead events."""

    deliveries: list[DeliveryTold]


class Replayed(BaseModel):
    """How many dead events wait again, or from which position on everything is sent again."""

    revived: int
    after: int | None = None


class Answered(BaseModel):
    """How the receiver answered; ``error`` is a code where it did not."""

    taken: bool
    status: int | None
    error: str | None
    milliseconds: int
