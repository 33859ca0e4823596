"""The time that a virtual stack was moved by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from eventlog.pg import Pool
from eventlog.records import Append, CaseAppend
from eventlog.store import EventStore
from eventlog.virtual_clock import advance, advanced, behind
from tests.eventlog.sample import START, project, reported


async def test_a_new_stack_is_at_real_time_and_moves_forward_only(pool: Pool) -> None:
    assert await advanced(pool) == timedelta(0)
    assert await advance(pool, timedelta(days=2)) == timedelta(days=2)
    assert await advance(pool, timedelta(microseconds=1)) == timedelta(days=2, microseconds=1)
    with pytest.raises(ValueError, match="backwards"):
        await advance(pool, timedelta(seconds=-1))
    assert await advanced(pool) == timedelta(days=2, microseconds=1)


async def _wakes(store: EventStore, case_id: str, base: int, after: timedelta) -> None:
    """A case whose clock is shifted by ``base`` seconds, due ``after`` its own beginning."""
    first = reported(f"C-{case_id}")
    shifted = replace(first, body=first.body.model_copy(update={"clock_base": base}))
    row = replace(project(case_id, [shifted]), next_wakeup=START + after)
    await store.append([Append(None, [CaseAppend(case_id, 0, None, [shifted], row)])])


async def test_what_is_due_is_due_by_the_cases_own_clock(store: EventStore) -> None:
    hour = timedelta(hours=1)
    await _wakes(store, "plain", 0, hour)
    await _wakes(store, "shifted", -7_200, hour)
    assert await behind(store.pool, START + hour - timedelta(seconds=1)) is None
    assert await behind(store.pool, START + hour) == "plain"
    await store.pool.execute("update case_row set open = false where case_id = 'plain'")
    assert await behind(store.pool, START + 3 * hour - timedelta(seconds=1)) is None
    assert await behind(store.pool, START + 3 * hour) == "shifted"
