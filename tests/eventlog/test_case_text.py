"""The text index follows the sealed texts, goes with them, and can be made again."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from domain.actor import SYSTEM
from domain.events import CaseClassified, Event, ReportSupplemented, SubjectErased
from eventlog.case_text import CaseText, forget_text
from eventlog.pg import OwnConnection
from eventlog.projector import Projector
from eventlog.rebuild_projection import check_projection, check_projections, rebuild_projection
from eventlog.sealer import Sealer
from eventlog.store import EventStore
from tests.eventlog.sample import START, add, new_case, project, reported


@pytest.fixture
def projector(store: EventStore) -> Projector:
    return Projector(store.pool, store.keys, [CaseText()])


async def seal(dsn: str) -> None:
    sealer = Sealer(dsn)
    while await sealer.seal_once():
        pass
    await sealer.close()


async def report(store: EventStore, case_id: str, text: str | None) -> None:
    append = new_case(case_id)
    events = [reported(f"C-{case_id}", text)]
    case = append.cases[0]
    new = type(case)(case_id, 0, None, events, project(case_id, events))
    await store.append([type(append)(None, [new])])


def added(text: str) -> Event:
    return Event(START, SYSTEM, ReportSupplemented(text=text))


def reclassified() -> CaseClassified:
    return CaseClassified(category="water", previous="road")


async def words(store: EventStore, case_id: str = "a") -> list[str] | None:
    found: list[str] | None = await store.pool.fetchval(
        "select tsvector_to_array(words) from case_text where case_id = $1", case_id
    )
    return found


async def test_it_holds_the_words_of_the_report_and_of_what_was_added(
    store: EventStore, database: str, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà LỚN, ổ gà")
    await add(store, "a", added("ở đường Lê Lợi"), added("số 12e5"))
    await seal(database)
    await projector.catch_up()
    assert await words(store) == ["12e5", "duong", "ga", "le", "loi", "lon", "o", "so"]
    await add(store, "a", added("đã ngập"))
    await seal(database)
    await projector.catch_up()
    assert {"da", "ngap", "lon"} <= set(await words(store) or ())


async def test_it_is_the_same_however_the_events_are_batched(
    store: EventStore, database: str, owner: OwnConnection, projector: Projector
) -> None:
    for case_id in ("a", "b"):
        await report(store, case_id, "Ổ gà")
        await seal(database)
        await projector.catch_up()
        await add(store, case_id, added("lớn"))
    assert await check_projection(owner, CaseText(), store.keys) == []
    await seal(database)
    await projector.catch_up()
    assert await check_projection(owner, CaseText(), store.keys) == []
    assert await words(store, "b") == ["ga", "lon", "o"]


async def test_one_that_nobody_ran_yet_and_one_that_lags_are_no_findings(
    store: EventStore, database: str, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    await seal(database)
    assert await check_projections(database, [CaseText()], store.keys) == []
    await projector.catch_up()
    await report(store, "b", "Ổ gà")
    await seal(database)
    assert await check_projections(database, [CaseText()], store.keys) == []


async def test_words_that_somebody_changed_are_found_and_made_again(
    store: EventStore, database: str, owner: OwnConnection, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    await seal(database)
    await projector.catch_up()
    await owner.execute("update case_text set words = ''")
    found = await check_projections(database, [CaseText()], store.keys)
    assert {one.kind for one in found} == {"projection_differs"}
    await rebuild_projection(owner, CaseText(), store.keys)
    assert await words(store) == ["ga", "o"]
    await report(store, "b", "Cống tắc")
    await seal(database)
    await projector.catch_up()
    assert await words(store, "b") == ["cong", "tac"]


async def test_what_a_migration_emptied_and_set_back_is_filled_again(
    store: EventStore, database: str, owner: OwnConnection, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    await add(store, "a", added("lớn"))
    await seal(database)
    await projector.catch_up()
    await owner.execute("truncate case_text, case_place; update projection set position = -1")
    await projector.catch_up()
    assert await words(store) == ["ga", "lon", "o"]
    assert await check_projection(owner, CaseText(), store.keys) == []


async def test_who_adds_without_end_does_not_stop_the_index(
    store: EventStore, database: str, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    for number in range(8):
        await add(store, "a", added(" ".join(f"{number}x{n:04}" for n in range(2800))))
    await report(store, "b", "Cống tắc")
    await seal(database)
    await projector.catch_up()
    assert 5000 <= len(await words(store) or ()) < 8000
    assert await words(store, "b") == ["cong", "tac"]


# -- it goes with the text -------------------------------------------------------------------


async def erase(store: EventStore, case_id: str = "a") -> None:
    """What erasing a case's free text does to the key and to the index."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("delete from case_key where case_id = $1", case_id)
        await forget_text(connection, case_id)


async def test_it_goes_with_the_key_and_does_not_come_back(
    store: EventStore, database: str, owner: OwnConnection, projector: Projector
) -> None:
    for case_id in ("a", "b"):
        await report(store, case_id, "Ổ gà")
    await seal(database)
    await projector.catch_up()
    await erase(store)
    assert await words(store) is None
    assert await check_projection(owner, CaseText(), store.keys) == []
    await rebuild_projection(owner, CaseText(), store.keys)
    assert await words(store) is None
    assert await words(store, "b") == ["ga", "o"]


async def test_a_text_that_was_erased_before_it_was_indexed_never_is(
    store: EventStore, database: str, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    await erase(store)
    await seal(database)
    await projector.catch_up()
    assert await words(store) is None


async def test_the_event_that_tells_of_the_erasure_removes_the_words_too(
    store: EventStore, database: str, projector: Projector
) -> None:
    await report(store, "a", "Ổ gà")
    await seal(database)
    await projector.catch_up()
    told = SubjectErased(what="free_text", basis="NĐ 356/2025")
    await add(store, "a", Event(START, SYSTEM, told))
    await seal(database)
    await projector.catch_up()
    assert await words(store) is None


async def test_what_was_read_with_the_key_is_not_written_after_the_key_is_gone(
    store: EventStore, database: str, projector: Projector
) -> None:
    await projector.catch_up()
    await report(store, "a", "Ổ gà")
    await seal(database)
    async with asyncio.timeout(20), store.pool.acquire() as connection:
        change = connection.transaction()
        await change.start()
        await connection.execute("delete from case_key where case_id = 'a'")
        await forget_text(connection, "a")
        assert await projector.once() == 0  # it would still see the key
        await change.commit()
    await projector.catch_up()
    assert await words(store) is None


async def test_what_was_added_to_a_case_without_a_text_is_found_and_its_category_is_followed(
    store: EventStore, database: str, projector: Projector
) -> None:
    await store.append([new_case("a", Event(START, SYSTEM, reclassified()), added("Ổ gà"))])
    await seal(database)
    await projector.catch_up()
    place = await store.pool.fetchrow("select unit, category, received_at from case_place")
    assert place is not None
    assert tuple(place) == ("26734", "water", START)
    await report(store, "b", None)
    await add(store, "b", added("Cống tắc"))
    await seal(database)
    await projector.catch_up()
    assert await words(store, "b") == ["cong", "tac"]


async def test_the_application_may_delete_words_and_not_the_sealed_text(
    store: EventStore,
) -> None:
    await report(store, "a", "Ổ gà")
    await store.pool.execute("delete from case_text")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.pool.execute("delete from event")
