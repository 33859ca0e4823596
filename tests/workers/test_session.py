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


async def test_a_wrong_setting_is_named(stack: Path) -> None:
    with pytest.raises(BadSettings, match="HOIAM_HISTORY_LIMIT"):
        embedded_settings(info_of(stack), {"HOIAM_HISTORY_LIMIT": "none"})
