"""What a measurement says, how it is printed and where it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RESULTS", "Figure", "report"]

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``ratio`` is what is judged against ``goal``.

    ``at_most`` says that smaller is better; ``against`` is None for a figure that stands alone.
    """

    name: str
    value: float
    against: float | None
    ratio: float
    goal: float
    unit: str
    at_most: bool = False
    note: str = ""

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def report(figures: Sequence[Figure]) -> None:
    """Print a table and write ``bench/results/latest.json``."""
    for figure in figures:
        against = "–" if figure.against is None else f"{figure.against:,.1f}"
        sign = "≤" if figure.at_most else "≥"
        mark = "reached" if figure.reached else "NOT reached"
        print(
            f"{figure.name}: {figure.value:,.1f} {figure.unit} against {against}; "
            f"ratio {figure.ratio:,.2f} (goal {sign} {figure.goal:g}, {mark}) {figure.note}"
        )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({f.name: _kept(f) for f in figures}, indent=2) + "\n", "utf-8")


def _kept(figure: Figure) -> dict[str, object]:
    return {
        "value": round(figure.value, 3),
        "against": None if figure.against is None else round(figure.against, 3),
        "ratio": round(figure.ratio, 3),
        "goal": figure.goal,
        "reached": figure.reached,
    }
