"""docs/officers-day.md is run as it stands, in one shell, and shows what came back."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.process import ROOT, Up, environment

pytestmark = pytest.mark.xdist_group("cli")

PAGE = (ROOT / "docs" / "officers-day.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
#: What differs on every machine and every day, and how it is recognised.
DIFFERENT = {
    "<id>": r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    "<code>": r"\bHA(-[0-9A-Z]{5}){2}-[0-9A-Z]\b",
    "<secret>": r"\b[a-z2-7]{32}\b",
    "<hash>": r"\b[0-9a-f]{64}\b",
    "<account>": r"\b[0-9a-f]{20}\b",
    "<time>": r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?)?",
}


@dataclass(frozen=True)
class Step:
    """A command of the page, and the lines that are shown under it."""

    command: str
    shown: tuple[str, ...]


def steps(block: str) -> Iterator[Step]:
    """The commands of a block: each begins with ``$`` and goes on while its quotes are open."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        count = next(n for n in range(1, len(lines) + 1) if complete("\n".join(lines[:n])))
        yield Step("\n".join(lines[:count]), tuple(lines[count:]))


def complete(command: str) -> bool:
    """Whether a shell would run it as it is, without waiting for another line."""
    if command.endswith("\\"):
        return False
    read = subprocess.run(
        ["bash", "-n"], input=command, text=True, capture_output=True, check=False
    )
    return read.returncode == 0


STARTING, *STEPS = [step for block in BLOCKS for step in steps(block)]


def alike(text: str) -> str:
    """A text without what differs."""
    for name, pattern in DIFFERENT.items():
        text = re.sub(pattern, name, text)
    return text


def missing(step: Step, said: str) -> list[str]:
    """The shown lines that did not come, each looked for after the one before."""
    came = iter([alike(line).rstrip(",") for line in said.splitlines()])
    shown = [alike(line).rstrip(",") for line in step.shown if line.strip() != LEFT_OUT]
    return [line for line in shown if line not in came]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The system, started as the page says."""
    hoiam, up, *options = shlex.split(STARTING.command)
    assert (hoiam, up) == ("hoiam", "up")
    running = Up(tmp_path_factory.mktemp("ngày"), *options)
    yield running
    assert running.stop() == 0


def script() -> str:
    """All commands for one shell, which says before each which it is and after it how it ended."""
    told = [f'hoiam() {{ {shlex.quote(sys.executable)} -m cli "$@"; }}', "set -o pipefail"]
    for number, step in enumerate(STEPS):
        told += [f"echo; echo '<<{number}'", step.command, f'echo; echo ">>{number} $?"']
    return "\n".join(told)


def played(folder: Path) -> dict[int, tuple[str, int]]:
    """What each command printed and its exit code."""
    (folder / "day.sh").write_text(script(), "utf-8")
    done = subprocess.run(
        ["bash", "day.sh"],
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
        check=False,
    )
    found = re.findall(r"^<<(\d+)\n(.*?)^>>\1 (\d+)$", done.stdout, re.MULTILINE | re.DOTALL)
    return {int(number): (said, int(code)) for number, said, code in found}


@pytest.mark.timeout(600)
def test_the_day_goes_as_the_page_says(day: Up) -> None:
    said = played(day.folder)
    for number, step in enumerate(STEPS):
        assert number in said, f"not run: {step.command}"
        told, code = said[number]
        assert code == 0, f"{step.command}\n{told}"
        assert missing(step, told) == [], f"{step.command}\n{told}"


def test_the_page_shows_what_came_back() -> None:
    assert len(STEPS) > 30
    assert sum(bool(step.shown) for step in STEPS) > 15
