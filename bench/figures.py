"""What a measurement says, how it is printed and where it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RESULTS", "Figure", "line", "report"]

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``ratio`` is what is judged against ``goal``.

    ``at_most`` says that smaller is better; ``against`` is None for a figure that stands alone,
    whose ratio is its value.
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


def report(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Print a line for each, and write them into ``path``; what it holds of others stays."""
    for figure in figures:
        print(line(figure))
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept |= {figure.name: _kept(figure) for figure in figures}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def line(figure: Figure) -> str:
    """One figure in words; one that is measured against nothing has no ratio to tell."""
    sign = "at most" if figure.at_most else "at least"
    mark = "reached" if figure.reached else "NOT reached"
    goal = f"goal {sign} {figure.goal:,g}, {mark}"
    told = f"{figure.name}: {figure.value:,.1f} {figure.unit}".rstrip()
    if figure.against is not None:
        told += f" against {figure.against:,.1f}; ratio {figure.ratio:,.2f}"
    return f"{told} ({goal})" + (f"; {figure.note}" if figure.note else "")


def _kept(figure: Figure) -> dict[str, object]:
    return {
        "value": round(figure.value, 3),
        "against": None if figure.against is None else round(figure.against, 3),
        "ratio": round(figure.ratio, 3),
        "goal": figure.goal,
        "reached": figure.reached,
    }
