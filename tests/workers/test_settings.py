"""The page for those who run an installation tells every setting, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workers.settings import PREFIX, BadSettings, Settings

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
#: Read by commands at a terminal, which run in no installation.
AT_A_TERMINAL = {"HOIAM_API_URL", "HOIAM_TOKEN"}


def told() -> dict[str, str]:
    """The rows of the table of settings, by each variable that they name first."""
    section = PAGE.read_text("utf-8").partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `HOIAM_")]
    return {name: row for row in rows for name in re.findall(r"`(HOIAM_\w+)`", row.split("|")[1])}


def test_every_setting_stands_in_the_page_on_operations() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert told().keys() - AT_A_TERMINAL == known


@pytest.mark.parametrize("name", ["zone", "history_limit"])
def test_the_page_tells_the_default_of_a_setting(name: str) -> None:
    default = Settings.model_fields[name].default
    *_, embedded, _ = told()[PREFIX + name.upper()].split("|")
    assert embedded.strip(" `") == str(default)


def test_a_setting_that_is_wrong_is_named() -> None:
    given = {
        "HOIAM_DATABASE_URL": "postgresql://127.0.0.1/hoiam",
        "HOIAM_TEMPORAL_ADDRESS": "127.0.0.1:7233",
        "HOIAM_KEYS_DIR": "keys",
        "HOIAM_HISTORY_LIMIT": "49",
    }
    with pytest.raises(BadSettings, match="HOIAM_HISTORY_LIMIT"):
        Settings.from_environment(given)
    assert Settings.from_environment({**given, "HOIAM_HISTORY_LIMIT": "50"}).history_limit == 50
