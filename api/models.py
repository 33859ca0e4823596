"""What people and programs send, and what they get: the forms of the interface."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.moments import Moment
from domain.events import LocatedBy
from domain.files import FileIds
from domain.params import Address, Text, Word

__all__ = [
    "Coordinates",
    "Feedback",
    "Heard",
    "Identity",
    "NewReport",
    "Receipt",
    "Reporter",
    "Supplement",
    "Where",
    "Withdrawal",
]

_Short = Annotated[Word, Field(max_length=200)]


Attachments = Annotated[
    FileIds,
    Field(
        description="Ids of uploads (`POST /v1/uploads`); each can be attached once, by whoever "
        "uploaded it."
    ),
]


class Form(BaseModel):
    """Base of what is sent: nothing unknown in it, so that nothing is lost silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reporter(Form):
    """Who reports, as far as they want to say. It goes into the vault and into no event."""

    name: _Short | None = None
    phone: _Short | None = None
    email: _Short | None = None
    address: _Short | None = None


class Coordinates(Form):
    """A point in degrees (WGS 84), as a telephone tells it; kept to a millionth."""

    latitude: Annotated[
        float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False, examples=[10.7884])
    ]
    longitude: Annotated[
        float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False, examples=[106.6902])
    ]


_REPORT_EXAMPLE: dict[str, Any] = {
    "unit": "26737",
    "category": "road",
    "text": "Ổ gà lớn trước cổng trường, mưa xuống không nhìn thấy.",
    "coordinates": {"latitude": 10.7884, "longitude": 106.6902},
    "channel": "web",
    "reporter": {"name": "Nguyễn Văn An", "phone": "0912 000 000"},
}


class NewReport(Form):
    """A report. Who has a token may enter one for somebody else, with ``received_at``.

    ``about_body`` is a body the report complains about: it will not handle it. Without ``unit``
    it is found from ``coordinates``, ``address`` or both; where that is not clear, the answer is
    a problem with candidates. What stands beside ``unit`` tells where in it.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [_REPORT_EXAMPLE]}
    )
    unit: Annotated[
        Word | None, Field(description="Code of the unit, in force when it was received.")
    ] = None
    coordinates: Coordinates | None = None
    address: Annotated[
        Address | None, Field(description="The place in words. Sealed, for it may be a home.")
    ] = None
    text: Annotated[Text, Field(description="What the reporter says, in their own words.")]
    category: Annotated[Word, Field(description="Id of a category of the policy in force.")] = (
        "other"
    )
    channel: Annotated[Word, Field(description="How it came in, as zalo, phone, letter.")] = "web"
    channel_message_id: Annotated[
        _Short | None,
        Field(
            description="Id of the message in its channel: the same message makes one report. "
            "With a token only."
        ),
    ] = None
    about_body: Annotated[Word | None, Field(description="As unit:26737.")] = None
    received_at: Annotated[
        Moment | None,
        Field(description="When it was received, if it is entered late. With a token only."),
    ] = None
    reporter: Reporter | None = None
    attachments: Attachments = ()


class Where(BaseModel):
    """The unit that a report was given to, and from what that was known.

    ``distance_m`` is from the coordinates to the middle of the unit; the farther, the less sure.
    """

    code: str
    name: str
    located_by: LocatedBy
    distance_m: int | None = None


class Receipt(BaseModel):
    """What the reporter keeps. Whoever has the secret may see and do what the reporter may."""

    case_id: str
    code: Annotated[str, Field(examples=["HA-7K3M9-QX2CD-4"])]
    secret: Annotated[str, Field(description="160 random bits; shown here and nowhere else.")]
    identity_kept: Annotated[
        bool, Field(description="False when none was given, or the category never keeps one.")
    ]
    unit: Annotated[
        Where | None, Field(description="None for a repeat of a report from before it was kept.")
    ]


class Supplement(Form):
    """What the reporter adds: words, files, or both."""

    text: Text | None = None
    attachments: Attachments = ()


class Feedback(Form):
    """Whether the answer satisfied. Not satisfied with a reason asks to open the case again."""

    satisfied: StrictBool
    text: Text | None = None
    reason: Text | None = None


class Withdrawal(Form):
    """The reporter takes the report back."""

    reason: Text | None = None


class Heard(BaseModel):
    """What became of what the reporter said.

    ``events`` are the types of what was written. ``reopened`` is about feedback that is not
    satisfied; ``why_not`` names the rule that forbids it, and ``why`` says what can be done.
    """

    version: int
    events: tuple[str, ...] = ()
    reopened: bool | None = None
    why_not: str | None = None
    why: Annotated[str | None, Field(description="In the caller's language.")] = None


class Identity(BaseModel):
    """Who reported. That it was opened, by whom and why is an event which the reporter sees."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    version: Annotated[int, Field(description="Of the case, with the event that tells it.")]
