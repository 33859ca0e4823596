"""The workflow of a bulk: it has one part after another done, and keeps nothing itself."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.messages import RUN_BULK, BulkInput

__all__ = ["BulkWorkflow"]

#: A worker that was killed is noticed after this long without a sign of life.
_SIGN_OF_LIFE = timedelta(seconds=15)
_STUBBORN = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
)


@workflow.defn(name="Bulk")
class BulkWorkflow:
    """What was done already is known to the log, so any part may be begun again."""

    @workflow.init
    def __init__(self, given: BulkInput) -> None:  # noqa: ARG002 - as `run` has it
        self._again = False

    @workflow.run
    async def run(self, given: BulkInput) -> None:
        """Go on until nothing is left to do, or it was stopped."""
        more = True
        while more or self._again:
            self._again = False
            more = await workflow.execute_activity(
                RUN_BULK,
                given,
                result_type=bool,
                start_to_close_timeout=timedelta(minutes=2),
                heartbeat_timeout=_SIGN_OF_LIFE,
                retry_policy=_STUBBORN,
            )

    @workflow.signal(name="go_on")
    def go_on(self) -> None:
        """It was started, perhaps again just as it was about to end."""
        self._again = True
