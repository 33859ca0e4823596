"""Where a command works: the stack over a data folder, or the installation in settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workers.embedded.info import StackInfo, find
from workers.settings import PREFIX, Settings

__all__ = ["DEFAULT_DATA", "NothingRuns", "embedded_settings", "find_settings"]

DEFAULT_DATA = Path(".hoiam")
_DATABASE = f"{PREFIX}DATABASE_URL"


class NothingRuns(RuntimeError):
    """No stack runs over the folder and no installation is named; the message says what to do."""


def find_settings(data: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of what a command is meant for.

    A folder that was named is looked at and nothing else. Otherwise the stack over ``.hoiam``
    counts if one runs, then the installation that ``HOIAM_DATABASE_URL`` and the other settings
    name. Raises NothingRuns, BadSettings.
    """
    folder = data or DEFAULT_DATA
    info = find(folder)
    if info is not None:
        return embedded_settings(info, environment)
    if data is None and environment.get(_DATABASE):
        return Settings.from_environment(environment)
    raise NothingRuns(_nothing(folder, named=data is not None))


def embedded_settings(info: StackInfo, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a running stack: its own addresses, all else as the environment says.

    Raises BadSettings.
    """
    own = {
        "DATABASE_URL": info.postgres_dsn.get_secret_value(),
        "TEMPORAL_ADDRESS": info.temporal,
        "TEMPORAL_NAMESPACE": "default",
        "KEYS_DIR": str(info.data_dir / "keys"),
        "PROFILES_DIR": str(info.data_dir / "profiles"),
        "VIRTUAL_TIME": str(info.virtual_time),
    }
    return Settings.from_environment(
        {**environment, **{f"{PREFIX}{name}": value for name, value in own.items()}}
    )


def _nothing(folder: Path, *, named: bool) -> str:
    start = "`hoiam up`" if folder == DEFAULT_DATA else f"`hoiam up --data {folder}`"
    installation = (
        "" if named else f", or name an installation by {_DATABASE} and its other settings"
    )
    return f"Nothing runs over {folder}: start it with {start}{installation}."
