"""Record the history of a subscription's workflow that every later version must replay.

``python -m tests.replay.record_subscription`` writes it; once stored it is never written anew.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from uuid import uuid4

from temporalio.client import WorkflowHistory

from eventlog.subscriptions import Standing, Subscription, Subscriptions, Wish
from tests.activities.receiver import Receiver, receiving
from tests.replay.key import HISTORIES, write_key
from tests.stacks import CLASSIC, Site, opened
from workflows.subscribing import subscription_workflow_id

__all__ = ["STORED"]

STORED = HISTORIES / "subscription" / "paused_resumed_ended.json"
_FREE = "select claimed_until = '-infinity' from subscription where subscription_id = $1"


async def live(site: Site, receiver: Receiver) -> Subscription:
    """It delivers, is paused and resumed until its run hands over, and is ended."""
    log, name = site.office.log, str(uuid4())
    subscriptions = Subscriptions(log.pool, log.keys)
    standing = Standing("integration", "unit:79", "79", frozenset({"unit:79"}))
    wish = Wish(receiver.url)
    one = await subscriptions.make(name, f"key/{name}", bytes(32), standing, wish, -1)
    for _ in range(6):
        await _delivered(receiver, await site.report(CLASSIC))
        await subscriptions.set_state(one.subscription_id, "paused", "by_request")
        await site.report(CLASSIC)
        while not await log.pool.fetchval(_FREE, one.subscription_id):
            await asyncio.sleep(0.1)
        await subscriptions.set_state(one.subscription_id, "active", None)
    await subscriptions.remove(one.subscription_id)
    return one


async def _delivered(receiver: Receiver, case_id: str) -> None:
    while len(receiver.order(case_id)) < 2:
        await asyncio.sleep(0.05)


async def _histories(site: Site, one: Subscription) -> list[WorkflowHistory]:
    client, own = site.office.client, subscription_workflow_id(one.subscription_id)
    await site.office.subscribing.handle(one.subscription_id).result()
    await asyncio.sleep(2)  # the list of runs lags behind
    runs = [run async for run in client.list_workflows(f'WorkflowId = "{own}"')]
    runs.sort(key=lambda run: run.start_time)
    handles = [client.get_workflow_handle(own, run_id=run.run_id) for run in runs]
    return [await handle.fetch_history() for handle in handles]


async def record() -> None:
    """Live it on a fresh installation in real time."""
    with tempfile.TemporaryDirectory() as folder:
        write_key(Path(folder) / "keys")
        changed = {"webhook_private_networks": True, "history_limit": 50}
        real = opened(Path(folder), virtual_time=False, supervised=False, **changed)
        async with real as site, receiving() as receiver:
            await site.start_work()
            found = await _histories(site, await live(site, receiver))
            await site.finish()
    runs = [{"id": run.workflow_id, "history": run.to_json_dict()} for run in found]
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(json.dumps(runs, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(record())
