"""Where Vietnam's communes are, and how often a place finds the right one: measured on all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from domain.directory import Directory, UnitVersion
from domain.directory.names import fold
from domain.places import Candidate, Gazetteer, Spot, candidates, locate
from domain.rejection import Rejected
from workers.register import vietnam
from workers.register_places import vietnam_places

BEFORE, AFTER = date(2025, 6, 30), date(2026, 3, 2)


@pytest.fixture(scope="module")
def book() -> Directory:
    return vietnam()


@pytest.fixture(scope="module")
def map_(book: Directory) -> Gazetteer:
    return vietnam_places(book)


def communes(book: Directory, on: date) -> list[UnitVersion]:
    return [unit for unit in book.territory.units if unit.level == "commune" and unit.in_force(on)]


def written(unit: UnitVersion, book: Directory, on: date) -> str:
    """A unit and those above it, by their full names of the day."""
    path = (book.unit(above, on) for above in book.path(unit.unit_id, on))
    return ", ".join(above.full_name for above in path if above)


def outcomes(cases: Iterable[tuple[Spot, str]], map_: Gazetteer, book: Directory) -> Counter[str]:
    """How often the unit that is meant was found, another one was, or it was asked for."""
    found: Counter[str] = Counter()
    for spot, meant in cases:
        try:
            seen = candidates(spot, map_, book, AFTER)
        except Rejected:
            found["outside"] += 1
            continue
        if seen.located is None:
            found["asked"] += 1
            continue
        found["right" if seen.located.candidate.unit.unit_id == meant else "wrong"] += 1
    return found


def test_every_commune_of_today_and_of_before_has_a_place(book: Directory, map_: Gazetteer) -> None:
    for day in (BEFORE, AFTER):
        assert [unit for unit in communes(book, day) if not map_.of(unit.unit_id)] == []


def test_a_commune_written_with_its_province_is_always_found(
    book: Directory, map_: Gazetteer
) -> None:
    units = communes(book, AFTER)
    full = [
        (Spot(address=f"12 Lê Lợi, {written(unit, book, AFTER)}"), unit.unit_id) for unit in units
    ]
    assert outcomes(full, map_, book) == {"right": len(units)}
    plain = [
        (Spot(address=", ".join(map(fold, written(unit, book, AFTER).split(",")))), unit.unit_id)
        for unit in units
    ]
    found = outcomes(plain, map_, book)
    assert found["wrong"] == 0
    assert found["right"] / len(units) > 0.99


def test_an_old_address_finds_the_one_commune_that_took_its_place_and_never_another(
    book: Directory, map_: Gazetteer
) -> None:
    heirs = {unit: book.heirs(unit.unit_id, AFTER) for unit in communes(book, BEFORE)}
    single = [
        (Spot(address=written(unit, book, BEFORE)), into[0].unit_id)
        for unit, into in heirs.items()
        if len(into) == 1
    ]
    assert outcomes(single, map_, book) == {"right": len(single)}
    several = [
        (Spot(address=written(unit, book, BEFORE)), "")
        for unit, into in heirs.items()
        if len(into) > 1
    ]
    assert outcomes(several, map_, book) == {"asked": len(several)}


def test_a_point_is_decided_mostly_and_then_mostly_rightly(
    book: Directory, map_: Gazetteer
) -> None:
    """The middles of today's communes against the old rectangles, which know nothing of them."""
    old = Gazetteer(tuple(site for site in map_.sites if site.since is None))
    today = [site for site in map_.sites if site.since is not None]
    cases = [
        (Spot(round(site.latitude * 1e6), round(site.longitude * 1e6)), site.unit_id)
        for site in today
    ]
    found = outcomes(cases, old, book)
    decided = found["right"] + found["wrong"]
    assert decided / len(cases) > 0.7
    assert found["right"] / decided > 0.95
    listed = sum(
        unit_id in [one.unit.unit_id for one in near(spot, old, book)] for spot, unit_id in cases
    )
    assert listed / len(cases) > 0.95


def near(spot: Spot, map_: Gazetteer, book: Directory) -> tuple[Candidate, ...]:
    try:
        return candidates(spot, map_, book, AFTER).candidates
    except Rejected:
        return ()


@pytest.mark.parametrize(
    ("point", "where"),
    [
        ((13.7563, 100.5018), "Bangkok"),
        ((22.8170, 108.3665), "Nam Ninh"),
        ((11.5564, 104.9282), "Phnôm Pênh"),
        ((10.0, 110.5), "on the high sea"),
        ((106.6902, 10.7884), "the two numbers in the wrong order"),
    ],
)
def test_a_place_abroad_is_in_no_commune(
    point: tuple[float, float], where: str, book: Directory, map_: Gazetteer
) -> None:
    spot = Spot(round(point[0] * 1e6), round(point[1] * 1e6))
    with pytest.raises(Rejected) as refused:
        locate(spot, map_, book, AFTER)
    assert refused.value.rejection.param == "coordinates", where
