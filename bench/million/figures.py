"""What a million cases cost: pages, histories, counts and whole lives, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from random import Random
from statistics import median, quantiles

from bench.figures import Figure
from bench.load import in_turns
from bench.million.site import Site, site
from bench.million.work import UNIT, lives_per_second
from bench.servers import served
from domain.scope import Everything
from eventlog.inbox import counts, reading
from workers.worker import running

__all__ = ["measure"]

_SMALL, _LARGE = 10_000, 1_000_000
_ROUNDS = 3
#: Of fewer, chance alone would decide how slow the slowest are.
_CALLS = 1_000
_LIVES = 100
_COUNTED = 40
_RANDOM = Random(11)
_FILTERS = (
    "open=true",
    "open=true&severity=hot_spot&severity=attention",
    "state=received&state=accepted&sort=received",
    "overdue=true&category=road",
    "rung=province&open=true",
    "category=waste&channel=zalo&sort=severity",
)
_P95, _P99 = 0.95, 0.99
_MILLISECONDS = 1000

#: Cases that climbed to a province, and others of the same communes.
_OF_A_PROVINCE = """
select case_id from case_row
where unit in (select unit from case_row where accountable = $1) limit 2000
"""
#: An address, and what is asked there.
Asked = tuple[str, list[bytes]]


async def measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        empty, small, large = [
            await stack.enter_async_context(site(cases)) for cases in (0, _SMALL, _LARGE)
        ]
        bare = await stack.enter_async_context(served("bare", large.office))
        return [
            await _pages(small, large),
            await _histories(large, bare),
            await _counts_of_provinces(large),
            await _counts_of_the_country(large),
            await _lives(empty, large),
        ]


async def _pages(small: Site, large: Site) -> Figure:
    """Pages of 50 with filters, without counts: those have figures of their own."""
    return await _p99(
        "inbox_page_p99", 2, lambda: [(at.address, _leafed(at)) for at in (large, small)]
    )


def _leafed(place: Site) -> list[bytes]:
    codes = list(place.leaders)
    return place.requests(
        [
            (f"/v1/cases?{_RANDOM.choice(_FILTERS)}&limit=50&counts=false", _RANDOM.choice(codes))
            for _ in range(_CALLS)
        ]
    )


async def _histories(large: Site, bare: str) -> Figure:
    """Histories of cases of one province, asked for by its leader."""
    code = "01"
    sample = await large.office.log.pool.fetch(_OF_A_PROVINCE, await _body(large, code))
    every = large.requests([(f"/v1/cases/{row['case_id']}/history", code) for row in sample])

    def some() -> list[bytes]:
        return _RANDOM.choices(every, k=_CALLS)

    return await _p99("history_p99", 3, lambda: [(at, some()) for at in (large.address, bare)])


async def _body(place: Site, code: str) -> str:
    law = place.office.log.law()
    today = law.at(await place.office.log.now()).today
    return law.directory.resolve(f"unit:{code}", today).body_id


async def _counts_of_provinces(large: Site) -> Figure:
    """Counts by every facet of all cases of a province, by each of the provinces in turn."""
    paths = [("/v1/cases?limit=1", code) for code in large.leaders] * _ROUNDS
    took = (await large.asked(paths)).percentile(_P95) * _MILLISECONDS
    return Figure("facet_counts_province_p95", took, None, took, 50, "ms", at_most=True)


async def _counts_of_the_country(large: Site) -> Figure:
    """The same for all cases; no body stands for the country, so it is not asked over HTTP."""
    now, times = await large.office.log.now(), list[float]()
    for _ in range(_COUNTED + 1):
        async with reading(large.office.log.pool) as connection:
            begin = time.perf_counter()
            await counts(connection, Everything(), now)
            times.append(time.perf_counter() - begin)
    # The first one reads from the disk what nobody has asked for yet.
    took = quantiles(times[1:], n=100, method="inclusive")[94] * _MILLISECONDS
    return Figure("facet_counts_country_p95", took, None, took, 300, "ms", at_most=True)


async def _lives(empty: Site, large: Site) -> Figure:
    pairs = list[tuple[float, float]]()
    officer = f"unit:{UNIT}"
    async with running(empty.office), running(large.office):
        for _ in range(_ROUNDS):
            rates = [
                await lives_per_second(
                    place.address, await place.token("intake_officer", officer), _LIVES
                )
                for place in (large, empty)
            ]
            pairs.append((rates[0], rates[1]))
    ours, against = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return Figure("lives_at_a_million", ours, against, ratio, 0.9, "/s")


async def _p99(name: str, goal: float, asked: Callable[[], list[Asked]]) -> Figure:
    """The 99th percentiles of both, in turns; the median of the ratios counts."""
    await in_turns(asked(), 200)
    pairs = list[tuple[float, float]]()
    for _ in range(_ROUNDS):
        ours, against = await in_turns(asked(), 200)
        pairs.append((ours.percentile(_P99), against.percentile(_P99)))
    value, base = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    scale = _MILLISECONDS
    return Figure(name, value * scale, base * scale, ratio, goal, "ms", at_most=True)
