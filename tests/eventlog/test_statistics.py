"""Statistics as of any moment are what one counts by hand from the events until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.events import Event
from domain.period import STAGES
from domain.scope import Everything, Is, OneOf, Scope
from domain.statistics import FACETS, Group
from eventlog.grouping import Grouping
from eventlog.inbox import TooBroad
from eventlog.pg import Pool
from eventlog.statistics import Statistics, statistics, thinking, units_of
from eventlog.store import EventStore
from tests.domain.lives import season
from tests.domain.town import ZONE
from tests.eventlog import naive
from tests.eventlog.naive import Life
from tests.eventlog.town_log import followed, written

Histories = Mapping[str, Sequence[Event]]
LONG = timedelta(seconds=30)
SHARED = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)


async def counted(
    pool: Pool, scope: Scope, at: datetime, grouping: Grouping | None = None
) -> Statistics:
    async with thinking(pool, LONG) as connection:
        return await statistics(connection, scope, at, grouping)


def moments(histories: Histories) -> list[datetime]:
    """Moments at which something happened, in order."""
    return sorted({event.occurred_at for history in histories.values() for event in history})


def check(group: Group, lived: Sequence[Life]) -> None:
    """A group's numbers are those counted by hand."""
    found = {name: cases for name, cases in group.counts.items() if cases}
    found.pop("entered_later", None)
    assert found == naive.counts(lived)
    for name in FACETS:
        assert group.facets[name] == naive.facets(lived, name)
    for stage in STAGES:
        told, expected = group.times.get(stage), naive.times(lived, stage)
        assert (told is None) == (expected is None), stage
        if told and expected:
            assert (told.median, told.p90) == pytest.approx(expected)
    waiting = [life.waits_since for life in lived if life.waits_since is not None]
    assert (group.oldest.since if group.oldest else None) == min(waiting, default=None)


def by_month(life: Life) -> str:
    return life.case.reported_at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-01")


GROUPINGS: Sequence[tuple[Grouping, Callable[[Life], str]]] = (
    (Grouping("category"), lambda life: life.case.category),
    (Grouping("channel"), lambda life: life.case.channel),
    (Grouping("period", "month", ZONE), by_month),
    (
        Grouping("unit", places={"26734": "26737~2025", "26737": "26737~2025"}),
        lambda life: (
            life.case.unit.replace("26734", "26737~2025")
            if life.case.unit != "26737"
            else "26737~2025"
        ),
    ),
)


@SHARED
@given(seed=st.integers(0, 10_000), data=st.data())
async def test_every_number_at_every_moment_is_the_one_counted_by_hand(
    store: EventStore, database: str, seed: int, data: st.DataObject
) -> None:
    histories = season(seed, cases=8, steps=90, prefix=f"{uuid4()}/")
    await written(store, histories)
    await followed(store, database)
    scope = OneOf("case_id", frozenset(histories))
    times = moments(histories)
    chosen = data.draw(st.lists(st.sampled_from(times), min_size=2, max_size=4, unique=True))
    for at in [*chosen, chosen[0] - timedelta(microseconds=1), times[-1] + timedelta(days=400)]:
        lived = naive.lives(histories, at)
        found = await counted(store.pool, scope, at)
        check(found.total, lived)
        assert found.groups == ()
        grouping, key = data.draw(st.sampled_from(GROUPINGS))
        grouped = await counted(store.pool, scope, at, grouping)
        check(grouped.total, lived)
        assert {one.key for one in grouped.groups} == {key(life) for life in lived}
        for group in grouped.groups:
            check(group, [life for life in lived if key(life) == group.key])


