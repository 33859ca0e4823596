"""Cases as last seen: never wrong, at worst read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from activities.cache import CaseCache, Loaded, StaleCacheError
from domain.evolve import fold
from eventlog.store import EventStore
from tests.eventlog.sample import add, new_case, noted


async def seen(cache: CaseCache, store: EventStore, case_id: str) -> Loaded | None:
    return cache.merge(await store.snapshot(case_id, None, cache.version(case_id)))


async def test_only_new_events_are_read_and_the_case_is_as_if_all_were(store: EventStore) -> None:
    cache = CaseCache()
    await store.append([new_case("a")])
    await seen(cache, store, "a")
    await add(store, "a", noted(1), noted(2))
    snapshot = await store.snapshot("a", None, cache.version("a"))
    assert len(snapshot.events) == 2
    loaded = cache.merge(snapshot)
    assert loaded is not None
    whole = [recorded.event for recorded in await store.load("a")]
    assert loaded.case == fold("a", whole)
    assert (cache.version("a"), loaded.hash) == (3, snapshot.hash)


async def test_an_unknown_case_is_none_and_not_remembered(store: EventStore) -> None:
    cache = CaseCache()
    assert await seen(cache, store, "nobody") is None
    assert cache.version("nobody") == 0


async def test_a_read_that_was_overtaken_is_told_and_the_case_forgotten(store: EventStore) -> None:
    cache = CaseCache()
    await store.append([new_case("a")])
    early = await store.snapshot("a", None, cache.version("a"))
    await add(store, "a", noted(1))
    await seen(cache, store, "a")
    with pytest.raises(StaleCacheError):
        cache.merge(early)
    assert cache.version("a") == 0
    loaded = await seen(cache, store, "a")
    assert loaded is not None
    assert loaded.case.version == 2


async def test_a_case_forgotten_while_it_was_read_is_not_taken_for_unknown(
    store: EventStore,
) -> None:
    cache = CaseCache()
    await store.append([new_case("a")])
    await seen(cache, store, "a")
    nothing_new = await store.snapshot("a", None, cache.version("a"))
    await add(store, "a", noted(1))
    one_more = await store.snapshot("a", None, cache.version("a"))
    for snapshot in (nothing_new, one_more):
        cache.forget("a")
        with pytest.raises(StaleCacheError):
            cache.merge(snapshot)


async def test_the_case_used_longest_ago_is_forgotten_first(store: EventStore) -> None:
    cache = CaseCache(size=2)
    for case_id in "abc":
        await store.append([new_case(case_id)])
    for case_id in "abac":
        await seen(cache, store, case_id)
    assert [cache.version(case_id) for case_id in "abc"] == [1, 0, 1]
    loaded = await seen(cache, store, "b")
    assert loaded is not None
    cache.keep(replace(loaded))
    cache.forget("b")
    assert cache.version("b") == 0
