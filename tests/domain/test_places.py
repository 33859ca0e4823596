"""From a place to its unit: clear ones are found, others are asked about, none is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.places import NOWHERE, Gazetteer, Site, Spot, Unlocated, candidates, distance, locate
from domain.rejection import Rejected
from tests.domain.given import received
from tests.domain.town import directory, gazetteer, law

BEFORE, AFTER = date(2025, 6, 30), date(2026, 3, 2)


def at(latitude: float, longitude: float, address: str | None = None) -> Spot:
    return Spot(round(latitude * 1e6), round(longitude * 1e6), address)


def unit_of(spot: Spot, on: date = AFTER) -> tuple[str, str]:
    found = locate(spot, gazetteer(), directory(), on)
    return found.candidate.unit.unit_id, found.by


def asked(spot: Spot, on: date = AFTER) -> list[str]:
    with pytest.raises(Unlocated) as unclear:
        locate(spot, gazetteer(), directory(), on)
    assert unclear.value.rejection.code == "unit_unclear"
    return [candidate.unit.unit_id for candidate in unclear.value.candidates]


# -- coordinates -----------------------------------------------------------------------------


def test_a_point_well_inside_a_commune_is_in_it() -> None:
    assert unit_of(at(10.790, 106.690), BEFORE) == ("26734", "coordinates")
    assert unit_of(at(21.046, 105.848)) == ("00001", "coordinates")


def test_after_the_reform_what_took_the_place_of_an_old_commune_is_found_by_it() -> None:
    assert unit_of(at(10.790, 106.690)) == ("26737~2025", "coordinates")
    assert unit_of(at(10.790, 106.695)) == ("26737~2025", "coordinates")


def test_between_two_communes_both_are_shown() -> None:
    assert asked(at(10.790, 106.695), BEFORE) == ["26734", "26737"]


def test_an_old_commune_that_was_split_tells_of_both_its_heirs() -> None:
    assert set(asked(at(10.782, 106.7005))) == {"26737~2025", "26740~2025"}
    assert set(asked(at(10.780, 106.700))) == {"26737~2025", "26740~2025"}


def test_what_is_known_since_the_reform_tells_nothing_of_the_days_before_it() -> None:
    assert unit_of(at(10.774, 106.700)) == ("26740~2025", "coordinates")
    assert unit_of(at(10.7765, 106.700), BEFORE) == ("26740", "coordinates")


@pytest.mark.parametrize("point", [(0, 0), (10.79, 107.5), (48.85, 2.35), (-90, 180), (90, -180)])
def test_a_point_in_no_unit_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(Rejected) as refused:
        locate(at(*point), gazetteer(), directory(), AFTER)
    rejection = refused.value.rejection
    assert (rejection.code, rejection.param) == ("invalid", "coordinates")


def test_it_is_told_how_far_the_middle_is() -> None:
    found = locate(at(21.048, 105.848), gazetteer(), directory(), AFTER)
    assert found.candidate.distance == pytest.approx(222, abs=2)
    assert distance(at(21.046, 105.850), "00001", gazetteer()) == pytest.approx(208, abs=2)
    assert distance(Spot(address="x"), "00001", gazetteer()) is None
    assert distance(at(1, 1), "26998", gazetteer()) is None


def test_a_territory_without_a_map_says_that_it_knows_no_unit_there() -> None:
    with pytest.raises(Rejected, match="name the unit"):
        locate(at(10.790, 106.690), NOWHERE, directory(), AFTER)
    found = locate(Spot(address="Phúc Xá, Hà Nội"), NOWHERE, directory(), AFTER)
    assert found.candidate.unit.unit_id == "00001"


def test_sites_of_units_that_the_directory_does_not_know_are_passed_over() -> None:
    strange = Gazetteer((Site("xyz", 10.0, 106.0, 0.1, 0.1), *gazetteer().sites))
    with pytest.raises(Rejected):
        locate(at(10.0, 106.0), strange, directory(), AFTER)


# -- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "12 Hai Bà Trưng, P. Đa Kao, Q.1, TP.HCM",
        "12 Hai Ba Trung, p da kao, tphcm",
        "da kao, ho chi minh",
        "số 5 P. ĐA KAO",
        "Đa Kao, Sài Gòn",
        "Đa Kao",
    ],
)
def test_an_old_name_leads_to_what_took_its_place(address: str) -> None:
    found = locate(Spot(address=address), gazetteer(), directory(), AFTER)
    assert (found.candidate.unit.unit_id, found.by) == ("26737~2025", "address")
    assert (found.candidate.why, found.candidate.former) == ("former_name", "Đa Kao")


def test_a_name_of_today_is_found_by_it() -> None:
    found = locate(Spot(address="P. Tân Định, TP HCM"), gazetteer(), directory(), AFTER)
    assert (found.candidate.unit.unit_id, found.candidate.why) == ("26737~2025", "name")
    assert unit_of(Spot(address="P. Tân Định, Q1"), BEFORE) == ("26734", "address")


def test_an_old_name_of_which_several_took_the_place_is_asked_about() -> None:
    assert set(asked(Spot(address="P. Bến Nghé, Q.1"))) == {"26737~2025", "26740~2025"}


@pytest.mark.parametrize(
    "address", ["Paris", "12 Lê Lợi", "Hà Nội", "TP.HCM", "???", "Q", "P. Phúc Xá, TP. HCM"]
)
def test_what_names_no_commune_or_contradicts_itself_is_not_guessed(address: str) -> None:
    assert len(asked(Spot(address=address))) <= 1


def test_a_name_among_other_words_may_be_a_street_and_is_only_shown() -> None:
    assert asked(Spot(address="hẻm 5 Đa Kao nối dài")) == ["26737~2025"]
    assert asked(Spot(address="hẻm 5 Đa Kao nối dài, Hà Nội")) == []


# -- both ------------------------------------------------------------------------------------


def test_where_an_address_and_a_point_agree_the_address_decides() -> None:
    near_the_border = at(10.790, 106.695, "P. Đa Kao")
    assert unit_of(near_the_border, BEFORE) == ("26737", "address")
    assert set(asked(at(10.782, 106.7005, "phố Đa Kao cũ"))) == {"26737~2025", "26740~2025"}


def test_where_they_contradict_each_other_both_are_shown() -> None:
    assert asked(at(21.046, 105.848, "P. Đa Kao, TP.HCM")) == ["00001", "26737~2025"]


def test_a_street_called_like_a_commune_elsewhere_does_not_contradict_a_point() -> None:
    assert unit_of(at(21.046, 105.848, "5 đường Đa Kao")) == ("00001", "coordinates")


# -- reports ---------------------------------------------------------------------------------


def test_a_report_goes_to_the_unit_of_its_place_on_the_day_it_came() -> None:
    story = received(unit=None, latitude_e6=10_790_000, longitude_e6=106_690_000)
    case = story.case
    assert (case.unit, case.located_by, case.accountable) == ("26734", "coordinates", "unit:26734")
    named = received(unit=None, address="P. Đa Kao, Q1", at="2026-03-02 08:00").case
    assert (named.unit, named.located_by) == ("26737~2025", "address")


def test_a_unit_that_is_named_holds_whatever_lies_nearer() -> None:
    case = received(latitude_e6=10_790_000, longitude_e6=106_700_000, address="P. Đa Kao").case
    assert (case.unit, case.located_by) == ("26734", "unit")


def test_a_place_in_another_part_of_the_country_than_the_unit_is_a_mistake() -> None:
    with pytest.raises(Rejected) as refused:
        received(latitude_e6=21_046_000, longitude_e6=105_848_000)
    assert refused.value.rejection.param == "coordinates"


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180)) | st.tuples(
    st.floats(10.76, 10.80), st.floats(106.68, 106.71)
)
WORDS = st.sampled_from(["P.", "Q1", "Đa Kao", "tan dinh", "HCM", "Hà Nội", ",", "Bến Nghé", "5"])
ADDRESSES = st.text(max_size=80) | st.lists(WORDS, max_size=12).map(" ".join)


@settings(max_examples=300)
@given(st.none() | POINTS, st.none() | ADDRESSES, st.sampled_from([BEFORE, AFTER]))
def test_whatever_is_said_only_units_in_force_are_named(
    point: tuple[float, float] | None, address: str | None, on: date
) -> None:
    spot = replace(at(*point) if point else Spot(), address=address)
    try:
        found = candidates(spot, gazetteer(), law().directory, on)
    except Rejected:
        with pytest.raises(Rejected, match="No unit"):
            candidates(replace(spot, address=None), gazetteer(), law().directory, on)
        return
    assert all(directory().unit(one.unit.unit_id, on) == one.unit for one in found.candidates)
    assert len({one.unit.unit_id for one in found.candidates[:5]}) == len(found.candidates[:5])
    if found.located is not None:
        assert found.located.candidate.unit in [one.unit for one in found.candidates]
