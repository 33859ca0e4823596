"""The parts of a story: a step that somebody takes, and how the case stands at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Arc", "Step", "at_commune", "at_province", "by_front", "by_reporter", "refused"]


@dataclass(frozen=True, slots=True)
class Step:
    """A command, at the first stop from ``day`` working days after the report's day on.

    ``who`` and the texts in ``params`` may hold ``{commune}``, ``{province}``, ``{front}``,
    ``{party}`` (codes as people write them), ``{survivor}`` (the report it duplicates) and
    ``{today}``. ``refusal`` is the code with which the rules must refuse it.
    """

    day: int
    command: str
    who: str
    params: Mapping[str, Any] = field(default_factory=dict)
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """What happens to a case, in one sentence and in steps, and what must have come of it.

    ``climbs`` is how often the case must have gone one rung up, for whatever cause.
    """

    title: str
    steps: tuple[Step, ...]
    state: str
    rung: str = "commune"
    climbs: int = 0
    outcome: str | None = None


def at_commune(day: int, command: str, role: str = "intake_officer", **params: Any) -> Step:
    """A step of somebody in the commune's government."""
    return Step(day, command, f"{role}@{{commune}}", params)


def at_province(day: int, command: str, role: str = "intake_officer", **params: Any) -> Step:
    """A step of somebody in the province's government."""
    return Step(day, command, f"{role}@{{province}}", params)


def by_front(day: int, command: str, role: str = "case_officer", **params: Any) -> Step:
    """A step of somebody in the commune's Fatherland Front."""
    return Step(day, command, f"{role}@{{front}}", params)


def by_reporter(day: int, command: str, **params: Any) -> Step:
    """A step of the person who reported."""
    return Step(day, command, "reporter", params)


def refused(code: str, step: Step) -> Step:
    """The same step, which the rules must refuse with this code."""
    return replace(step, refusal=code)
