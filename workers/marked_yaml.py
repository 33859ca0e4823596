"""Reads YAML into plain data that remembers its lines, and refuses what YAML lets slip by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from workers.plain_yaml import PlainLoader

__all__ = ["Marked", "Place", "Problem", "field_name", "parse", "read"]

Place = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


class Problem(NamedTuple):
    """One thing wrong with a file: where it is and what to do about it."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Write it the way editors and terminals can follow."""
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.field}: " if self.field else "") + self.message


def field_name(place: Place) -> str:
    """Write a place as people do: `rules[3].limit.amount`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Marked:
    """What a file says, the line of each of its places, and what was wrong with it as YAML."""

    file: str
    data: object = None
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def problem(self, place: Place, message: str) -> Problem:
        """Place a problem on the line of the nearest thing that the file really has."""
        return Problem(self.file, self._line(place), field_name(place), message)

    def _line(self, place: Place) -> int:
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Reader:
    """Turns the nodes of one document into data, noting lines and problems on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.loader = PlainLoader(text)
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def document(self) -> object:
        node = self.loader.get_single_node()
        if node is None:
            self._refuse((), 1, "the file is empty")
            return None
        return self._value(node, ())

    def _value(self, node: yaml.Node, place: Place) -> object:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*place, at)) for at, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value in node.value:
            line, key = key_node.start_mark.line + 1, key_node.value
            if not isinstance(key, str):
                self._refuse(place, line, "a key must be a word")
            elif key in found:
                first = self.lines[(*place, key)]
                self._refuse((*place, key), line, f"is here twice, first on line {first}; keep one")
            else:
                self.lines[(*place, key)] = line
                found[key] = self._value(value, (*place, key))
        return found

    def _scalar(self, node: yaml.Node, place: Place) -> object:
        try:
            return self.loader.construct_object(node)
        except ValueError:
            message = f"{node.value} is not a date; write YEAR-MONTH-DAY"
            self._refuse(place, node.start_mark.line + 1, message)
            return None

    def _refuse(self, place: Place, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, field_name(place), message))


def read(path: Path) -> Marked:
    """Read a UTF-8 file; whatever is wrong with it is in the `problems` of the answer."""
    file = str(path)
    try:
        return parse(path.read_bytes().decode("utf-8-sig"), file)
    except OSError as error:
        return _broken(file, 1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return _broken(file, line, "is not UTF-8 text; save the file as UTF-8")


def parse(text: str, file: str) -> Marked:
    """Read YAML text; `file` is only the name for its problems."""
    try:
        reader = _Reader(text, file)
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(part for part in (error.context, error.problem) if part)
        # What is missing at the end is said of the line after the last one.
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        return _broken(file, line, f"malformed YAML: {why}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return _broken(file, line, f"malformed YAML: {error.reason}; remove the character")
    except RecursionError:
        return _broken(file, 1, "malformed YAML: lists or maps too deep inside each other")
    return Marked(file, data, reader.lines, tuple(reader.problems))


def _broken(file: str, line: int, message: str) -> Marked:
    return Marked(file, problems=(Problem(file, line, "", message),))
