"""Loads a YAML file into a pydantic model and puts every refusal on its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from domain.policy import Faults
from workers.marked_yaml import Marked, Place, Problem, read

__all__ = ["Loaded", "load"]

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A file and what it holds; without a value, the problems say why."""

    source: Marked
    value: M | None
    problems: tuple[Problem, ...] = ()


def load(model: type[M], path: Path) -> Loaded[M]:
    """Read one file as one model; nothing is raised for what the file's author did wrong."""
    source = read(path)
    if source.problems:
        return Loaded(source, None, source.problems)
    try:
        return Loaded(source, model.model_validate(source.data))
    except ValidationError as error:
        found = [problem for one in error.errors() for problem in _problems(one, source, model)]
        return Loaded(source, None, tuple(sorted(found, key=lambda problem: problem.line)))


def _problems(error: Any, source: Marked, model: type[BaseModel]) -> Iterator[Problem]:
    place: Place = tuple(error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Faults):
        for fault in cause.faults:
            yield source.problem((*place, *fault.path), fault.message)
    else:
        yield source.problem(place, str(cause) if cause else _message(error, model))


def _message(error: Any, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return _unknown(str(error["loc"][-1]), model)
    if kind == "model_type":
        return f"should be fields with values, not {_shown(error['input'])}"
    said = error["msg"].replace("Input should", "should")
    return f"{said}, not {_shown(error['input'])}"


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a map" if isinstance(value, dict) else "a list"
    return "empty" if value is None else repr(value)


def _unknown(field: str, model: type[BaseModel]) -> str:
    close = get_close_matches(field, _fields(model), n=1)
    advice = f"did you mean {close[0]}?" if close else "remove it"
    return f"is not a known field; {advice}"


@lru_cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Every field name in the model and in the models inside it."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return tuple(dict.fromkeys(name for part in parts for name in part.get("properties", {})))
