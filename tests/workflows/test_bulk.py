"""The workflow of a bulk by itself: it goes on until a part says that nothing is left."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.messages import RUN_BULK, BulkInput
from tests.stacks import Site
from workers.sandbox import sandbox
from workflows.bulk import BulkWorkflow

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("site")]


async def test_one_that_is_started_again_just_as_it_ends_looks_once_more(site: Site) -> None:
    parts: list[str] = []
    ending, ended = asyncio.Event(), asyncio.Event()

    @activity.defn(name=RUN_BULK)
    async def part(given: BulkInput) -> bool:
        parts.append(given.bulk_id)
        ending.set()
        await ended.wait()
        return False

    client, queue = site.office.client, f"bulk-{uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BulkWorkflow],
        activities=[part],
        workflow_runner=sandbox(),
    ):
        handle = await client.start_workflow(
            BulkWorkflow.run, BulkInput(bulk_id="b"), id=f"bulk/{uuid4()}", task_queue=queue
        )
        await ending.wait()
        await handle.signal(BulkWorkflow.go_on)
        ended.set()
        await handle.result()
    assert parts == ["b", "b"]


async def test_a_part_that_fails_is_tried_again_until_it_succeeds(site: Site) -> None:
    said: list[bool | ApplicationError] = [ApplicationError("away"), True, False]

    @activity.defn(name=RUN_BULK)
    async def part(given: BulkInput) -> bool:
        answer = said.pop(0)
        if isinstance(answer, ApplicationError):
            raise answer
        return answer

    client, queue = site.office.client, f"bulk-{uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[BulkWorkflow],
        activities=[part],
        workflow_runner=sandbox(),
    ):
        await client.execute_workflow(
            BulkWorkflow.run, BulkInput(bulk_id="b"), id=f"bulk/{uuid4()}", task_queue=queue
        )
    assert said == []
