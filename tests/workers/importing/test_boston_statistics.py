"""What statistics say of Boston's cases is what its file says, today and as of days in the past."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.scope import Everything
from domain.statistics import Group
from eventlog.grouping import Grouping
from eventlog.statistics import Statistics, statistics, thinking
from eventlog.store import EventStore
from tests.eventlog.naive import percentile
from tests.eventlog.town_log import followed
from tests.workers.importing.files import boston, law, real_file
from workers.importing.importer import import_file

ROWS = 3_000
BOSTON = ZoneInfo("America/New_York")
Row = Mapping[str, str]


def judged() -> list[Row]:
    """The first rows with a target, a closing time and a verdict, whose times make sense."""
    with real_file().open(encoding="utf-8", newline="") as file:
        whole = (row for row in csv.DictReader(file) if _is_whole(row))
        return list(islice(whole, ROWS))


def _is_whole(row: Row) -> bool:
    if not (row["target_dt"] and row["closed_dt"] and row["ontime"]):
        return False
    return row["open_dt"] < row["target_dt"] and row["open_dt"] <= row["closed_dt"]


def at(row: Row, name: str) -> datetime:
    return datetime.fromisoformat(row[name]).replace(tzinfo=BOSTON).astimezone(UTC)


@pytest.fixture
async def city(store: EventStore, database: str, tmp_path: Path) -> EventStore:
    """Their cases, imported and followed."""
    rows, path = judged(), tmp_path / "judged.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    rejected = tmp_path / "rejected.csv"
    report = await import_file(path, boston(), store, law, rejected=rejected)
    assert report.imported == len(rows)
    await followed(store, database)
    return store


async def counted(city: EventStore, moment: datetime, by: str | None = None) -> Statistics:
    async with thinking(city.pool, timedelta(seconds=30)) as connection:
        return await statistics(connection, Everything(), moment, Grouping(by))


def on_time(group: Group) -> tuple[int, int]:
    return group.counts["answer_on_time"], group.counts["answer_due"]


def expected(rows: Sequence[Row], moment: datetime) -> tuple[int, int]:
    """By hand: closed by then, or due by then; of these, closed by its target."""
    begun = [row for row in rows if at(row, "open_dt") <= moment]
    due = [r for r in begun if min(at(r, "closed_dt"), at(r, "target_dt")) <= moment]
    kept = [r for r in due if at(r, "closed_dt") <= min(moment, at(r, "target_dt"))]
    return len(kept), len(due)


async def test_the_share_in_time_is_that_of_the_file_and_of_its_verdicts_today(
    city: EventStore,
) -> None:
    rows = judged()
    found = await counted(city, datetime.now(UTC))
    verdicts = sum(row["ontime"] == "ONTIME" for row in rows)
    assert on_time(found.total) == (verdicts, len(rows))
    for day in (5, 12, 30, 60, 100):
        moment = datetime(2011, 7, 1, 12, tzinfo=BOSTON) + timedelta(days=day)
        past = (await counted(city, moment)).total
        assert on_time(past) == expected(rows, moment)
        begun = [row for row in rows if at(row, "open_dt") <= moment]
        assert past.counts["received"] == past.counts["entered_later"] == len(begun)
        assert past.counts["closed"] == sum(at(row, "closed_dt") <= moment for row in begun)


async def test_times_are_those_from_opening_to_closing(city: EventStore) -> None:
    rows = judged()
    whole = (await counted(city, datetime.now(UTC))).total.times["whole"]
    took = sorted((at(r, "closed_dt") - at(r, "open_dt")).total_seconds() for r in rows)
    assert whole.median == pytest.approx(percentile(took, 0.5), abs=1)
    assert whole.p90 == pytest.approx(percentile(took, 0.9), abs=1)


async def test_nothing_is_said_of_what_the_file_does_not_tell(city: EventStore) -> None:
    found = (await counted(city, datetime.now(UTC), "channel")).total
    assert (found.counts["accept_done"], found.counts["assign_done"]) == (0, 0)
    assert found.counts["inform_done"] == 0
    closed = await city.pool.fetchval("select count(*) from case_row where outcome = 'redirected'")
    assert found.facets["outcome"].get("redirected", 0) == closed
    assert found.counts["solved"] == found.facets["outcome"]["solved_unconfirmed"]
