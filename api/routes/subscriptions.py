"""Subscriptions: a program is called when something happens. Made, changed, paused, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from uuid_utils.compat import uuid7

from api.guard import caller_of
from api.headers import ActAs, Key, command_id
from api.holding import Holder, holder_of, request_hash, told, wish_of
from api.problems import Problem
from api.subscription_forms import (
    Changed,
    NewSubscription,
    Rotation,
    SubscriptionPage,
    SubscriptionTold,
    WithSecret,
)
from domain.shapes import like
from eventlog.feed import last_position
from eventlog.subscriptions import Subscription, Wish

__all__ = ["SubscriptionId", "router"]

router = APIRouter(prefix="/v1/subscriptions", tags=["integrations"])
#: More than this one body does not need; each is work for every event.
_MOST = 20

SubscriptionId = Annotated[
    str,
    like(
        r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        "Viết mã của đăng ký, như 019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11.",
        "Write the id of the subscription, as 019c9a3e-6f1c-7e33-9d0f-0a8d5d0f8d11.",
    ),
    Path(description="Its id."),
]
AfterId = Annotated[
    str,
    like(
        r"^[0-9a-f-]*$",
        "Viết giá trị next của trang trước.",
        "Write the next of the page before.",
    ),
    Query(max_length=40),
]


@router.post("", operation_id="subscribe", status_code=201)
async def subscribe(
    form: NewSubscription,
    request: Request,
    response: Response,
    key: Key = None,
    act_as: ActAs = None,
) -> WithSecret:
    """Be called when something happens in the territory of the role. The secret is shown once."""
    holder = await holder_of(request, act_as)
    wish = wish_of(holder, form.url, form.types, form.units, form.categories)
    wanted, made_by = request_hash(holder, wish, form.after), _made_by(request, key)
    one = await _again(holder, made_by) or await _made(holder, made_by, wanted, form, wish)
    if one.request_hash != wanted:
        raise Problem("key_reused")
    response.headers["Location"] = f"/v1/subscriptions/{one.subscription_id}"
    return await _with_secret(holder, one)


@router.get("", operation_id="list_subscriptions")
async def list_subscriptions(
    request: Request,
    after: AfterId = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    act_as: ActAs = None,
) -> SubscriptionPage:
    """The subscriptions of the body; for an admin those of every body in the territory."""
    holder = await holder_of(request, act_as)
    subscriptions = holder.desk.telling.subscriptions
    found = await subscriptions.list(holder.area, holder.body, after, limit + 1)
    shown = [await told(holder, one) for one in found[:limit]]
    return SubscriptionPage(subscriptions=shown, next=shown[-1].id if len(found) > limit else None)


@router.get("/{subscription_id}", operation_id="show_subscription")
async def show_subscription(
    subscription_id: SubscriptionId, request: Request, act_as: ActAs = None
) -> SubscriptionTold:
    """One subscription, and how far it has come."""
    holder = await holder_of(request, act_as)
    return await told(holder, await holder.own(subscription_id))


@router.patch("/{subscription_id}", operation_id="change_subscription")
async def change_subscription(
    subscription_id: SubscriptionId, form: Changed, request: Request, act_as: ActAs = None
) -> SubscriptionTold:
    """Change what it is told of or where, pause it, or resume it."""
    holder = await holder_of(request, act_as)
    one = await holder.own(subscription_id)
    await _change(holder, one, form)
    return await told(holder, await holder.own(subscription_id))


@router.delete("/{subscription_id}", operation_id="unsubscribe", status_code=204)
async def unsubscribe(
    subscription_id: SubscriptionId, request: Request, act_as: ActAs = None
) -> None:
    """End it. What was not delivered is forgotten; the feed still has it."""
    holder = await holder_of(request, act_as)
    await holder.own(subscription_id)
    await holder.desk.telling.subscriptions.remove(subscription_id)


@router.post("/{subscription_id}/secret", operation_id="rotate_secret")
async def rotate_secret(
    subscription_id: SubscriptionId,
    form: Rotation,
    request: Request,
    key: Key = None,
    act_as: ActAs = None,
) -> WithSecret:
    """Have a new secret. Messages are signed with both while the old one counts."""
    holder = await holder_of(request, act_as)
    await holder.own(subscription_id)
    await holder.take_over(subscription_id)
    once = command_id(caller_of(request), f"{subscription_id}/secret", key)
    overlap = timedelta(hours=form.overlap_hours)
    await holder.desk.telling.subscriptions.rotate(subscription_id, once, overlap)
    return await _with_secret(holder, await holder.own(subscription_id))


def _made_by(request: Request, key: str | None) -> str:
    return command_id(caller_of(request), "subscription", key)


async def _again(holder: Holder, made_by: str) -> Subscription | None:
    return await holder.desk.telling.subscriptions.made_by(made_by)


async def _made(
    holder: Holder, made_by: str, wanted: bytes, form: NewSubscription, wish: Wish
) -> Subscription:
    subscriptions, standing = holder.desk.telling.subscriptions, holder.standing
    if await subscriptions.count(standing.body) >= _MOST:
        detail = f"A body has {_MOST} subscriptions at most; end one that is not needed."
        raise Problem("refused", detail, code="too_many_subscriptions")
    last = await last_position(holder.desk.store.pool)
    looked = last if form.after is None else min(form.after, last)
    return await subscriptions.make(str(uuid7()), made_by, wanted, standing, wish, looked)


async def _change(holder: Holder, one: Subscription, form: Changed) -> None:
    subscriptions, old = holder.desk.telling.subscriptions, one.wish
    if form.model_fields_set - {"state"}:
        wish = wish_of(
            holder,
            form.url or old.url,
            old.types if form.types is None else form.types,
            old.units if form.units is None else form.units,
            old.categories if form.categories is None else form.categories,
        )
        if form.url is not None:
            await holder.take_over(one.subscription_id)
        await subscriptions.change(one.subscription_id, wish)
    if form.state is not None:
        why = "by_request" if form.state == "paused" else None
        await subscriptions.set_state(one.subscription_id, form.state, why)


async def _with_secret(holder: Holder, one: Subscription) -> WithSecret:
    shown = await told(holder, one)
    return WithSecret(**shown.model_dump(), secret=one.secrets[0])
