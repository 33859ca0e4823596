"""Where `hoiam` is run: nowhere, on a module's stack, in this process or as one of its own."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from cli.main import main
from tests.cli.process import Hoiam, Said, Up, run_hoiam


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hoiam:
    """Runs `hoiam` in this process, which is much quicker, and leaves its logging alone."""
    for module in ("cli.desk", "cli.drill"):
        monkeypatch.setattr(f"{module}.configure_logging", lambda _level: None)
    for name in [name for name in os.environ if name.startswith("HOIAM_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, given: bytes = b"") -> Said:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = main(arguments)
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One stack in virtual time for all tests of a module."""
    running = Up(tmp_path_factory.mktemp("văn phòng"), "--virtual-time")
    yield running
    assert running.stop() == 0


@pytest.fixture
def hoiam(up: Up, say: Hoiam, monkeypatch: pytest.MonkeyPatch) -> Hoiam:
    """Runs `hoiam` in this process, where the module's stack runs."""
    monkeypatch.chdir(up.folder)
    return say


@pytest.fixture
def process(up: Up) -> Hoiam:
    """Runs `hoiam` as a process, where the module's stack runs."""
    return partial(run_hoiam, up.folder)


@pytest.fixture
def start_up() -> Iterator[Callable[..., Up]]:
    """Starts stacks; those that a failed test leaves running are stopped."""
    started: list[Up] = []

    def start(folder: Path, *arguments: str) -> Up:
        started.append(Up(folder, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.stop()
