"""The register of Vietnam, checked against two other sources of the same lists."""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.directory import Body, BodyNotInForce, Directory, UnitNotInForce
from domain.directory.names import fold, name_key
from workers import register_lists
from workers.register import RegisterMissing, build, vietnam
from workers.register_facts import Change, Facts, Renamed, read_facts
from workers.register_lists import read_lists

LAST_DAY, REFORM = date(2025, 6, 30), date(2025, 7, 1)
OLD, NEW = date(2024, 3, 4), date(2026, 1, 5)

#: The one new code on which the sources differ, theirs and ours: Xã Ba Chẽ.
BA_CHE, BA_CHE_HERE = "06978", "06970"

#: Old communes whose new communes differ between the sources, Ba Chẽ's code apart.
MOVED_OTHERWISE = """
    04012 04111 06079 09013 09859 10798 10963 11890 13219 14323 14380 14770 15598 17647 17899
    19039 20669 21727 24292 25462 27691 28036 28252 28270 28437 28439 29623 29734 29902 29908
    31240 31246 31268 31378 31438 31474 31480 31483 31582 31588 31606 31657 31666 31669 31714
    31741 31744"""


def shared(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of public data, which is not a part of the project."""
    beside = Path(__file__).parents[2].parent / "shared" / "data"
    path = Path(os.environ.get("HOIAM_SHARED_DATA", beside)) / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine; name its folder in HOIAM_SHARED_DATA")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def book() -> Directory:
    return vietnam()


# The example of the rule book


def test_before_the_reform_a_commune_is_in_a_district_and_a_province(book: Directory) -> None:
    assert book.path("26734", OLD) == ("26734", "760", "79")
    assert [book.known_unit(u).full_name for u in book.path("26734", OLD)] == [
        "Phường Tân Định",
        "Quận 1",
        "Thành phố Hồ Chí Minh",
    ]


def test_since_the_reform_the_code_is_refused_with_its_successor(book: Directory) -> None:
    with pytest.raises(UnitNotInForce) as refused:
        book.unit_at("26734", REFORM)
    assert str(refused.value) == (
        "Unit 26734 (Phường Tân Định) has not been in force since 2025-07-01; "
        "its successors: 26737 Phường Tân Định"
    )


def test_a_reused_code_is_another_unit(book: Directory) -> None:
    assert book.unit_at("26737", LAST_DAY).full_name == "Phường Đa Kao"
    assert book.unit_at("26737", REFORM).full_name == "Phường Tân Định"
    assert book.unit_at("26737", REFORM).unit_id == "26737~2025"
    assert book.unit_at("15", LAST_DAY).full_name == "Tỉnh Yên Bái"
    assert book.unit_at("15", REFORM).full_name == "Tỉnh Lào Cai"


def test_a_commune_that_keeps_code_and_name_is_the_same_unit(book: Directory) -> None:
    assert book.unit_at("06970", LAST_DAY).full_name == "Thị trấn Ba Chẽ"
    assert book.unit_at("06970", REFORM).full_name == "Xã Ba Chẽ"
    assert book.unit_at("06970", LAST_DAY).unit_id == book.unit_at("06970", REFORM).unit_id
    assert (book.path("06970", LAST_DAY), book.path("06970", REFORM)) == (
        ("06970", "202", "22"),
        ("06970", "22"),
    )


def test_a_province_that_the_reform_left_alone_has_one_version(book: Directory) -> None:
    hanoi = book.known_unit("01")
    assert (hanoi.valid_from, hanoi.valid_to) == (None, None)


def test_a_district_without_communes_goes_into_its_special_zone(book: Directory) -> None:
    assert [u.full_name for u in book.heirs("318", REFORM)] == ["Đặc khu Bạch Long Vĩ"]


def test_a_district_goes_into_what_its_communes_went_into(book: Directory) -> None:
    assert [u.full_name for u in book.heirs("760", REFORM)] == [
        "Phường Tân Định",
        "Phường Sài Gòn",
        "Phường Bến Thành",
        "Phường Cầu Ông Lãnh",
    ]


@pytest.mark.parametrize(
    ("level", "on", "body_id"),
    [
        ("commune", OLD, "unit:26734"),
        ("district", OLD, "unit:760"),
        ("province", OLD, "unit:79"),
        ("commune", NEW, "unit:26737~2025"),
        ("district", NEW, None),
        ("province", NEW, "unit:79"),
    ],
)
def test_the_ladder_of_both_ages(
    book: Directory, level: str, on: date, body_id: str | None
) -> None:
    found = book.ladder_body("26734", level, "government", on)
    assert (found.body_id if found else None) == body_id


@pytest.mark.parametrize(
    ("ref", "on", "name"),
    [
        ("unit:26734", OLD, "Ủy ban nhân dân phường Tân Định"),
        ("unit:79", NEW, "Ủy ban nhân dân thành phố Hồ Chí Minh"),
        ("party:79", NEW, "Thành ủy Hồ Chí Minh"),
        ("party:760", OLD, "Quận ủy Quận 1"),
        ("party:26734", OLD, "Đảng ủy phường Tân Định"),
        ("front:75", OLD, "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Đồng Nai"),
        ("tuyen-giao:79", OLD, "Ban Tuyên giáo Thành ủy Hồ Chí Minh"),
        ("tuyen-giao-dan-van:15", NEW, "Ban Tuyên giáo và Dân vận Tỉnh ủy Lào Cai"),
    ],
)
def test_bodies_are_called_as_they_are_in_vietnamese(
    book: Directory, ref: str, on: date, name: str
) -> None:
    assert book.resolve(ref, on).name == name


def test_the_party_commissions_merged_into_one(book: Directory) -> None:
    merged = date(2025, 2, 3)
    for ref in ("tuyen-giao:79", "dan-van:79"):
        assert book.resolve(ref, merged - timedelta(days=1)).kind == "agency"
        with pytest.raises(BodyNotInForce) as refused:
            book.resolve(ref, merged)
        assert [b.body_id for b in refused.value.successors] == ["tuyen-giao-dan-van:79"]


def test_a_commission_of_a_province_that_ended_is_followed_through_both_changes(
    book: Directory,
) -> None:
    found = book.successors("dan-van:10", NEW)
    assert [b.body_id for b in found] == ["tuyen-giao-dan-van:15~2025"]
    assert book.body("tuyen-giao-dan-van:10", LAST_DAY) == Body(
        "tuyen-giao-dan-van:10",
        "agency",
        "10",
        "Ban Tuyên giáo và Dân vận Tỉnh ủy Lào Cai",
        date(2025, 2, 3),
        REFORM,
        ("tuyen-giao-dan-van:15~2025",),
    )


# Search


@pytest.mark.parametrize(
    ("text", "on", "first"),
    [
        ("ben nghe", OLD, "26740"),
        ("Sai Gon", NEW, "26740~2025"),
        ("ho chi minh", NEW, "79"),
        ("hochiminh", NEW, "79"),
        ("quan 1", OLD, "760"),
        ("hoa binh", OLD, "17"),
        ("Hoà Bình", OLD, "17"),
        ("tan dinh quan 1", OLD, "26734"),
        ("26734", OLD, "26734"),
        ("26734", NEW, None),
    ],
)
def test_units_are_found_as_people_type_them(
    book: Directory, text: str, on: date, first: str | None
) -> None:
    found = book.search(text, on)
    assert (found[0].unit_id if found else None) == first
    assert len(found) <= 20


# Against the other sources


def counts(book: Directory, on: date) -> dict[str, int]:
    """Count the units of a day by level, going down the tree from the provinces."""
    lists = read_lists()
    top = [c for c, row in {**lists.before, **lists.after}.items() if row.level == "province"]
    held = {unit.unit_id for code in top for unit in book.search(code, on, level="province")}
    below = {unit_id for province in held for unit_id in book.subtree(province, on)}
    return dict(Counter(unit.level for u in below if (unit := book.unit(u, on))))


def test_each_age_has_its_numbers_of_units(book: Directory) -> None:
    assert counts(book, LAST_DAY) == {"province": 63, "district": 696, "commune": 10035}
    assert counts(book, REFORM) == {"province": 34, "commune": 3321}


def test_the_old_list_has_every_code_under_its_parent(book: Directory) -> None:
    rows = shared("units_2024.csv")
    assert len(rows) == 10794
    for row in rows:
        unit = book.unit_at(row["code"], LAST_DAY)
        assert (unit.parent_id or "") == row["parent_code"]
        assert unit.level == {"ward": "commune"}.get(row["level"], row["level"])


def test_the_old_list_spells_few_names_otherwise(book: Directory) -> None:
    pairs = [
        (row["full_name"], book.unit_at(row["code"], LAST_DAY).full_name)
        for row in shared("units_2024.csv")
    ]
    # Most differ in where the tone mark sits (Hoà, Hòa); the others are spelt otherwise (Mi, Mỵ).
    written = [pair for pair in pairs if pair[0] != pair[1]]
    named = [pair for pair in written if name_key(pair[0]) != name_key(pair[1])]
    typed = [pair for pair in written if fold(pair[0]) != fold(pair[1])]
    assert (len(written), len(named), len(typed)) == (277, 144, 69)


def test_the_new_list_has_every_unit_under_its_parent_but_for_one_name(book: Directory) -> None:
    rows = shared("units_2025.csv")
    assert len(rows) == 3355
    otherwise = []
    for row in rows:
        unit = book.unit_at(row["code"], REFORM)
        parent = "" if unit.parent_id is None else book.known_unit(unit.parent_id).code
        assert parent == row["parent_code"]
        if (unit.code, unit.full_name) != (row["code"], row["full_name"]):
            otherwise.append((row["code"], row["full_name"], unit.code, unit.full_name))
    assert sorted(otherwise) == [
        ("00745", "Xã Phó Bảng", "00745", "Xã Phố Bảng"),
        (BA_CHE, "Xã Ba Chẽ", BA_CHE_HERE, "Xã Ba Chẽ"),
    ]


def their_moves() -> dict[str, set[str]]:
    moves: defaultdict[str, set[str]] = defaultdict(set)
    for row in shared("units_map_2024_2025.csv"):
        if "already gone" not in row["note"]:
            new = BA_CHE_HERE if row["new_code"] == BA_CHE else row["new_code"]
            moves[row["old_code"]].add(new)
    return dict(moves)


def test_the_map_agrees_but_for_the_known_communes() -> None:
    theirs, ours = their_moves(), read_lists().moves
    assert theirs.keys() == ours.keys()
    differ = {old for old, new in theirs.items() if new != set(ours[old])}
    assert differ == set(MOVED_OTHERWISE.split())
    assert len(differ) == 47
    # Most often both name the commune's main heir and one of them a second one as well.
    assert sum(1 for old in differ if not theirs[old] & set(ours[old])) == 0


def test_the_map_tells_single_heirs_from_split_communes() -> None:
    communes = {c for c, row in read_lists().before.items() if row.level == "commune"}
    theirs = Counter(len(new) > 1 for old, new in their_moves().items() if old in communes)
    ours = Counter(len(new) > 1 for old, new in read_lists().moves.items() if old in communes)
    assert (theirs[False], theirs[True]) == (9575, 460)
    assert (ours[False], ours[True]) == (9564, 471)


def test_nearly_all_new_codes_are_old_ones_and_many_under_another_name() -> None:
    lists = read_lists()
    new = {c: row for c, row in lists.after.items() if row.level == "commune"}
    used_before = [c for c in new if c in lists.before]
    assert len(new) == 3321
    renamed = [c for c in used_before if new[c].full_name != lists.before[c].full_name]
    assert (len(used_before), len(renamed)) == (3316, 2145)


def test_each_unit_that_ended_has_an_heir_in_force(book: Directory) -> None:
    for code in read_lists().before:
        assert all(heir.in_force(REFORM) for heir in book.heirs(code, REFORM))
        assert book.heirs(code, REFORM)


def test_the_later_changes_are_there_on_their_day(book: Directory) -> None:
    changed = date(2026, 4, 30)
    for row in shared("units_changes_2026-04-30.csv"):
        before = book.unit_at(row["code"], changed - timedelta(days=1))
        after = book.unit_at(row["code"], changed)
        assert (before.full_name, after.full_name) == (
            row["full_name_before"],
            row["full_name_after"],
        )
        assert before.unit_id == after.unit_id


@pytest.mark.parametrize(
    ("code", "changed", "after"),
    [
        ("75", date(2026, 4, 30), "Thành phố Đồng Nai"),
        ("22", date(2026, 9, 1), "Thành phố Quảng Ninh"),
        ("24", date(2026, 9, 20), "Thành phố Bắc Ninh"),
        ("07399", date(2026, 9, 20), "Phường Kép"),
    ],
)
def test_a_change_of_kind_keeps_the_unit_and_its_place(
    book: Directory, code: str, changed: date, after: str
) -> None:
    was = book.unit_at(code, changed - timedelta(days=1))
    now = book.unit_at(code, changed)
    assert (now.full_name, now.unit_id, now.parent_id) == (after, was.unit_id, was.parent_id)
    assert was.full_name != after


# Facts that do not fit


def with_change(unit: Renamed) -> Facts:
    change = Change(on=date(2026, 10, 1), basis="a test", units=(unit,))
    return read_facts().model_copy(update={"changes": (change,)})


def test_a_change_of_what_a_unit_never_was_is_refused() -> None:
    facts = with_change(Renamed(code="79", was="Tỉnh Hồ Chí Minh", becomes="Thành phố Sài Gòn"))
    with pytest.raises(ValueError, match="79 is Thành phố Hồ Chí Minh before 2026-10-01"):
        build(read_lists(), facts)


def test_a_change_of_a_unit_that_is_gone_is_refused() -> None:
    facts = with_change(Renamed(code="760", was="Quận 1", becomes="Thành phố Một"))
    with pytest.raises(ValueError, match="No unit of the register to change: 760"):
        build(read_lists(), facts)


def test_a_change_to_no_known_kind_is_refused() -> None:
    facts = with_change(Renamed(code="01", was="Thành phố Hà Nội", becomes="Kinh đô Hà Nội"))
    with pytest.raises(ValueError, match="No known kind of unit in the name 'Kinh đô Hà Nội'"):
        build(read_lists(), facts)


def test_a_file_of_facts_that_is_wrong_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("id: x\nversion: one\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"facts\.yaml:2: version"):
        read_facts(path)


def test_without_the_package_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(register_lists, "_PACKAGE", "no-such-register")
    with pytest.raises(RegisterMissing, match="pip install --no-deps"):
        read_lists()


def test_the_register_is_read_once() -> None:
    assert vietnam() is vietnam()
