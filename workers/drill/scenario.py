"""A scenario as its file says it, with the line of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from domain.policy import Fault, Faults
from workers.drill.forms import Step
from workers.drill.references import faults
from workers.drill.words import Form, LocalTime
from workers.marked_models import load
from workers.marked_yaml import Marked, Problem

__all__ = ["Scenario", "ScenarioInvalid", "read_scenario"]


class ScenarioInvalid(ValueError):
    """A scenario that cannot be run; ``problems`` says where and what to do, as does the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Scenario(Form):
    """Steps from a local time on; ``policy`` is a pack's id, left out: whichever is in force."""

    start: LocalTime
    policy: str | None = None
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        found = [Fault(("steps", *fault.path), fault.message) for fault in faults(self.steps)]
        if found:
            raise Faults(found)
        return self


def read_scenario(path: Path) -> tuple[Scenario, Marked]:
    """Read one file, with the lines of its places. Raises ScenarioInvalid."""
    loaded = load(Scenario, path)
    if loaded.value is None:
        raise ScenarioInvalid(loaded.problems)
    return loaded.value, loaded.source
