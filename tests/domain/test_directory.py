"""Who holds a code, which body answers for it, and who took over, on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory import (
    Body,
    BodyNotInForce,
    Directory,
    UnitNotInForce,
    UnitVersion,
    UnknownBody,
    UnknownUnit,
)

REFORM = date(2025, 7, 1)
BEFORE, LAST_DAY, AFTER = date(2024, 3, 4), date(2025, 6, 30), date(2026, 1, 5)
RENAMED = date(2025, 9, 1)


def unit(
    unit_id: str,
    name: str,
    level: str,
    parent: str | None = None,
    since: date | None = None,
    to: date | None = None,
) -> UnitVersion:
    code = unit_id.partition("~")[0]
    return UnitVersion(unit_id, code, name, f"Xã {name}", "Xã", level, parent, since, to)


PROVINCE = unit("79", "Thành", "province")
DISTRICT = unit("760", "Quận Một", "district", "79", to=REFORM)
#: Ends into one unit; its code goes to another, which is renamed later.
MERGED = unit("1", "Tân Định", "commune", "760", to=REFORM)
REUSED = unit("1~2025", "Bến Thành", "commune", "79", REFORM, RENAMED)
#: Is split in two.
SPLIT = unit("2", "Đa Kao", "commune", "760", to=REFORM)
#: Keeps code and name under another parent.
KEPT = unit("3", "Hoà Bình", "commune", "760", to=REFORM)
NEW = unit("4", "Sài Gòn", "commune", "79", REFORM)
UNITS = (
    PROVINCE,
    DISTRICT,
    MERGED,
    REUSED,
    replace(REUSED, full_name="Phường Bến Thành", valid_from=RENAMED, valid_to=None),
    SPLIT,
    KEPT,
    replace(KEPT, parent_id="79", valid_from=REFORM, valid_to=None),
    NEW,
)
SUCCESSORS = {"760": ("1~2025", "3", "4"), "1": ("4",), "2": ("1~2025", "4")}
BODIES = (
    Body("roads", "agency", "79", "Road office", valid_to=REFORM, successors=("works",)),
    Body("works", "agency", "79", "Office of works", valid_from=REFORM),
)


@pytest.fixture(scope="module")
def book() -> Directory:
    return Directory(UNITS, BODIES, SUCCESSORS, aliases={"03": "3"})


# Units


def test_given_a_reused_code_when_asked_by_day_then_each_day_has_its_own_holder(
    book: Directory,
) -> None:
    assert book.unit_at("1", LAST_DAY).name == "Tân Định"
    assert book.unit_at("1", REFORM).unit_id == "1~2025"


def test_given_a_renamed_unit_then_its_id_stays_and_each_day_has_its_name(book: Directory) -> None:
    day_before = RENAMED - timedelta(days=1)
    assert book.unit_at("1", day_before).full_name == "Xã Bến Thành"
    assert book.unit_at("1", RENAMED).full_name == "Phường Bến Thành"
    assert book.unit_at("1", RENAMED).unit_id == book.unit_at("1", day_before).unit_id


def test_given_a_code_nobody_ever_had_then_it_is_unknown(book: Directory) -> None:
    with pytest.raises(UnknownUnit, match="'99'"):
        book.unit_at("99", BEFORE)


def test_given_a_unit_that_ended_then_the_refusal_says_since_when_and_who_took_over(
    book: Directory,
) -> None:
    with pytest.raises(UnitNotInForce) as refused:
        book.unit_at("2", AFTER)
    assert refused.value.since == REFORM
    assert [u.unit_id for u in refused.value.successors] == ["1~2025", "4"]
    assert str(refused.value) == (
        "Unit 2 (Xã Đa Kao) has not been in force since 2025-07-01; "
        "its successors: 1 Phường Bến Thành, 4 Xã Sài Gòn"
    )


def test_given_a_unit_that_has_not_begun_then_the_refusal_says_from_when(book: Directory) -> None:
    with pytest.raises(UnitNotInForce, match="only from 2025-07-01") as refused:
        book.unit_at("4", BEFORE)
    assert refused.value.since is None
    assert refused.value.successors == ()


def test_given_a_further_code_then_it_names_the_same_unit(book: Directory) -> None:
    assert book.unit_at("03", BEFORE) == book.unit_at("3", BEFORE)


def test_given_a_unit_id_then_it_is_found_only_while_in_force_but_known_always(
    book: Directory,
) -> None:
    assert book.unit("2", AFTER) is None
    assert book.unit("nowhere", AFTER) is None
    assert book.known_unit("2").name == "Đa Kao"
    with pytest.raises(UnknownUnit):
        book.known_unit("nowhere")


def test_given_a_unit_that_kept_its_name_then_only_its_parent_changes(book: Directory) -> None:
    assert book.path("3", LAST_DAY) == ("3", "760", "79")
    assert book.path("3", REFORM) == ("3", "79")
    assert book.path("2", AFTER) == ()


def test_given_a_tree_then_the_subtree_is_that_of_the_day(book: Directory) -> None:
    assert book.subtree("79", BEFORE) == {"79", "760", "1", "2", "3"}
    assert book.subtree("79", AFTER) == {"79", "1~2025", "3", "4"}
    assert book.subtree("760", AFTER) == frozenset()


def test_given_an_ended_unit_then_its_heirs_stand_in_its_place(book: Directory) -> None:
    assert [u.unit_id for u in book.heirs("2", AFTER)] == ["1~2025", "4"]
    assert [u.unit_id for u in book.heirs("2", BEFORE)] == ["2"]
    assert book.heirs("4", BEFORE) == ()


# Bodies


def test_given_a_unit_then_its_own_bodies_need_no_row(book: Directory) -> None:
    found = book.resolve("unit:1", BEFORE)
    assert found == Body("unit:1", "government", "1", "Xã Tân Định", None, REFORM, ("unit:4",))
    assert book.resolve("party:1", BEFORE).kind == "party_committee"
    assert book.resolve("front:1", BEFORE).kind == "front"


def test_given_a_reused_code_when_a_body_is_written_by_it_then_the_day_decides(
    book: Directory,
) -> None:
    assert book.resolve("unit:1", AFTER).body_id == "unit:1~2025"
    assert book.resolve("unit:1", AFTER).name == "Phường Bến Thành"
    assert book.ref("unit:1~2025") == "unit:1"


def test_given_a_body_id_when_resolved_then_it_is_that_body(book: Directory) -> None:
    assert book.resolve("unit:1~2025", AFTER).body_id == "unit:1~2025"
    assert book.resolve("works", AFTER).name == "Office of works"
    assert book.ref("works") == "works"


def test_given_a_body_that_ceased_then_the_refusal_names_its_successors(book: Directory) -> None:
    with pytest.raises(BodyNotInForce) as refused:
        book.resolve("unit:2", AFTER)
    assert refused.value.since == REFORM
    assert [b.body_id for b in refused.value.successors] == ["unit:1~2025", "unit:4"]
    with pytest.raises(BodyNotInForce, match="since 2025-07-01; its successors: works"):
        book.resolve("roads", AFTER)


def test_given_a_body_that_has_not_begun_then_the_refusal_says_from_when(book: Directory) -> None:
    with pytest.raises(BodyNotInForce, match="only from 2025-07-01") as refused:
        book.resolve("works", BEFORE)
    assert refused.value.since is None
    assert book.successors("works", BEFORE) == ()


@pytest.mark.parametrize("ref", ["unit:99", "office", "", "unit:", ":1", "court:1"])
def test_given_nonsense_then_the_body_is_unknown(book: Directory, ref: str) -> None:
    with pytest.raises(UnknownBody):
        book.resolve(ref, BEFORE)
    assert book.body(ref, BEFORE) is None
    with pytest.raises(UnknownBody):
        book.body_name(ref)


def test_given_old_events_then_their_bodies_still_have_names(book: Directory) -> None:
    assert book.body_name("unit:2") == "Xã Đa Kao"
    assert book.body_name("roads") == "Road office"


def test_given_a_row_with_the_id_of_a_units_own_body_then_the_row_counts() -> None:
    book = Directory([PROVINCE], [Body("unit:79", "government", "79", "City Hall")], {})
    assert book.resolve("unit:79", BEFORE).name == "City Hall"
    assert book.body_name("unit:79") == "City Hall"


# The ladder


@pytest.mark.parametrize(
    ("unit_id", "level", "on", "body_id"),
    [
        ("1", "commune", BEFORE, "unit:1"),
        ("1", "district", BEFORE, "unit:760"),
        ("1", "province", BEFORE, "unit:79"),
        ("3", "district", AFTER, None),
        ("3", "province", AFTER, "unit:79"),
        ("1", "commune", AFTER, "unit:4"),
        ("2", "commune", AFTER, None),
        ("2", "province", AFTER, "unit:79"),
        ("760", "commune", AFTER, None),
        ("760", "province", AFTER, "unit:79"),
        ("760", "commune", BEFORE, None),
        ("4", "commune", BEFORE, None),
    ],
)
def test_a_rung_is_held_by_the_unit_its_ancestor_or_what_its_heirs_share(
    book: Directory, unit_id: str, level: str, on: date, body_id: str | None
) -> None:
    found = book.ladder_body(unit_id, level, "government", on)
    assert (found.body_id if found else None) == body_id


def test_a_rung_of_another_kind_of_body_is_the_body_of_that_kind(book: Directory) -> None:
    party = book.ladder_body("1", "province", "party_committee", BEFORE)
    agency = book.ladder_body("1", "province", "agency", BEFORE)
    assert party is not None
    assert agency is not None
    assert (party.body_id, agency.body_id) == ("party:79", "roads")


def test_where_a_unit_has_several_agencies_none_of_them_is_guessed() -> None:
    two = [Body(name, "agency", "79", name) for name in ("water", "light")]
    assert Directory([PROVINCE], two, {}).ladder_body("79", "province", "agency", AFTER) is None


def test_an_unknown_unit_has_no_ladder(book: Directory) -> None:
    with pytest.raises(UnknownUnit):
        book.ladder_body("99", "commune", "government", BEFORE)


# Chains of successors


def test_given_a_chain_of_reforms_then_the_last_link_stands_in_the_first_ones_place() -> None:
    first, second = date(2020, 1, 1), date(2023, 1, 1)
    chain = (
        unit("a", "A", "commune", to=first),
        unit("b", "B", "commune", since=first, to=second),
        unit("c", "C", "commune", since=second),
    )
    book = Directory(chain, (), {"a": ("b",), "b": ("c",)})
    assert [b.body_id for b in book.successors("unit:a", date(2021, 1, 1))] == ["unit:b"]
    assert [b.body_id for b in book.successors("unit:a", AFTER)] == ["unit:c"]
    assert [u.unit_id for u in book.heirs("a", AFTER)] == ["c"]


def test_given_two_lines_into_one_unit_then_it_is_named_once(book: Directory) -> None:
    first = date(2020, 1, 1)
    units = (
        unit("a", "A", "commune", to=first),
        unit("b", "B", "commune", since=first, to=REFORM),
        unit("c", "C", "commune", since=first, to=REFORM),
        unit("d", "D", "commune", since=REFORM),
    )
    book = Directory(units, (), {"a": ("b", "c"), "b": ("d",), "c": ("d",)})
    assert [b.body_id for b in book.successors("unit:a", AFTER)] == ["unit:d"]
    ladder = book.ladder_body("a", "commune", "government", AFTER)
    assert ladder is not None
    assert ladder.body_id == "unit:d"


def test_a_body_in_force_has_no_successors(book: Directory) -> None:
    assert book.successors("unit:79", AFTER) == ()
    with pytest.raises(UnknownBody):
        book.successors("unit:99", AFTER)


# Search


def codes(book: Directory, text: str, on: date, level: str | None = None) -> list[str]:
    return [u.unit_id for u in book.search(text, on, level=level)]


def test_a_unit_is_found_without_diacritics_on_the_days_it_is_in_force(book: Directory) -> None:
    assert codes(book, "tan dinh", BEFORE) == ["1"]
    assert codes(book, "TÂN ĐỊNH", BEFORE) == ["1"]
    assert codes(book, "tân  định", AFTER) == []


def test_a_unit_is_found_by_code_by_kind_and_by_the_place_it_is_in(book: Directory) -> None:
    assert codes(book, "2", BEFORE) == ["2"]
    assert codes(book, "76", BEFORE) == ["760"]
    assert codes(book, "60", BEFORE) == []
    assert codes(book, "xa hòa bình", BEFORE) == ["3"]
    assert codes(book, "hoa binh quan mot", BEFORE) == ["3"]


def test_better_matches_come_first() -> None:
    names = ["Sông Hoa Đông", "Thanhhoa", "Hoa Lư", "Hoa"]
    book = Directory([unit(str(n), name, "commune") for n, name in enumerate(names)], (), {})
    assert [u.name for u in book.search("hòa", AFTER)] == [
        "Hoa",
        "Hoa Lư",
        "Sông Hoa Đông",
        "Thanhhoa",
    ]


def test_equal_matches_come_from_the_top_of_the_tree(book: Directory) -> None:
    units = [unit("1", "An", "commune", "9"), unit("9", "An", "province")]
    assert codes(Directory(units, (), {}), "an", AFTER) == ["9", "1"]


def test_a_search_can_be_kept_to_a_level_and_a_number(book: Directory) -> None:
    assert codes(book, "xa", BEFORE, level="district") == ["760"]
    assert len(book.search("xa", BEFORE, limit=2)) == 2
    assert book.search("xa", BEFORE, limit=0) == []


@pytest.mark.parametrize("nothing", ["", "  ", "?!", "\u0301"])
def test_nothing_asked_finds_nothing(book: Directory, nothing: str) -> None:
    assert book.search(nothing, BEFORE) == []


# What a directory may not say


@pytest.mark.parametrize(
    ("units", "successors", "message"),
    [
        ([unit("1", "A", "c", to=REFORM), unit("1", "A", "c", since=AFTER)], {}, "must meet"),
        ([unit("1", "A", "c"), unit("1~2025", "B", "c", since=REFORM)], {}, "at once"),
        ([unit("1", "A", "c", "9")], {}, "No such parent in the directory: 9"),
        ([unit("1", "A", "c", "2"), unit("2", "B", "c", "1")], {}, "cycle"),
        ([unit("1", "A", "c", to=REFORM)], {"1": ("2",)}, "No such successor"),
        ([unit("1", "A", "c")], {"2": ("1",)}, "No such unit with successors"),
        ([unit("1", "A", "c"), unit("2", "B", "c")], {"1": ("2",)}, "does not outlive"),
        ([unit("1", "A", "c", to=REFORM)], {"1": ("1",)}, "does not outlive"),
    ],
)
def test_a_directory_that_contradicts_itself_is_refused(
    units: list[UnitVersion], successors: Mapping[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Directory(units, (), successors)


def test_an_alias_of_no_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="No such unit with an alias"):
        Directory([PROVINCE], (), {}, aliases={"7": "8"})


@pytest.mark.parametrize("heir", ["nobody", "roads"])
def test_a_body_succeeded_by_nobody_or_by_itself_is_refused(heir: str) -> None:
    row = Body("roads", "agency", "79", "Roads", valid_to=REFORM, successors=(heir,))
    with pytest.raises(ValueError, match="cannot succeed roads"):
        Directory([PROVINCE], [row], {})


def test_a_body_of_no_unit_is_refused() -> None:
    with pytest.raises(UnknownUnit):
        Directory([PROVINCE], [Body("roads", "agency", "1", "Roads")], {})


# Laws, over directories with several reforms

DAYS = [date(2000 + year, 1, 1) for year in range(5)]


@st.composite
def reformed(draw: st.DrawFn) -> Directory:
    """Provinces that stay and communes that are re-made, code for code, on some of the days."""
    units = [unit("p", "P", "province"), unit("q", "Q", "province")]
    successors: dict[str, tuple[str, ...]] = {}
    living = [(f"{n}", None) for n in range(draw(st.integers(1, 4)))]
    born: dict[str, date | None] = dict(living)
    for day in draw(st.lists(st.sampled_from(DAYS), unique=True).map(sorted)):
        ending = draw(st.lists(st.sampled_from(sorted(born)), unique=True, min_size=1))
        coming = [f"{code.partition('~')[0]}~{day.year}" for code in ending]
        for unit_id in ending:
            parent = draw(st.sampled_from("pq"))
            units.append(unit(unit_id, "N", "commune", parent, born.pop(unit_id), day))
            heirs = draw(st.lists(st.sampled_from(coming), unique=True, min_size=1))
            successors[unit_id] = tuple(heirs)
        born |= dict.fromkeys(coming, day)
    units += [unit(i, "N", "commune", draw(st.sampled_from("pq")), d) for i, d in born.items()]
    return Directory(units, (), successors)


ANY_DAY = st.dates(date(1999, 1, 1), date(2006, 1, 1))


@given(reformed(), ANY_DAY)
def test_law_a_code_of_the_day_is_that_of_a_unit_in_force(book: Directory, on: date) -> None:
    for code in ("0", "1", "2", "3"):
        try:
            held = book.unit_at(code, on)
        except LookupError:
            continue
        assert held.in_force(on)
        assert book.unit(held.unit_id, on) == held
        assert book.resolve(f"unit:{code}", on).unit_id == held.unit_id


@given(reformed(), ANY_DAY)
def test_law_a_unit_is_under_what_is_over_it(book: Directory, on: date) -> None:
    everyone = book.subtree("p", on) | book.subtree("q", on)
    for unit_id in everyone:
        for above in book.path(unit_id, on):
            assert unit_id in book.subtree(above, on)
    assert not book.subtree("p", on) & book.subtree("q", on)


@given(reformed(), ANY_DAY)
def test_law_who_takes_over_is_in_force_and_the_ladder_always_has_a_top(
    book: Directory, on: date
) -> None:
    for unit_id in ("0", f"0~{DAYS[0].year}"):
        try:
            heirs = book.heirs(unit_id, on)
        except UnknownUnit:
            continue
        assert all(heir.in_force(on) for heir in heirs)
        tops = {book.path(heir.unit_id, on)[-1] for heir in heirs}
        found = book.ladder_body(unit_id, "province", "government", on)
        assert (found.unit_id if found else None) == (tops.pop() if len(tops) == 1 else None)
