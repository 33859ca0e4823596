"""Delivering one subscription: its events in order within a case, its cases beside each other."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from secrets import SystemRandom

import structlog
from uuid_utils.compat import uuid7

from activities.cloud_events import cloud_event
from activities.messages import Shift
from activities.webhooks import Post, Reply, Sender, call_of
from domain.actor import Actor
from domain.context import Law
from domain.directory import Directory
from domain.scope import AllOf, Not, OneOf, Scope, area, one_with, told_of
from eventlog.deliveries import Deliveries, Failure, Taken, Waiting
from eventlog.feed import Seals
from eventlog.pg import LOST
from eventlog.subscriptions import Subscription, Subscriptions

__all__ = ["Deliverer", "Patience", "scope_for"]

_LOG: structlog.stdlib.BoundLogger = structlog.get_logger("hoiam.webhooks")
_DRAW = SystemRandom()
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what is waited for.

    ``waits`` come after each failure of an event, give or take a fifth; after one more it is dead.
    After ``hold_from`` failures without a success the receiver is left alone for up to ``hold``.
    It is paused when nothing succeeded for ``pause_after``, over ``pause_from`` attempts.
    ``lease`` must be longer than a call takes: nobody else delivers meanwhile. ``look`` and
    ``gap`` (seconds) are the longest and the shortest time between two looks at the log.
    """

    waits: tuple[timedelta, ...] = (
        *(timedelta(seconds=5), timedelta(seconds=30), 2 * _MINUTE, 10 * _MINUTE),
        *(30 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR),
    )
    hold_from: int = 5
    hold: timedelta = _MINUTE
    pause_from: int = 20
    pause_after: timedelta = 6 * _HOUR
    lease: timedelta = timedelta(seconds=20)
    look: float = 5.0
    gap: float = 0.2
    at_once: int = 8
    kept: timedelta = timedelta(days=7)

    def again(self, tries: int) -> timedelta:
        """When to try again after so many failures before this one."""
        return self.waits[min(tries, len(self.waits) - 1)] * _DRAW.uniform(0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Reads the log, calls receivers, and writes down what came of it."""

    subscriptions: Subscriptions
    deliveries: Deliveries
    seals: Seals
    sender: Sender
    law: Callable[[], Law]
    now: Callable[[], Awaitable[datetime]]
    source: str
    patience: Patience = field(default_factory=Patience)

    async def shift(self, subscription_id: str, seconds: float) -> Shift:
        """Deliver for a while, and say how to go on. Raises what PostgreSQL's absence raises."""
        ends = asyncio.get_running_loop().time() + seconds
        found = await self.subscriptions.find(subscription_id)
        if found is None or found.state != "active":
            return Shift(gone=found is None, active=False)
        await self.deliveries.forget(subscription_id, self.patience.kept)
        async with self.sender.opened(found.wish.url) as post:
            one = _Round(self, subscription_id, found.wish.url, post, str(uuid7()))
            await one.until(ends)
        return Shift(active=True)


def scope_for(subscription: Subscription, directory: Directory, on: date) -> Scope:
    """The cases that a subscription is told of on a day: its holder's, narrowed to what it wants.

    A holder whose body is no longer in force is told of none.
    """
    standing, wish = subscription.standing, subscription.wish
    holder = Actor(standing.role, standing.body)
    own = frozenset().union(*(one_with(body, directory, on) for body in standing.bodies))
    parts: list[Scope] = [
        told_of(holder, directory, on),
        OneOf("unit", area(directory, standing.root, on)),
        Not(OneOf("about_body", own)),
    ]
    if wish.units:
        areas = (area(directory, unit, on) for unit in wish.units)
        parts.append(OneOf("unit", frozenset().union(*areas)))
    if wish.categories:
        parts.append(OneOf("category", wish.categories))
    return AllOf(tuple(parts))


@dataclass(slots=True)
class _Round:
    """One shift at work: cases ``to_do``, and those ``running``, whose events are being sent."""

    by: Deliverer
    subscription_id: str
    url: str
    post: Post
    claim: str
    to_do: deque[Sequence[Waiting]] = field(default_factory=deque)
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    held: Subscription | None = None
    ending: bool = False

    async def until(self, ends: float) -> None:
        """Work until a moment of the loop's clock, and end what was begun."""
        try:
            while not self.ending and asyncio.get_running_loop().time() < ends:
                await self._step()
            self.ending = True
            await asyncio.gather(*self.running.values())
        finally:
            for task in self.running.values():
                task.cancel()
            await asyncio.gather(*self.running.values(), return_exceptions=True)
            with suppress(*LOST):
                await self.by.deliveries.release(self.subscription_id, self.claim)

    async def _step(self) -> None:
        held = self.held if self.to_do else await self._claim()
        if held is None:
            await self._without()
        elif held.wish.url != self.url:
            self.ending = True
        else:
            await self._with(held)

    async def _claim(self) -> Subscription | None:
        lease = self.by.patience.lease
        self.held = await self.by.deliveries.claim(self.subscription_id, self.claim, lease)
        return self.held

    async def _without(self) -> None:
        """Another worker has it, perhaps one that was killed; or there is nothing to do."""
        found = await self.by.subscriptions.find(self.subscription_id)
        self.ending = found is None or found.state != "active"
        await asyncio.sleep(0 if self.ending else 1)

    async def _with(self, held: Subscription) -> None:
        taken = None if self.to_do else await self._look(held)
        while self.to_do and len(self.running) < self.by.patience.at_once:
            events = self.to_do.popleft()
            self.running[_case_of(events)] = asyncio.create_task(self._case(held, events))
        if self.running:
            await self._settle()
        elif taken is None or taken.caught_up:
            await self.by.seals.wait(self.by.patience.look, beyond=taken.last if taken else None)
            await asyncio.sleep(self.by.patience.gap)

    async def _look(self, held: Subscription) -> Taken | None:
        """Take on what is new, and find the cases whose first event is due."""
        context = self.by.law().at(await self.by.now())
        scope = scope_for(held, context.directory, context.today)
        taken = await self.by.deliveries.take_on(held, self.claim, scope)
        if not held.held:
            waiting = await self.by.deliveries.waiting(self.subscription_id)
            self.to_do.extend(
                events
                for events in _by_case(waiting)
                if events[0].due and _case_of(events) not in self.running
            )
        return taken

    async def _settle(self) -> None:
        done, _ = await asyncio.wait(
            self.running.values(),
            timeout=self.by.patience.look,
            return_when=asyncio.FIRST_COMPLETED,
        )
        self.running = {case: task for case, task in self.running.items() if task not in done}
        for task in done:
            task.result()

    async def _case(self, held: Subscription, events: Sequence[Waiting]) -> None:
        """Send a case's events one after the other, up to the first that is not taken."""
        for one in events:
            if self.ending or not await self._send(held, one):
                return

    async def _send(self, held: Subscription, one: Waiting) -> bool:
        lease = self.by.patience.lease
        attempt = await self.by.deliveries.begin(
            self.subscription_id, one.position, self.claim, lease
        )
        if attempt is None:
            return False
        event = cloud_event(one.sealed, self.by.source)
        reply = await self.post(call_of(held, event, attempt, datetime.now(UTC)))
        _tell(held, one, attempt, reply)
        if reply.taken and reply.status is not None:
            await self.by.deliveries.delivered(
                self.subscription_id, one.position, reply.status, reply.milliseconds
            )
            return True
        await self._failed(one, reply)
        return False

    async def _failed(self, one: Waiting, reply: Reply) -> None:
        patience = self.by.patience
        failure = Failure(
            status=reply.status,
            error=reply.fault,
            milliseconds=reply.milliseconds,
            again=patience.again(one.tries),
            hold=patience.hold,
            hold_from=patience.hold_from,
        )
        failures, failing = await self.by.deliveries.failed(
            self.subscription_id, one.position, failure, len(patience.waits) + 1
        )
        if failures >= patience.hold_from:
            self.to_do.clear()
        if reply.gone:
            await self._stop("disabled", "gone")
        elif failures >= patience.pause_from and failing >= patience.pause_after:
            await self._stop("paused", "failing")

    async def _stop(self, state: str, why: str) -> None:
        _LOG.warning("subscription_stopped", subscription=self.subscription_id, why=why)
        await self.by.deliveries.stop(self.subscription_id, state, why)


def _by_case(waiting: Sequence[Waiting]) -> Iterable[Sequence[Waiting]]:
    """The events of each case together, in their order."""
    cases: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in waiting:
        cases[_case_of([one])].append(one)
    return cases.values()


def _case_of(events: Sequence[Waiting]) -> str:
    return events[0].recorded.case_id


def _tell(held: Subscription, one: Waiting, attempt: int, reply: Reply) -> None:
    """Ids and codes only: an address may hold a secret, an answer anybody's words."""
    _LOG.info(
        "delivered" if reply.taken else "not_delivered",
        subscription=held.subscription_id,
        position=one.position,
        attempt=attempt,
        outcome=reply.status if reply.error is None else reply.error,
        milliseconds=reply.milliseconds,
    )
