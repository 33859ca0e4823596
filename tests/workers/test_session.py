"""Where a command works: the folder that is named, or the default one, or the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from workers.embedded.info import StackInfo, publish
from workers.embedded.lock import DataLock
from workers.session import NothingRuns, embedded_settings, find_settings
from workers.settings import BadSettings

INSTALLATION = {
    "HOIAM_DATABASE_URL": "postgresql://db/hoiam",
    "HOIAM_TEMPORAL_ADDRESS": "temporal:7233",
    "HOIAM_KEYS_DIR": "/keys",
}


def info_of(folder: Path) -> StackInfo:
    return StackInfo(
        pid=1,
        postgres_dsn=SecretStr("postgresql://127.0.0.1:5/hoiam"),
        temporal="127.0.0.1:6",
        ui="http://127.0.0.1:7",
        virtual_time=True,
        data_dir=folder,
        started_at=datetime(2026, 1, 5, tzinfo=UTC),
    )


@pytest.fixture
async def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".hoiam"


async def test_the_stack_over_the_default_folder_goes_before_the_settings(stack: Path) -> None:
    async with DataLock(stack):
        publish(info_of(stack))
        settings = find_settings(None, INSTALLATION | {"HOIAM_LOG_LEVEL": "error"})
    assert settings.temporal_address == "127.0.0.1:6"
    assert settings.keys_dir == stack / "keys"
    assert settings.virtual_time
    assert settings.log_level == "error"


async def test_without_one_the_settings_count(stack: Path) -> None:
    assert find_settings(None, INSTALLATION).temporal_address == "temporal:7233"


async def test_a_folder_that_is_named_is_looked_at_and_nothing_else(stack: Path) -> None:
    with pytest.raises(NothingRuns, match="hoiam up --data elsewhere"):
        find_settings(Path("elsewhere"), INSTALLATION)


async def test_with_neither_it_is_said_how_to_start(stack: Path) -> None:
    with pytest.raises(NothingRuns, match="`hoiam up`, or name an installation by HOIAM_DATABASE"):
        find_settings(None, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOIAM_FILES_URL", "/srv/files"),
        ("HOIAM_FILES_URL", "ftp://files"),
        ("HOIAM_SCANNER", "http://av:3310"),
        ("HOIAM_UPLOAD_MEGABYTES", "0"),
        ("HOIAM_UPLOAD_MEGABYTES", "101"),
    ],
)
async def test_a_wrong_setting_for_files_is_named(stack: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        embedded_settings(info_of(stack), {name: value})


async def test_files_lie_in_the_data_folder_unless_the_settings_say_otherwise(
    stack: Path,
) -> None:
    info = info_of(stack)
    assert embedded_settings(info, {}).files == (info.data_dir / "files").as_uri()
    bucket = {"HOIAM_FILES_URL": "s3://hoiam/files", "HOIAM_SCANNER": ""}
    settings = embedded_settings(info, bucket)
    assert (settings.files, settings.scanner) == ("s3://hoiam/files", None)


async def test_a_wrong_setting_is_named(stack: Path) -> None:
    with pytest.raises(BadSettings, match="HOIAM_HISTORY_LIMIT"):
        embedded_settings(info_of(stack), {"HOIAM_HISTORY_LIMIT": "none"})


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.vn", "phananh.example.vn", "https://a.vn/", "file://x", "null"],
)
async def test_a_site_whose_pages_may_call_is_named_exactly(stack: Path, origin: str) -> None:
    named = {"HOIAM_CORS_ORIGINS": f"https://a.example.vn, {origin}"}
    with pytest.raises(BadSettings, match="HOIAM_CORS_ORIGINS"):
        embedded_settings(info_of(stack), named)
    good = {"HOIAM_CORS_ORIGINS": "https://a.example.vn, http://localhost:5173"}
    settings = embedded_settings(info_of(stack), good)
    assert settings.origins == ("https://a.example.vn", "http://localhost:5173")
    assert embedded_settings(info_of(stack), {}).origins == ()
