"""`hoiam codec-key` and the example that uses it, as a person runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import Hoiam, Up

pytestmark = pytest.mark.xdist_group("cli")

EXAMPLE = Path(__file__).parents[2] / "examples" / "integration" / "start_case.py"


#: Python's own ending would abort: so does a thread of Temporal's client now and then.
UNENDED = """
import atexit, os, runpy, sys
atexit.register(os.abort)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def started(up: Up, key: Path, unit: str) -> subprocess.CompletedProcess[str]:
    options = {
        "--address": up.ready["temporal"],
        "--key-file": str(key),
        "--actor": "integration@unit:79",
        "--unit": unit,
        "--text": "Ổ gà lớn trước cổng trường",
    }
    words = [word for pair in options.items() for word in pair]
    command = [sys.executable, "-c", UNENDED, str(EXAMPLE), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_program_starts_a_case_with_the_key_of_its_file(
    up: Up, hoiam: Hoiam, tmp_path: Path
) -> None:
    key = tmp_path / "program.key"
    assert hoiam("codec-key", str(key), "--json").json == {"file": str(key)}
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    done = started(up, key, "26737")
    assert (done.returncode, done.stderr) == (0, "")
    shown = hoiam("case", "show", done.stdout.strip(), "--json")
    assert shown.json["state"] == "received"
    refused = started(up, key, "99999")
    assert (refused.returncode, refused.stdout) == (3, "The report was refused: invalid (unit).\n")


def test_a_key_is_never_written_over_another_file(hoiam: Hoiam, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert hoiam("codec-key", str(there)).code == 2
    assert there.read_text() == "mine"
