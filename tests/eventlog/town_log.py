"""Seasons of the small town in a real log, sealed, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.events import CaseReported, Event
from domain.project import row_from
from eventlog.periods import CasePeriods
from eventlog.pg import Pool
from eventlog.projector import Projector, step
from eventlog.records import Append, CaseAppend
from eventlog.sealer import Sealer
from eventlog.store import EventStore

__all__ = ["followed", "followed_by_steps", "sealed", "table", "written"]

Histories = Mapping[str, Sequence[Event]]


def _coded(case_id: str, history: Sequence[Event]) -> list[Event]:
    """The same history under a public code of its own."""
    first = history[0]
    assert isinstance(first.body, CaseReported)
    body = first.body.model_copy(update={"code": f"C-{case_id}"})
    return [replace(first, body=body), *history[1:]]


async def written(store: EventStore, histories: Histories) -> None:
    """Write whole histories, a case at a time."""
    for case_id, history in histories.items():
        events = _coded(case_id, history)
        case = CaseAppend(case_id, 0, None, events, row_from(case_id, events))
        await store.append([Append(None, [case])])


async def sealed(dsn: str) -> None:
    """Give everything that is written its place in the order."""
    sealer = Sealer(dsn)
    while await sealer.seal_once():
        pass
    await sealer.close()


async def followed(store: EventStore, dsn: str) -> None:
    """Seal, and let the periods follow."""
    await sealed(dsn)
    await Projector(store.pool, store.keys, [CasePeriods()]).catch_up()


async def followed_by_steps(store: EventStore, limits: Sequence[int]) -> None:
    """Let the periods follow from the beginning, by so many events at a time in turn."""
    await store.pool.execute("delete from case_period")
    await store.pool.execute(
        "insert into projection (name, position) values ('case_period', -1) "
        "on conflict (name) do update set position = -1"
    )
    number = 0
    async with store.pool.acquire() as connection:
        while await step(connection, CasePeriods(), store.keys, limits[number % len(limits)]):
            number += 1


async def table(pool: Pool) -> list[tuple[object, ...]]:
    """All periods, in order."""
    rows = await pool.fetch("select * from case_period order by case_id, valid_from")
    return [tuple(row) for row in rows]
