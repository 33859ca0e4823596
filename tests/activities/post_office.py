"""Subscriptions over a real log and a real receiver, for tests: without Temporal between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from activities.addresses import Addresses
from activities.delivering import Deliverer, Patience
from eventlog.dead_letters import Ledger
from eventlog.deliveries import Deliveries
from eventlog.feed import Seals, last_position
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from eventlog.subscriptions import Standing, Subscription, Subscriptions, Wish
from tests.domain.town import law
from tests.eventlog.sample import add, new_case, noted
from workers.outside import Outside

__all__ = ["HASTY", "PostOffice", "post_office"]

_MOMENT = timedelta(milliseconds=20)
HASTY = Patience(
    waits=(_MOMENT, _MOMENT, _MOMENT),
    hold_from=50,
    hold=_MOMENT,
    pause_from=200,
    lease=timedelta(seconds=3),
    look=0.05,
    gap=0.01,
)


@dataclass
class PostOffice:
    """What delivers, and what it delivers from."""

    store: EventStore
    dsn: str
    deliverer: Deliverer
    subscriptions: Subscriptions
    ledger: Ledger

    async def subscribe(
        self, url: str, root: str = "79", body: str = "unit:79", looked: int = -1, **wish: Any
    ) -> Subscription:
        """A subscription of an integration from the beginning of the log."""
        name = str(uuid4())
        wanted = Wish(url, **{key: frozenset(value) for key, value in wish.items()})
        standing = Standing("integration", body, root, frozenset({body}))
        made = self.subscriptions.make
        return await made(name, f"key/{name}", bytes(32), standing, wanted, looked)

    async def happen(self, *cases: str, notes: int = 0) -> None:
        """Reports come in, and are worked on; everything is sealed then."""
        for case_id in cases:
            await self.store.append([new_case(case_id)])
        for number in range(notes):
            for case_id in cases:
                await add(self.store, case_id, noted(number + 1))
        await self.seal()

    async def seal(self) -> None:
        sealer = Sealer(self.dsn)
        while await sealer.seal_once():
            pass
        await sealer.close()

    async def until_idle(self, subscription: Subscription, seconds: float = 20) -> None:
        """Deliver until nothing waits any more."""
        async with asyncio.timeout(seconds):
            while not await self.idle(subscription):
                await self.deliverer.shift(subscription.subscription_id, 0.3)

    async def idle(self, subscription: Subscription) -> bool:
        found = await self.subscriptions.find(subscription.subscription_id)
        assert found is not None
        waiting, _ = await self.ledger.tally(subscription.subscription_id)
        behind = found.looked < await last_position(self.store.pool)
        return found.state != "active" or not (waiting or behind)

    async def state(self, subscription: Subscription) -> tuple[str, str | None]:
        found = await self.subscriptions.find(subscription.subscription_id)
        assert found is not None
        return found.state, found.why


@asynccontextmanager
async def post_office(
    store: EventStore, dsn: str, patience: Patience = HASTY, longest: float = 0.5
) -> AsyncIterator[PostOffice]:
    """A post office that loses patience after ``longest`` seconds."""

    async def now() -> datetime:
        return datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    seals, subscriptions = Seals(dsn), Subscriptions(store.pool, store.keys)
    deliverer = Deliverer(
        subscriptions=subscriptions,
        deliveries=Deliveries(store.pool, store.keys),
        seals=seals,
        sender=Outside(Addresses(private=True), longest),
        law=law,
        now=now,
        source="urn:hoiam:test",
        patience=patience,
    )
    yield PostOffice(store, dsn, deliverer, subscriptions, Ledger(store.pool))
    await seals.close()
