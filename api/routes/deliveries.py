"""What became of deliveries, sending again what was not taken, and a call to see who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from activities.cloud_events import ping
from activities.webhooks import call_of
from api.headers import ActAs
from api.holding import holder_of
from api.language import Words
from api.problems import Problem
from api.routes.subscriptions import SubscriptionId
from api.subscription_forms import Answered, Deliveries, DeliveryTold, Replay, Replayed
from eventlog.dead_letters import Delivery

__all__ = ["router"]

router = APIRouter(prefix="/v1/subscriptions/{subscription_id}", tags=["integrations"])
_FAR = 2**53 - 1
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/deliveries", operation_id="list_deliveries")
async def list_deliveries(
    subscription_id: SubscriptionId, request: Request, limit: Limit = 50, act_as: ActAs = None
) -> Deliveries:
    """The last attempts, newest first, with status and time; of the last seven days."""
    holder = await holder_of(request, act_as)
    await holder.own(subscription_id)
    ledger = holder.desk.telling.ledger
    return _told(await ledger.recent(subscription_id, limit, holder.bodies))


@router.get("/dead", operation_id="list_dead")
async def list_dead(
    subscription_id: SubscriptionId,
    request: Request,
    after: Annotated[int, Query(ge=-1, le=_FAR)] = -1,
    limit: Limit = 50,
    act_as: ActAs = None,
) -> Deliveries:
    """What was not taken after many attempts, and what came after it in the same cases."""
    holder = await holder_of(request, act_as)
    await holder.own(subscription_id)
    ledger = holder.desk.telling.ledger
    return _told(await ledger.dead(subscription_id, after, limit, holder.bodies))


@router.post("/replay", operation_id="replay", status_code=202)
async def replay(
    subscription_id: SubscriptionId, form: Replay, request: Request, act_as: ActAs = None
) -> Replayed:
    """Send again: the dead events of a case or of all, or everything after a position.

    Whatever may have been sent before is marked as a further attempt.
    """
    holder = await holder_of(request, act_as)
    one = await holder.own(subscription_id)
    if form.after is not None and form.case_id is not None:
        detail = Words(
            "Chỉ nêu một trong hai: case_id hoặc after.", "Name a case or a position, not both."
        )
        raise Problem("invalid", errors=[{"pointer": "/after", "detail": detail}])
    await holder.take_over(subscription_id)
    ledger = holder.desk.telling.ledger
    if form.after is None:
        return Replayed(revived=await ledger.revive(subscription_id, form.case_id))
    await ledger.again_after(subscription_id, form.after)
    return Replayed(revived=0, after=min(form.after, one.looked))


@router.post("/test", operation_id="ping_subscription")
async def ping_subscription(
    subscription_id: SubscriptionId, request: Request, act_as: ActAs = None
) -> Answered:
    """Call the receiver once with a message that is no event (type vn.hoiam.ping.v1)."""
    holder = await holder_of(request, act_as)
    one, telling, now = await holder.own(subscription_id), holder.desk.telling, datetime.now(UTC)
    event = ping(telling.source, now, subscription_id)
    async with telling.sender.opened(one.wish.url) as post:
        reply = await post(call_of(one, event, 1, now))
    return Answered(
        taken=reply.taken, status=reply.status, error=reply.error, milliseconds=reply.milliseconds
    )


def _told(deliveries: Sequence[Delivery]) -> Deliveries:
    return Deliveries(deliveries=[DeliveryTold(**asdict(one)) for one in deliveries])
