"""What a measurement says and keeps; the measuring itself is never a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import MEASUREMENTS, main
from bench.figures import RESULTS, Figure, line, report

FAST = Figure("fast", 90.0, 100.0, 0.9, 0.7, "/s", note="none doubled")
SLOW = Figure("slow", 1_234.5678, 10_000.0, 0.12345, 0.7, "/s")
NAMES = {
    "accepting_reports",
    "commands",
    "history_events_per_command",
    "http_reports",
    "import",
    "import_memory",
    "wake_ups",
    "inbox_page_p99",
    "history_p99",
    "facet_counts_province_p95",
    "facet_counts_country_p95",
    "lives_at_a_million",
}
SMALL = Figure("small", 6.89, None, 6.89, 8, "", at_most=True)


@pytest.mark.parametrize(
    ("ratio", "at_most", "reached"),
    [
        (0.7, False, True),
        (0.71, False, True),
        (0.69, False, False),
        (0.7, True, True),
        (0.69, True, True),
        (0.71, True, False),
    ],
)
def test_a_goal_is_reached_on_its_own_side(ratio: float, at_most: bool, reached: bool) -> None:
    assert Figure("x", 1.0, None, ratio, 0.7, "", at_most=at_most).reached is reached


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (
            FAST,
            "fast: 90.0 /s against 100.0; ratio 0.90 (goal at least 0.7, reached); none doubled",
        ),
        (SLOW, "slow: 1,234.6 /s against 10,000.0; ratio 0.12 (goal at least 0.7, NOT reached)"),
        (SMALL, "small: 6.9 (goal at most 8, reached)"),
    ],
    ids=lambda given: getattr(given, "name", ""),
)
def test_a_figure_in_words(figure: Figure, told: str) -> None:
    assert line(figure) == told


def test_what_is_kept_has_the_agreed_form(tmp_path: Path) -> None:
    path = tmp_path / "results" / "latest.json"
    report([SLOW, SMALL], path)
    assert json.loads(path.read_text("utf-8")) == {
        "slow": {
            "value": 1234.568,
            "against": 10_000.0,
            "ratio": 0.123,
            "goal": 0.7,
            "reached": False,
        },
        "small": {"value": 6.89, "against": None, "ratio": 6.89, "goal": 8, "reached": True},
    }


def test_measuring_one_thing_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    report([SLOW, SMALL], path)
    report([FAST, Figure("slow", 9.0, 10.0, 0.9, 0.7, "/s")], path)
    kept = json.loads(path.read_text("utf-8"))
    assert {name: figure["ratio"] for name, figure in kept.items()} == {
        "slow": 0.9,
        "small": 6.89,
        "fast": 0.9,
    }


def test_rounding_never_makes_a_goal_reached(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    report([Figure("near", 1.0, 1.0, 0.69999, 0.7, "")], path)
    kept = json.loads(path.read_text("utf-8"))["near"]
    assert (kept["ratio"], kept["reached"]) == (0.7, False)


def test_the_figures_that_are_kept_have_the_agreed_form() -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))
    assert set(kept) <= NAMES
    for name, figure in kept.items():
        assert set(figure) == {"value", "against", "ratio", "goal", "reached"}, name


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commands", "nothing"]) == 2
    assert "Unknown: nothing" in capsys.readouterr().err


def test_every_measurement_can_be_asked_for_by_name() -> None:
    names = ["reports", "commands", "http_reports", "import", "wake_ups", "million"]
    assert list(MEASUREMENTS) == names
