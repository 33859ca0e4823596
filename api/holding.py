"""Whose a subscription is, and what may be asked of one: checked before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from activities.addresses import BadAddress
from api.acting import Acting, acting
from api.desk import Desk, desk_of
from api.guard import Caller, caller_of
from api.problems import Problem
from api.sight import bodies_of
from api.subscription_forms import SubscriptionTold
from domain.context import Context
from domain.directory import UnitNotInForce, UnknownUnit
from domain.events import EVENTS
from domain.policy import UnknownCategory
from domain.scope import area
from eventlog.subscriptions import Standing, Subscription, Wish

__all__ = ["Holder", "holder_of", "request_hash", "told", "wish_of"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who looks after subscriptions: an integration those of its body, an admin those of all."""

    desk: Desk
    caller: Caller
    who: Acting
    context: Context

    @property
    def body(self) -> str | None:
        """The body whose subscriptions are meant; None: of every body in the area."""
        return None if self.who.actor.role == "admin" else self.who.actor.body

    @property
    def area(self) -> frozenset[str]:
        """The units over which."""
        return area(self.context.directory, self.who.root, self.context.today)

    async def own(self, subscription_id: str) -> Subscription:
        """The subscription, if it is theirs. Raises Problem("unknown_subscription")."""
        found = await self.desk.telling.subscriptions.find(subscription_id)
        if found is None or not self._holds(found.standing):
            raise Problem("unknown_subscription")
        return found

    async def take_over(self, subscription_id: str) -> None:
        """From now on what it tells may be theirs to hear: never anything about their own bodies.

        To be done before they have its address, its secret, or the past sent again.
        """
        await self.desk.telling.subscriptions.narrow(subscription_id, self.bodies)

    @property
    def bodies(self) -> frozenset[str]:
        """The bodies about which they are told nothing, whichever role acts."""
        return bodies_of(self.caller, self.context)

    @property
    def standing(self) -> Standing:
        """For whom a subscription of theirs would be."""
        actor = self.who.actor
        return Standing(actor.role, str(actor.body), self.who.root, self.bodies)

    def _holds(self, standing: Standing) -> bool:
        return standing.root in self.area and self.body in (None, standing.body)


async def holder_of(request: Request, act_as: str | None) -> Holder:
    """In which role the caller looks after subscriptions. Raises Problem."""
    desk, caller = desk_of(request), caller_of(request)
    context = desk.law().at(await desk.now())
    return Holder(desk, caller, acting(caller, act_as, context), context)


def wish_of(
    holder: Holder, url: str, types: Iterable[str], units: Iterable[str], categories: Iterable[str]
) -> Wish:
    """What is asked for, by ids of the directory. Raises Problem that names what is wrong."""
    try:
        holder.desk.telling.addresses.check(url)
    except BadAddress as error:
        raise _invalid("url", f"Such an address is not called: {error}.") from None
    return Wish(
        url,
        frozenset(_type(name) for name in types),
        frozenset(_unit(holder, code) for code in units),
        frozenset(_category(holder, name) for name in categories),
    )


def _type(name: str) -> str:
    if name not in EVENTS:
        raise _invalid("types", "No event is called so; see docs/glossary.md.")
    return name


def _unit(holder: Holder, code: str) -> str:
    """By its code, or by its id as it is shown."""
    directory, today = holder.context.directory, holder.context.today
    try:
        known = directory.unit(code, today) or directory.unit_at(code, today)
    except (UnknownUnit, UnitNotInForce):
        raise _invalid("units", "No unit in force has this code.") from None
    if known.unit_id not in holder.area:
        raise Problem("out_of_scope", f"Unit {known.code} is not in the territory.")
    return known.unit_id


def _category(holder: Holder, name: str) -> str:
    try:
        return holder.context.pack.category(name).id
    except UnknownCategory:
        raise _invalid("categories", "No category of the policy in force has this id.") from None


def _invalid(member: str, detail: str) -> Problem:
    return Problem("invalid", errors=[{"pointer": f"/{member}", "detail": detail}])


def request_hash(holder: Holder, wish: Wish, after: int | None) -> bytes:
    """What tells a repeat under the same key from another request."""
    facts: Sequence[object] = (
        *(holder.standing.role, holder.standing.body, holder.standing.root, wish.url, after),
        *(sorted(wish.types), sorted(wish.units), sorted(wish.categories)),
    )
    return hashlib.sha256(json.dumps(facts).encode()).digest()


async def told(holder: Holder, one: Subscription) -> SubscriptionTold:
    """A subscription as it is shown; what is of cases about their own body is not counted."""
    ledger = holder.desk.telling.ledger
    waiting, dead = await ledger.tally(one.subscription_id, holder.bodies)
    return SubscriptionTold(
        id=one.subscription_id,
        role=one.standing.role,
        body=one.standing.body,
        unit=one.standing.root,
        url=one.wish.url,
        types=sorted(one.wish.types),
        units=sorted(one.wish.units),
        categories=sorted(one.wish.categories),
        state=one.state,
        why=one.why,
        looked=one.looked,
        waiting=waiting,
        dead=dead,
        failures=one.failures,
        created_at=one.created_at,
        old_secret_until=one.old_until,
    )
