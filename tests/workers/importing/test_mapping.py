"""A mapping's mistakes are named by file, line and field; what it brings along is installed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.workers.importing.files import CLOSED, boston, told
from workers.importing.choice import Choice, Refused, slug
from workers.importing.profile import Profile, UnknownProfile, open_profile
from workers.law import PROFILES, LawBook, installed
from workers.packs import PackInvalid

NEWER = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "examples" / "import" / "so-phan-anh.yaml"


def changed(tmp_path: Path, old: str, new: str) -> str:
    """The example's mapping with one thing changed, as a profile to open."""
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "m.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return f"csv:{path}"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("zone: Asia/Ho_Chi_Minh", "zone: Asia/Sai_Gon", "m.yaml:4: zone: no time zone is called"),
        ("source: so-phan-anh", "source: Sổ", "m.yaml:3: source: String should match"),
        ("id: Mã\n", "", "m.yaml:3: id: is missing; add it"),
        (
            "answer: Trả lời",
            "anwser: Trả lời",
            "anwser: is not a known field; did you mean answer?",
        ),
        ('day_ends: "17:00"', "day_ends: late", "target.day_ends: "),
        ("unit: Mã xã", "unit: {slug: true}", "unit: give either a column or a value for always"),
        (
            "otherwise: explained",
            "otherwise: solved",
            "outcome.otherwise: solved is not an outcome",
        ),
        ('delimiter: ";"', 'delimiter: ";;"', "delimiter: String should have at most 1"),
        ("source: so-phan-anh", "pack: none.yaml\nsource: x", "none.yaml:1: cannot be read"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(PackInvalid, match=re.escape(problem)):
        open_profile(changed(tmp_path, old, new))


def test_the_example_is_read_and_needs_no_folder() -> None:
    profile = open_profile(f"csv:{EXAMPLE}")
    assert (profile.mapping.source, profile.pack) == ("so-phan-anh", None)


@pytest.mark.parametrize("spec", ["chicago", "", "../profiles/boston311", "."])
def test_an_unknown_profile_is_answered_with_those_there_are(spec: str) -> None:
    with pytest.raises(UnknownProfile, match=r"use boston311, or csv:MAPPING\.yaml"):
        open_profile(spec)


def test_every_column_of_the_shipped_mapping_is_in_the_files_header() -> None:
    assert set(boston().mapping.columns()) <= set(CLOSED)


# -- choices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "cell", "value", "fits"),
    [
        ({"always": "road"}, "anything", "road", True),
        ({"column": "c"}, " road ", "road", True),
        ({"column": "c", "slug": True}, "Đường  sá/Vỉa hè", "duong-sa-via-he", True),
        ({"column": "c", "values": {"a": "b"}}, "a", "b", True),
        ({"column": "c", "values": {"a": "b"}, "otherwise": "z"}, "q", "z", False),
        ({"column": "c", "blank": None}, " ", None, True),
        ({"column": "c", "otherwise": "z"}, "", "z", False),
    ],
)
def test_a_choice_says_what_it_took_and_whether_it_fits(
    choice: Mapping[str, object], cell: str, value: str | None, fits: bool
) -> None:
    picked = Choice.model_validate(choice).pick(cell)
    assert (picked.value, picked.fits) == (value, fits)


