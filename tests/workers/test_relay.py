"""The relay hands over what the log promised as soon as it can; no message blocks another."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias, cast

import asyncpg
import pytest

from activities.messages import Answer
from domain.actor import Actor
from eventlog.outbox import Outbox
from eventlog.pg import Pool
from workers.relay import Relay
from workflows.gateway import Gateway

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass
class Door:
    """A gateway that remembers who came, and is shut for some."""

    pool: Pool
    shut: frozenset[str] = frozenset()
    answer: str | None = None
    came: list[str] = field(default_factory=list)
    transactions: int = 0

    async def start(self, case_id: str, _unit: str | None = None, *, look: bool = False) -> None:
        self.transactions += await self.pool.fetchval(
            "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
        )
        if case_id in self.shut:
            raise ConnectionRefusedError(case_id)
        self.came.append(f"{'look' if look else 'start'} {case_id}")

    async def command(
        self, case_id: str, name: str, _params: dict[str, object], actor: Actor, key: str
    ) -> Answer:
        self.came.append(f"{name} {case_id} {actor} {key}")
        return Answer(case_id=case_id, version=1, rejected=self.answer)


def relay_to(door: Door) -> Relay:
    return Relay(Outbox(door.pool), cast("Gateway", door))


async def put(pool: Pool | Owner, kind: str, *cases: str, **payload: str) -> None:
    await pool.executemany(
        "insert into outbox (kind, case_id, payload) values ($1, $2, $3)",
        [(kind, case_id, json.dumps(payload)) for case_id in cases],
    )


async def waiting(pool: Pool) -> list[str]:
    return [row["case_id"] for row in await pool.fetch("select case_id from outbox order by id")]


async def test_each_message_reaches_the_gateway_and_is_removed(pool: Pool) -> None:
    door = Door(pool)
    await put(pool, "start", "a", unit="26734")
    await put(pool, "look", "b")
    await put(pool, "inform", "c", key="follow/s/0/c")
    assert await relay_to(door).relay_once() == 3
    assert sorted(door.came) == ["inform c system follow/s/0/c", "look b", "start a"]
    assert await waiting(pool) == []


async def test_no_transaction_is_open_while_somebody_is_called(pool: Pool) -> None:
    door = Door(pool)
    await put(pool, "start", *"abcdefghij")
    await relay_to(door).relay_once()
    assert len(door.came) == 10
    assert door.transactions == 0


async def test_a_message_that_cannot_be_delivered_is_kept_and_harms_no_other(pool: Pool) -> None:
    door = Door(pool, shut=frozenset({"b"}))
    await put(pool, "start", "a", "b", "c")
    await put(pool, "what is this", "d")
    relay = relay_to(door)
    await relay.relay_once()
    assert door.came == ["start a", "start c"]
    assert await waiting(pool) == ["b", "d"]
    errors = await pool.fetch("select last_error from outbox order by id")
    assert [row["last_error"] for row in errors] == ["ConnectionRefusedError", "ValueError"]
    assert await relay.relay_once() == 0, "not at once again"
    await pool.execute("update outbox set leased_until = '-infinity'")
    door.shut = frozenset()
    await relay.relay_once()
    assert (door.came[2:], await waiting(pool)) == (["start b"], ["d"])


async def test_an_outage_of_weeks_does_not_break_the_counting_of_attempts(pool: Pool) -> None:
    door = Door(pool, shut=frozenset({"b"}))
    await put(pool, "start", "b", "a")
    await pool.execute("update outbox set attempts = 100000 where case_id = 'b'")
    await relay_to(door).relay_once()
    assert (door.came, await waiting(pool)) == (["start a"], ["b"])
    later = "select leased_until - clock_timestamp() from outbox"
    assert timedelta() < await pool.fetchval(later) <= timedelta(seconds=16)


async def test_a_lease_of_a_relay_that_died_ends_and_another_one_delivers(pool: Pool) -> None:
    door = Door(pool)
    await put(pool, "start", "a")
    assert len(await Outbox(pool).lease(10, 0.5)) == 1
    assert await relay_to(door).relay_once() == 0
    await asyncio.sleep(0.6)
    assert await relay_to(door).relay_once() == 1
    assert (door.came, await waiting(pool)) == (["start a"], [])


async def test_two_relays_share_the_work_and_deliver_each_message_once(pool: Pool) -> None:
    door = Door(pool)
    cases = [f"case-{number:03}" for number in range(300)]
    await put(pool, "start", *cases)
    one, two = relay_to(door), relay_to(door)
    while sum(await asyncio.gather(one.relay_once(), two.relay_once())):
        pass
    assert sorted(door.came) == [f"start {case_id}" for case_id in cases]


@pytest.mark.parametrize(
    ("answer", "kept"), [(None, []), ("wrong_state", []), ("unknown_case", ["m"])]
)
async def test_informing_a_merged_reporter_is_done_when_it_was_done_or_is_not_due(
    pool: Pool, answer: str | None, kept: list[str]
) -> None:
    await put(pool, "inform", "m", key="follow/s/0/m")
    await relay_to(Door(pool, answer=answer)).relay_once()
    assert await waiting(pool) == kept


async def test_it_stops_at_once_when_asked_to(pool: Pool) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(relay_to(Door(pool)).run(stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, 2)


async def test_it_goes_on_after_its_connections_were_lost(pool: Pool, owner: Owner) -> None:
    door, stop = Door(pool), asyncio.Event()
    running = asyncio.create_task(relay_to(door).run(stop))
    await put(pool, "start", "a")
    while await waiting(pool):
        await asyncio.sleep(0.02)
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    await put(owner, "start", "b")
    async with asyncio.timeout(10):
        while len(door.came) < 2:
            await asyncio.sleep(0.05)
    stop.set()
    await running
    assert door.came == ["start a", "start b"]
