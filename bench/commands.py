"""Commands, against a bare Temporal update with a one-insert local activity; and history size."""

from __future__ import annotations

import uuid
from datetime import timedelta
from statistics import median
from typing import Any

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.messages import Answer
from bench.figures import Figure
from bench.office import at_a_time, fresh_office, rate
from bench.tables import bench_table
from domain.actor import REPORTER, Actor
from domain.report import Report
from workers.bootstrap import Office
from workers.worker import build_worker
from workflows.gateway import Unavailable, workflow_id

_WIDTH = 50
_CASES = 100
_ROUNDS = 3
_TRIES = 5
_UNIT = "unit:26737"
_INTAKE = Actor.parse(f"intake_officer@{_UNIT}")
_OFFICER = Actor.parse(f"case_officer@{_UNIT}")
_LEADER = Actor.parse(f"leader@{_UNIT}")
_ANSWER = {"text": "Đã vá.", "act": "Vá mặt đường", "done_on": "2026-01-05", "evidence": ["ảnh"]}
#: The life of a case from acceptance to its close.
_LIFE: list[tuple[str, Actor, dict[str, Any]]] = [
    ("accept", _INTAKE, {}),
    ("classify", _INTAKE, {"category": "drainage_flood"}),
    ("assign", _INTAKE, {"lead": _UNIT}),
    ("take", _OFFICER, {}),
    ("note", _OFFICER, {"text": "Đã đến hiện trường."}),
    ("draft_response", _OFFICER, _ANSWER),
    ("approve_response", _LEADER, {}),
    ("inform", _INTAKE, {"text": "Đã xử lý."}),
    ("close", _INTAKE, {"outcome": "solved_unconfirmed"}),
]


@workflow.defn(sandboxed=False)
class BareWorkflow:
    """The least a durable command can cost: an update, a local activity, an insert."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def insert(self, payload: str) -> str:
        done: str = await workflow.execute_local_activity(
            "insert", payload, result_type=str, start_to_close_timeout=timedelta(seconds=5)
        )
        return done


async def _reported(office: Office, count: int) -> list[str]:
    now = await office.log.now()
    cases: list[str] = []

    async def report(_: int) -> None:
        form = Report(unit="26737", category="road", text="Ổ gà lớn", channel="zalo")
        receipt = await office.log.intake.take(form, REPORTER, str(uuid.uuid4()), now)
        cases.append(receipt.case_id)
        await office.gateway.start(receipt.case_id)

    await at_a_time(16, count, report)
    return cases


async def _answered(
    office: Office, case_id: str, name: str, actor: Actor, params: dict[str, Any]
) -> Answer:
    """A busy server may leave one of fifty waiting for too long: ask again under the same key."""
    key = str(uuid.uuid4())
    for _ in range(_TRIES):
        try:
            return await office.gateway.command(case_id, name, params, actor, key)
        except Unavailable:
            print(f"  {name} was not answered in time; asked again", flush=True)
    raise RuntimeError(f"{name}: not answered in {_TRIES} tries.")


async def _live(office: Office, cases: list[str]) -> float:
    async def live(number: int) -> None:
        case_id, (name, actor, params) = cases[number % len(cases)], _LIFE[number // len(cases)]
        answer = await _answered(office, case_id, name, actor, params)
        if answer.rejected:
            raise RuntimeError(f"{name}: {answer.rejected} {answer.detail}")

    return await rate(_WIDTH, len(cases) * len(_LIFE), live)


async def _events_per_command(office: Office, cases: list[str]) -> float:
    lengths = []
    for case_id in cases[:20]:
        handle = office.client.get_workflow_handle(workflow_id(case_id))
        lengths.append((await handle.describe()).history_length)
    return median(lengths) / len(_LIFE)


async def measure() -> list[Figure]:
    async with fresh_office() as office, bench_table(office) as insert:

        @activity.defn(name="insert")
        async def write(payload: str) -> str:
            await insert(payload.encode())
            return payload

        bare_worker = Worker(
            office.client,
            task_queue="bare",
            workflows=[BareWorkflow],
            activities=[write],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_concurrent_local_activities=100,
        )
        async with build_worker(office), bare_worker:
            bare_ids = await _bare_started(office)

            async def update(number: int) -> None:
                handle = office.client.get_workflow_handle(bare_ids[number % len(bare_ids)])
                await handle.execute_update(BareWorkflow.insert, "x" * 200)

            pairs, cases = [], list[str]()
            for _ in range(_ROUNDS):
                cases = await _reported(office, _CASES)
                bare = await rate(_WIDTH, _CASES * len(_LIFE), update)
                pairs.append((await _live(office, cases), bare))
            per_command = await _events_per_command(office, cases)
    ours, bare = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return [
        Figure("commands", ours, bare, ratio, 0.7, "/s"),
        Figure("history_events_per_command", per_command, None, per_command, 8, "", at_most=True),
    ]


async def _bare_started(office: Office) -> list[str]:
    ids = [f"bare/{number}" for number in range(_CASES)]

    async def start(number: int) -> None:
        await office.client.start_workflow(BareWorkflow.run, id=ids[number], task_queue="bare")

    await at_a_time(16, _CASES, start)
    return ids
