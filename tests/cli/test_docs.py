"""docs/commands.md says what the command does: its examples are calls that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.errors import Exit
from cli.main import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text("utf-8")
EXAMPLES = [line.removeprefix("$ hoiam ") for line in PAGE.splitlines() if line[:8] == "$ hoiam "]


def commands() -> list[str]:
    families = ("case", "units", "policy")
    names = [name for name in app if not name.startswith("-") and name not in families]
    return names + [f"{one} {name}" for one in families for name in app[one] if name[0] != "-"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_call_that_the_command_takes(
    example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    app.parse_args(shlex.split(example), exit_on_error=False, print_error=False)


def test_the_examples_were_found() -> None:
    assert len(EXAMPLES) > 8


@pytest.mark.parametrize("name", commands())
def test_every_command_is_on_the_page(name: str) -> None:
    assert f"hoiam {name}" in PAGE


def test_every_exit_code_is_on_the_page() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)] == list(Exit)
