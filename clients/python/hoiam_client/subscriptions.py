"""Webhooks: who is called when something happens."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from hoiam_client.models import (
    Changed,
    Deliveries,
    NewSubscription,
    Replay,
    Replayed,
    Rotation,
    SubscriptionFormsAnswered,
    SubscriptionPage,
    SubscriptionTold,
    WithSecret,
)
from hoiam_client.transport import Transport

__all__ = ["Subscriptions"]

_PATH = "/v1/subscriptions"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """``/v1/subscriptions``. A secret is told when it is made and never again."""

    transport: Transport

    async def make(self, form: NewSubscription, key: str | None = None) -> WithSecret:
        """Have an address called."""
        return await self.transport.post(_PATH, WithSecret, form, key)

    async def all(self) -> AsyncGenerator[SubscriptionTold, None]:
        """Those of the body; for an admin all in the territory."""
        after: str | None = None
        while True:
            found = await self.transport.get(_PATH, SubscriptionPage, {"after": after})
            for one in found.subscriptions:
                yield one
            if (after := found.next) is None:
                return

    async def get(self, subscription_id: str) -> SubscriptionTold:
        """One, with how far it has come."""
        return await self.transport.get(f"{_PATH}/{subscription_id}", SubscriptionTold)

    async def change(self, subscription_id: str, form: Changed) -> SubscriptionTold:
        """Change what it is called for, or pause it; the same again changes nothing."""
        answer = await self.transport.send("PATCH", f"{_PATH}/{subscription_id}", form=form)
        return SubscriptionTold.model_validate_json(answer.content)

    async def end(self, subscription_id: str) -> None:
        """End it."""
        await self.transport.send("DELETE", f"{_PATH}/{subscription_id}", repeatable=False)

    async def rotate(
        self, subscription_id: str, form: Rotation, key: str | None = None
    ) -> WithSecret:
        """A new secret; for a while messages carry both signatures."""
        return await self.transport.post(f"{_PATH}/{subscription_id}/secret", WithSecret, form, key)

    async def test(self, subscription_id: str) -> SubscriptionFormsAnswered:
        """Call the receiver once."""
        path = f"{_PATH}/{subscription_id}/test"
        answer = await self.transport.send("POST", path, repeatable=False)
        return SubscriptionFormsAnswered.model_validate_json(answer.content)

    async def deliveries(self, subscription_id: str, limit: int | None = None) -> Deliveries:
        """The last attempts."""
        path = f"{_PATH}/{subscription_id}/deliveries"
        return await self.transport.get(path, Deliveries, {"limit": limit})

    async def dead(self, subscription_id: str, after: int | None = None) -> Deliveries:
        """What could not be delivered."""
        path = f"{_PATH}/{subscription_id}/dead"
        return await self.transport.get(path, Deliveries, {"after": after})

    async def replay(self, subscription_id: str, form: Replay) -> Replayed:
        """Send dead events again, or everything after a position."""
        path = f"{_PATH}/{subscription_id}/replay"
        answer = await self.transport.send("POST", path, form=form, repeatable=False)
        return Replayed.model_validate_json(answer.content)
