"""One law for an installation: profiles are found, and a broken one takes nothing away."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.policy import UnknownPack
from workers import law as laws
from workers.law import PROFILES, LawBook, installed, load_law
from workers.packs import PackInvalid

DAY = date(2026, 1, 5)


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """A folder with one profile of its own: a town called Riverton."""
    _copy(tmp_path / "profiles" / "riverton", "riverton", "us-riv")
    return tmp_path / "profiles"


def _copy(folder: Path, name: str, town: str) -> None:
    folder.mkdir(parents=True)
    for file in (PROFILES / "boston311").iterdir():
        text = file.read_text("utf-8").replace("us-bos", town).replace("boston311", name)
        (folder / file.name).write_text(text, "utf-8")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for changes at every call."""
    monkeypatch.setattr(laws, "_PATIENCE", 0.0)


def test_the_shipped_law_has_the_register_and_every_shipped_profile() -> None:
    law = load_law()
    assert law.directory.resolve("unit:79", DAY).name.startswith("Ủy ban nhân dân")
    assert law.directory.resolve("unit:us-bos:dorchester", DAY).name == "Dorchester office"
    assert law.directory.resolve("agency:us-bos:isd", DAY).unit_id == "us-bos"
    assert law.book.get("boston311").levels == ("neighbourhood", "city")


def test_a_pack_of_a_profile_is_in_force_for_its_own_cases_only() -> None:
    law = load_law()
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert law.at(now).pack.id == "since-2025-07"
    assert law.at(now, "boston311").calendar.zone.key == "America/New_York"


def test_a_profile_that_is_added_is_found_without_a_restart(
    profiles: Path, tmp_path: Path, impatient: None
) -> None:
    empty = tmp_path / "later"
    book = LawBook(empty)
    with pytest.raises(UnknownPack):
        book().book.get("riverton")
    shutil.copytree(profiles, empty)
    assert book().book.get("riverton").version == 1
    assert book().directory.known_unit("us-riv").full_name == "City of Boston"


def test_an_unchanged_folder_is_not_read_again(profiles: Path, impatient: None) -> None:
    book = LawBook(profiles)
    assert book() is book()


def test_a_profile_that_breaks_later_leaves_the_law_that_is_known(
    profiles: Path, impatient: None
) -> None:
    book = LawBook(profiles)
    known = book()
    (profiles / "riverton" / "pack.yaml").write_text("id: [", "utf-8")
    assert book() is known


def test_a_profile_that_is_broken_from_the_start_is_named(profiles: Path) -> None:
    (profiles / "riverton" / "pack.yaml").write_text("id: [", "utf-8")
    with pytest.raises(PackInvalid, match=r"riverton/pack\.yaml:1: malformed YAML"):
        LawBook(profiles)


def test_two_profiles_with_one_pack_are_refused(profiles: Path) -> None:
    _copy(profiles / "second", "riverton", "us-two")
    with pytest.raises(PackInvalid, match=r"second/pack\.yaml:1: policy riverton is here twice"):
        load_law(installed(profiles))


def test_a_calendar_of_a_profile_must_not_contradict_a_known_one(profiles: Path) -> None:
    own = profiles / "riverton" / "calendars"
    own.mkdir()
    shipped = (PROFILES.parent / "calendars" / "us-ma.yaml").read_text("utf-8")
    (own / "us-ma.yaml").write_text(shipped, "utf-8")
    load_law(installed(profiles))
    (own / "us-ma.yaml").write_text(shipped.replace('"17:00"', '"18:00"'), "utf-8")
    with pytest.raises(PackInvalid, match="calendar us-ma@1 is known already"):
        load_law(installed(profiles))


def test_hidden_and_missing_folders_hold_no_profiles(tmp_path: Path) -> None:
    (tmp_path / ".draft").mkdir()
    assert installed(tmp_path) == installed(tmp_path / "none") == installed(None) == []
