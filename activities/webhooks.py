"""One call to a receiver: what is sent, how it is signed, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from standardwebhooks import Webhook

from activities.cloud_events import MEDIA_TYPE, CloudEvent
from eventlog.subscriptions import Subscription

__all__ = ["Call", "Post", "Reply", "Sender", "call_of"]

_OK = range(200, 300)
GONE = 410


@dataclass(frozen=True, slots=True)
class Call:
    """A signed message. It says nothing in its representation: an address may hold a secret."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call ended with: a status, or a code for why there is none; time in milliseconds."""

    status: int | None
    error: str | None
    milliseconds: int

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status in _OK

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more."""
        return self.status == GONE

    @property
    def fault(self) -> str:
        """Why it was not taken, as a code."""
        return self.error or f"status_{self.status}"


class Post(Protocol):
    """Calls one address, again and again."""

    async def __call__(self, call: Call) -> Reply:
        """Make one call within a bounded time; whatever goes wrong is an answer too."""


class Sender(Protocol):
    """The way out of the house."""

    def opened(self, url: str) -> AbstractAsyncContextManager[Post]:
        """Calls to one address, while the context lasts."""


def call_of(subscription: Subscription, event: CloudEvent, attempt: int, now: datetime) -> Call:
    """The event, signed after the Standard Webhooks scheme under every secret that counts (UTC).

    ``webhook-id`` is the same for each attempt, and so is the body; ``webhook-attempt`` counts:
    from 2 on the receiver may have the event already.
    """
    body, message_id = event.encoded, f"{event.id}.{subscription.subscription_id}"
    signed = [
        Webhook(secret).sign(message_id, now, body.decode()) for secret in subscription.secrets
    ]
    return Call(
        body,
        {
            "content-type": MEDIA_TYPE,
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signed),
            "webhook-attempt": str(attempt),
        },
    )