async def test_by_body_each_number_goes_by_whose_it_is(store: EventStore, database: str) -> None:
    histories = {case: life for seed in range(4) for case, life in season(seed, cases=10).items()}
    await written(store, histories)
    await followed(store, database)
    at = moments(histories)[-1]
    lived = [one for one in naive.lives(histories, at) if one.case.state != "merged"]
    found = await counted(store.pool, Everything(), at, Grouping("body"))
    by_body = {group.key: group for group in found.groups}
    for body, group in by_body.items():
        assert group.counts["open"] == sum(
            one.case.open and one.case.accountable == body for one in lived
        )
    for stage in ("accept", "assign", "answer"):
        for number in (f"{stage}_due", f"{stage}_on_time", f"{stage}_done"):
            told = sum(group.counts[number] for group in by_body.values())
            assert told == found.total.counts[number]
    late = [one for one in lived if one.verdict("answer") == "late"]
    assert len(late) > 3
    first = [first_missed(one) for one in late]
    for body, group in by_body.items():
        missed = group.counts["answer_due"] - group.counts["answer_on_time"]
        assert missed >= first.count(body)


def first_missed(life: Life) -> str | None:
    """Whose answer clock ran out first."""
    for event in life.events:
        said = event.body.model_dump()
        if event.type == "DeadlineMissed" and said["kind"] == "answer":
            return str(said["body"])
    return None


async def test_a_scope_that_nothing_meets_has_zeros_and_no_groups(pool: Pool) -> None:
    at = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    found = await counted(pool, Is("unit", "26734"), at, Grouping("category"))
    assert set(found.total.counts.values()) == {0}
    assert (found.groups, found.total.oldest, found.total.times) == ((), None, {})


async def test_the_past_does_not_change_when_more_happens(store: EventStore, database: str) -> None:
    histories = season(11, cases=10, steps=120)
    times = moments(histories)
    at = times[len(times) // 2]
    earlier = {case: [e for e in life if e.occurred_at <= at] for case, life in histories.items()}
    await written(store, {case: life for case, life in earlier.items() if life})
    await followed(store, database)
    before = await counted(store.pool, Everything(), at, Grouping("category"))
    for case_id, history in histories.items():
        await continued(store, case_id, history[len(earlier[case_id]) :])
    await followed(store, database)
    assert (await counted(store.pool, Everything(), times[-1])).total != before.total
    after = await counted(store.pool, Everything(), at, Grouping("category"))
    assert after == before


async def continued(store: EventStore, case_id: str, later: Sequence[Event]) -> None:
    """Write what happened to a case after what is there; to a new one all of it."""
    from domain.project import row_from  # noqa: PLC0415
    from eventlog.records import Append, CaseAppend  # noqa: PLC0415

    if not later:
        return
    now = await store.snapshot(case_id)
    if now.version == 0:
        await written(store, {case_id: later})
        return
    events = [*(seen.event for seen in now.events), *later]
    row = row_from(case_id, events)
    await store.append(
        [Append(None, [CaseAppend(case_id, now.version, now.hash, later, row, now.key)])]
    )


async def test_what_is_entered_late_changes_the_past_and_is_told(
    store: EventStore, database: str
) -> None:
    histories = season(2)
    await written(store, histories)
    await followed(store, database)
    at = moments(histories)[-1]
    found = await counted(store.pool, Everything(), at)
    assert found.total.counts["entered_later"] == found.total.counts["received"] > 0
    now = datetime.now(ZoneInfo("UTC")) + timedelta(minutes=1)
    assert (await counted(store.pool, Everything(), now)).total.counts["entered_later"] == 0


async def test_a_question_that_takes_too_long_is_given_up(pool: Pool) -> None:
    with pytest.raises(TooBroad):
        async with thinking(pool, timedelta(milliseconds=20)) as connection:
            await connection.execute("select pg_sleep(5)")
    assert await pool.fetchval("select true")


async def test_the_units_of_a_scope_are_told(store: EventStore, database: str) -> None:
    histories = season(2, cases=10)
    await written(store, histories)
    await followed(store, database)
    at = moments(histories)[-1]
    async with thinking(store.pool, LONG) as connection:
        found = await units_of(connection, Everything(), at)
    assert sorted(found) == sorted({life.case.unit for life in naive.lives(histories, at)})