@pytest.mark.parametrize(
    ("choice", "cell", "reason"),
    [
        ({"column": "c"}, "", "c: the cell is empty; map it, or give `otherwise`"),
        ({"column": "c", "values": {"a": "b"}}, "q", "c: 'q' is not mapped"),
    ],
)
def test_what_is_not_mapped_is_refused(
    choice: Mapping[str, object], cell: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        Choice.model_validate(choice).pick(cell)


def test_slugs_of_the_types_in_the_shipped_pack_are_its_ids() -> None:
    pack = yaml.safe_load((PROFILES / "boston311" / "pack.yaml").read_text("utf-8"))
    for category in pack["categories"]:
        assert category["id"] == slug(category["en"])


# -- profiles of your own --------------------------------------------------------------------


@pytest.fixture
def riverton(tmp_path: Path) -> Path:
    """A town of its own: Boston's files under other names."""
    folder = tmp_path / "riverton"
    folder.mkdir()
    for file in (PROFILES / "boston311").iterdir():
        text = file.read_text("utf-8").replace("us-bos", "us-riv").replace("boston311", "riverton")
        (folder / file.name).write_text(text, "utf-8")
    return folder


def opened(folder: Path, profiles: Path | None) -> Profile:
    return open_profile(f"csv:{folder / 'mapping.yaml'}", profiles)


def test_what_a_mapping_brings_is_found_by_a_law_book_that_runs(
    riverton: Path, tmp_path: Path
) -> None:
    profiles = tmp_path / "profiles"
    book = LawBook(profiles)
    profile = opened(riverton, profiles)
    book.refresh()
    assert profile.pack == "riverton"
    assert book().book.get("riverton").calendar == "us-ma"
    assert [path.name for path in installed(profiles)] == ["riverton"]
    unit = book().directory.known_unit("us-riv:dorchester")
    assert unit.name == "Dorchester"


def test_opening_it_again_writes_nothing_and_a_change_is_copied(
    riverton: Path, tmp_path: Path
) -> None:
    profiles = tmp_path / "profiles"
    opened(riverton, profiles)
    copy = profiles / "riverton" / "directory.yaml"
    before = copy.stat().st_mtime_ns
    opened(riverton, profiles)
    assert copy.stat().st_mtime_ns == before
    text = copy.read_text("utf-8").replace("City of Boston", "City of Riverton")
    (riverton / "directory.yaml").write_text(text, "utf-8")
    opened(riverton, profiles)
    assert "City of Riverton" in copy.read_text("utf-8")


def test_what_it_brings_needs_a_folder(riverton: Path) -> None:
    with pytest.raises(PackInvalid, match="pack: brings a file along; set HOIAM_PROFILES_DIR"):
        opened(riverton, None)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("mapping.yaml", "source: riverton", "source: boston311", "a profile that is shipped"),
        (
            "mapping.yaml",
            "otherwise: other",
            "otherwise: othr",
            "'othr' is no category of the pack",
        ),
        ("pack.yaml", "id: riverton\n", "id: classic\n", "policy classic is here twice"),
        ("pack.yaml", "calendar: us-ma", "calendar: us-ny", "no calendar is called us-ny"),
        ("directory.yaml", "us-riv", "us-bos", "Two territories have the same unit: us-bos"),
        ("directory.yaml", "parent: us-riv}", "parent: us-x}", "No such parent in the directory"),
    ],
)
def test_a_profile_that_contradicts_the_law_is_not_installed(
    riverton: Path, tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    text = (riverton / file).read_text("utf-8")
    assert old in text
    (riverton / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(PackInvalid, match=problem) as refused:
        opened(riverton, tmp_path / "profiles")
    assert str(riverton) in str(refused.value)
    assert installed(tmp_path / "profiles") == []


def test_the_row_of_a_profile_with_a_dated_register_goes_by_its_day() -> None:
    profile = open_profile(f"csv:{EXAMPLE}")
    row = {
        "Mã": "1",
        "Ngày nhận": "04/03/2024 08:15",
        "Hạn xử lý": "18/03/2024",
        "Ngày xong": "18/03/2024 16:59",
        "Mã xã": "26740",
        "Lĩnh vực": "Đường sá",
        "Kênh": "Zalo",
        "Nội dung": "Mẫu",
        "Trả lời": "",
        "Kết quả": "",
        "Đúng hạn": "Có",
    }
    before = told(row, profile=profile, now=NEWER).case
    after = told({**row, "Ngày nhận": "04/08/2025 08:15"}, profile=profile, now=NEWER).case
    assert (before.unit, before.pack, before.late) == ("26740", "classic@1", False)
    assert (after.unit, after.pack) == ("26740~2025", "since-2025-07@1")
    with pytest.raises(Refused, match="not been in force since 2025-07-01; its successors"):
        told({**row, "Ngày nhận": "04/08/2025 08:15", "Mã xã": "760"}, NEWER, profile)
