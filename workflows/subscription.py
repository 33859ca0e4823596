"""The workflow of one subscription: it sees to it that somebody delivers, and keeps nothing."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.messages import DELIVER, Shift, SubscriptionInput

__all__ = ["SubscriptionWorkflow"]

#: Longer than any shift; a worker that was killed is noticed by its silence.
_LONGEST = timedelta(minutes=30)
_SILENCE = timedelta(seconds=10)
_STUBBORN = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
)


@workflow.defn(name="Subscription")
class SubscriptionWorkflow:
    """How far the subscription has come is in PostgreSQL: a lost run starts anew from there."""

    def __init__(self) -> None:
        self._stirred = False

    @workflow.run
    async def run(self, given: SubscriptionInput) -> None:
        """One shift after another; while it is paused, wait until somebody says so."""
        while workflow.info().get_current_history_length() < given.history_limit:
            self._stirred = False
            shift = await self._shift(given)
            if shift.gone:
                return
            if not shift.active:
                await workflow.wait_condition(lambda: self._stirred)
        workflow.continue_as_new(given)

    @workflow.signal(name="look_again")
    def look_again(self) -> None:
        """The subscription was changed."""
        self._stirred = True

    async def _shift(self, given: SubscriptionInput) -> Shift:
        shift: Shift = await workflow.execute_activity(
            DELIVER,
            given,
            result_type=Shift,
            start_to_close_timeout=_LONGEST,
            heartbeat_timeout=_SILENCE,
            retry_policy=_STUBBORN,
        )
        return shift
