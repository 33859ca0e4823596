"""The workflow of one case: it queues commands, minds one timer, and keeps nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.messages import (
        HANDLE_COMMAND,
        LOOK,
        TAKE_REPORT,
        WAKE,
        Answer,
        CaseFacts,
        CaseInput,
        Instant,
        SignedCommand,
    )

__all__ = ["UNAVAILABLE", "CaseWorkflow"]

#: The type of the failure of a command that could not be tried in time.
UNAVAILABLE = "Unavailable"
#: An officer waits this long and no longer; the outcome can be looked up by key.
_PATIENCE = timedelta(seconds=5)
_ATTEMPT = timedelta(seconds=4)
#: In virtual time the patience of a local activity does not end, its attempts do; otherwise they
#: are more than there is time for.
_QUICK = RetryPolicy(
    initial_interval=timedelta(milliseconds=50),
    maximum_interval=timedelta(seconds=1),
    maximum_attempts=10,
)
_STUBBORN = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
)
_MICROSECOND = timedelta(microseconds=1)
#: A local activity that was given up raises its last failure bare, one that timed out does not.
_FAILED = (ActivityError, ApplicationError)

R = TypeVar("R")


@workflow.defn(name="Case")
class CaseWorkflow:
    """Everything it knows can be read from the log again, so nothing here needs migrating."""

    @workflow.init
    def __init__(self, given: CaseInput) -> None:
        self._case_id = given.case_id
        self._history_limit = given.history_limit
        self._lock = asyncio.Lock()
        self._facts: CaseFacts | None = None
        self._offset = timedelta()
        self._stale = False

    @workflow.run
    async def run(self, given: CaseInput) -> None:
        """Mind the timer until the case has ended or the history has grown long."""
        await self._open(given)
        while await self._goes_on():
            await self._sleep()
        if self._alive:
            workflow.continue_as_new(
                CaseInput(
                    case_id=self._case_id,
                    not_before=self._now(),
                    clock_offset_us=self._offset // _MICROSECOND,
                    history_limit=self._history_limit,
                )
            )

    @workflow.update(name="command")
    async def command(self, command: SignedCommand) -> Answer:
        """Handle a command in one transaction; a refusal is an answer, not a failure."""
        await self._opened()
        async with self._lock:
            answer = await self._handle(command)
        self._learn(answer)
        return answer

    @workflow.signal(name="look_again")
    def look_again(self) -> None:
        """Another case's transaction changed this one: read the log again."""
        self._stale = True

    async def _goes_on(self) -> bool:
        """Whether there is more to mind; a command may reopen the case as the handlers finish."""
        if not self._alive or self._long:
            await workflow.wait_condition(workflow.all_handlers_finished)
        return self._alive and not self._long

    async def _open(self, given: CaseInput) -> None:
        message = Instant(case_id=given.case_id, now=workflow.now())
        if given.start is not None:
            await self._surely(TAKE_REPORT, None, given, workflow.now())
        facts = await self._surely(LOOK, CaseFacts, message)
        if given.not_before is None or workflow.info().continued_run_id is None:
            # Only a run of ours hands its time over to the next one.
            self._offset = facts.clock_offset_us * _MICROSECOND
        else:
            # A run that follows another keeps what the server skipped: counting the installation's
            # whole advance again would double it.
            carried = given.clock_offset_us * _MICROSECOND
            self._offset = max(carried, given.not_before - workflow.now())
        self._facts = facts

    async def _opened(self) -> None:
        """Wait for the run's first look, but not longer than an officer does."""
        if self._facts is not None:
            return
        try:
            await workflow.wait_condition(lambda: self._facts is not None, timeout=_PATIENCE)
        except TimeoutError as error:
            raise _unavailable() from error

    async def _sleep(self) -> None:
        """Wait for the armed timer; one that was moved later is left alone and fires early."""
        armed = self._next
        wait = max(armed - self._now(), timedelta()) if armed else None
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._disturbed(armed), timeout=wait)
        if self._stale:
            self._stale = False
            await self._look()
        if self._next is not None and self._next <= self._now():
            await self._wake()

    def _disturbed(self, armed: datetime | None) -> bool:
        earlier = self._next is not None and (armed is None or self._next < armed)
        return earlier or self._stale or self._long or not self._alive

    async def _handle(self, command: SignedCommand) -> Answer:
        try:
            answer: Answer = await workflow.execute_local_activity(
                HANDLE_COMMAND,
                args=[command, self._now()],
                result_type=Answer,
                schedule_to_close_timeout=_PATIENCE,
                start_to_close_timeout=_ATTEMPT,
                retry_policy=_QUICK,
            )
        except _FAILED as error:
            _raise_if_final(error)
            raise _unavailable() from error
        return answer

    async def _wake(self) -> None:
        message = Instant(case_id=self._case_id, now=self._now())
        self._learn(await self._surely(WAKE, Answer, message))

    async def _look(self) -> None:
        message = Instant(case_id=self._case_id, now=self._now())
        self._facts = await self._surely(LOOK, CaseFacts, message)

    async def _surely(self, name: str, result: type[R] | None, *args: object) -> R:
        """Quickly if the database answers; else as a regular activity until it does again.

        A local activity that retries for long would hold the workflow task.
        """
        try:
            async with self._lock:
                done: R = await workflow.execute_local_activity(
                    name,
                    args=args,
                    result_type=result,
                    schedule_to_close_timeout=_PATIENCE,
                    start_to_close_timeout=_ATTEMPT,
                    retry_policy=_QUICK,
                )
        except _FAILED as error:
            _raise_if_final(error)
            done = await workflow.execute_activity(
                name,
                args=args,
                result_type=result,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=_STUBBORN,
            )
        return done

    def _learn(self, answer: Answer) -> None:
        facts = self._facts or CaseFacts(exists=True)
        if answer.version < facts.version:
            return
        changes = answer.model_dump(include={"version", "open", "next_wakeup"})
        self._facts = facts.model_copy(update=changes)

    def _now(self) -> datetime:
        return workflow.now() + self._offset

    @property
    def _next(self) -> datetime | None:
        return self._facts.next_wakeup if self._facts else None

    @property
    def _alive(self) -> bool:
        return self._facts is not None and self._facts.open

    @property
    def _long(self) -> bool:
        return workflow.info().get_current_history_length() >= self._history_limit


def _raise_if_final(error: ActivityError | ApplicationError) -> None:
    """What no further attempt can mend is the outcome."""
    if isinstance(error, ApplicationError) and error.non_retryable:
        raise error


def _unavailable() -> ApplicationError:
    message = "The command could not be handled in time; ask for its outcome by key."
    return ApplicationError(message, type=UNAVAILABLE, non_retryable=True)
