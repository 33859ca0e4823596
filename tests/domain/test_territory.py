"""Several territories in one directory: each keeps its names, and none may take another's."""

from __future__ import annotations

from datetime import date

import pytest

from domain.directory import Body, Directory, UnitVersion
from domain.policy import Faults, PolicyBook, UnknownPack
from tests.domain.town import directory as town
from workers.packs import read_book

DAY = date(2026, 1, 5)


def unit(unit_id: str, code: str | None = None) -> UnitVersion:
    return UnitVersion(unit_id, code or unit_id, "Riverton", "City of Riverton", "city", "city")


def riverton(*units: UnitVersion, body: str = "agency:riv") -> Directory:
    rows = units or (unit("riv"),)
    return Directory(
        rows,
        [Body(body, "agency", rows[0].unit_id, "Works")],
        {},
        naming=lambda kind, of: f"{kind} of {of.name}",
    )


def test_each_territory_keeps_its_units_bodies_and_names() -> None:
    whole = Directory.joined(town(), riverton())
    assert whole.body_name("unit:riv") == "government of Riverton"
    assert whole.body_name("unit:26734") == town().body_name("unit:26734")
    assert whole.resolve("agency:riv", DAY).unit_id == "riv"
    assert whole.heirs("26734", DAY) == town().heirs("26734", DAY)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (riverton(unit("79")), "unit: 79"),
        (riverton(unit("riv", "79")), "code: 79"),
        (riverton(body="transport:79"), "body: transport:79"),
    ],
)
def test_what_two_territories_share_is_refused(other: Directory, shared: str) -> None:
    with pytest.raises(ValueError, match=f"Two territories have the same {shared}"):
        Directory.joined(town(), other)


def test_a_pack_apart_is_found_by_its_id_and_never_by_date() -> None:
    classic, since = read_book().packs
    book = PolicyBook([since], apart=[classic])
    assert book.in_force(DAY) is since
    assert book.get("classic") is classic
    assert book.rule(classic.rules[0].ref) is classic.rules[0]
    with pytest.raises(LookupError, match="no policy is in force on 2024-01-05"):
        book.in_force(date(2024, 1, 5))
    with pytest.raises(UnknownPack, match="there is since-2025-07, classic"):
        book.get("other")


def test_a_pack_apart_may_hold_at_the_same_time_but_not_under_the_same_name() -> None:
    classic, since = read_book().packs
    same_time = classic.model_copy(update={"id": "apart", "rules": ()})
    PolicyBook([classic, since], apart=[same_time])
    with pytest.raises(Faults, match="policy classic is here twice"):
        PolicyBook([classic, since], apart=[classic])
