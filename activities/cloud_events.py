"""Events as other programs get them: CloudEvents 1.0 in JSON, with facts and nobody's words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from domain.published import actor_told, published
from eventlog.feed import Sealed
from eventlog.keys import Keys

__all__ = ["MEDIA_TYPE", "PING", "CloudEvent", "EventData", "cloud_event", "ping", "source_of"]

#: Of one event in its structured form.
MEDIA_TYPE = "application/cloudevents+json"
PING = "vn.hoiam.ping.v1"
_EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "019a0f5e-3c1b-7b52-9d55-0a8d5d0f8d11",
    "source": "urn:hoiam:5f1c0d9a77e2b3c4",
    "type": "vn.hoiam.case.CaseEscalated.v1",
    "subject": "019a0f5e-0000-7b52-9d55-0a8d5d0f8d11",
    "time": "2026-03-04T10:00:00Z",
    "datacontenttype": "application/json",
    "data": {
        "position": 4711,
        "version": 5,
        "actor": "system",
        "body": {
            "from_body": "unit:26737~2025",
            "to_body": "unit:79",
            "from_rung": "commune",
            "to_rung": "province",
            "cause": "deadline",
        },
    },
}


class EventData(BaseModel):
    """``position`` is the place in the order of all events, ``version`` in that of its case.

    ``actor`` is ``role@body``, ``reporter`` or ``system``; ``body`` holds the facts of the event.
    """

    position: int
    version: int
    actor: str
    body: dict[str, Any]


class CloudEvent(BaseModel):
    """One event. ``id`` and ``source`` together name it for good; ``subject`` is the case."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: Annotated[str, Field(description="vn.hoiam.case., the event's name, .v and its form.")]
    subject: str | None = None
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: EventData | dict[str, str]

    @property
    def encoded(self) -> bytes:
        """The event in its structured form."""
        return self.model_dump_json(exclude_none=True).encode()


def source_of(keys: Keys) -> str:
    """Names the installation: the same for good, and another one for every installation."""
    return f"urn:hoiam:{keys.key_id}"


def cloud_event(sealed: Sealed, source: str) -> CloudEvent:
    """A sealed event as other programs get it."""
    recorded, event = sealed.recorded, sealed.recorded.event
    return CloudEvent(
        id=str(recorded.event_id),
        source=source,
        type=f"vn.hoiam.case.{event.type}.v{event.body.SCHEMA}",
        subject=recorded.case_id,
        time=event.occurred_at,
        data=EventData(
            position=sealed.position,
            version=recorded.version,
            actor=actor_told(event.actor),
            body=published(event),
        ),
    )


def ping(source: str, now: datetime, subscription_id: str) -> CloudEvent:
    """What is sent to see whether a receiver answers; it is no event of a case."""
    data = {"subscription": subscription_id}
    return CloudEvent(id=str(uuid7()), source=source, type=PING, time=now, data=data)
