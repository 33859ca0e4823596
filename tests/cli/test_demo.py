"""`hoiam demo` as people call it: mistakes at once, and the whole story with nothing left over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOSTON = Path(os.environ.get("HOIAM_SHARED_DATA", ROOT.parent / "shared" / "data")) / (
    "cases_boston311_2011q3.csv"
)


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a temporary folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "demo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rows", "5"], "name it by --input"),
        (["--profile", "boston311"], "name it by --input"),
        (["--input", "here.csv"], "--profile boston311, or --profile csv:MAPPING.yaml"),
        (["--input", "nowhere.csv", "--profile", "boston311"], "There is no file nowhere.csv"),
        (["--input", "here.csv", "--profile", "boston311", "--rows", "0"], "rows"),
    ],
)
def test_a_mistake_in_the_call_is_told_before_anything_starts(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "here.csv").write_text("a,b\n", encoding="utf-8")
    done = demo(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["here.csv"]


@pytest.mark.long
@pytest.mark.timeout(480)
def test_the_whole_story_ends_well_and_leaves_nothing(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
    for words in (
        "180 cases by state and rung",
        "56 escalations (chuyển cấp trên)",
        "told in sentences",
        "holiday: Tết Nguyên Đán: not counted",
        "Verified: 3288 events",
        "All 180 stories ended as planned",
        "Where to look next",
    ):
        assert words in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.timeout(480)
@pytest.mark.skipif(not BOSTON.exists(), reason="the Boston 311 file is not on this machine")
def test_a_file_climbs_by_itself(tmp_path: Path) -> None:
    arguments = ("--input", str(BOSTON), "--profile", "boston311", "--rows", "300", "--json")
    done = demo(tmp_path, *arguments)
    assert done.stderr == ""
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["ok"], told["findings"], told["stuck"]) == (True, [], 0)
    assert told["import"]["imported"] + told["import"]["rejected"] == 300
    assert told["escalations"]
    verdict = told["import"]["verdict"]
    assert verdict["agree"] > 99 * verdict["disagree"]
    assert list(tmp_path.iterdir()) == []
