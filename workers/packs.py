"""Reads policy packs and calendars from their files, with file, line and field in every error."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

import policies
from domain.calendar import Calendar, CalendarSpec
from domain.policy import Faults, Pack, PolicyBook
from workers.marked_models import Loaded, load
from workers.marked_yaml import Problem

__all__ = [
    "SHIPPED",
    "PackInvalid",
    "calendars",
    "check",
    "read_book",
    "read_calendar",
    "read_pack",
]

SHIPPED = Path(policies.__file__).parent
"""The folder of the packs that come with the project."""

_M = TypeVar("_M", bound=BaseModel)


class PackInvalid(ValueError):
    """Policy files that cannot be used; `problems` says where and what to do, as does the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, one line of text each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read_pack(path: Path) -> Pack:
    """Read one pack. Raises `PackInvalid`."""
    return _accepted(_load_pack(path))


def read_book(folder: Path | None = None) -> PolicyBook:
    """Read every pack of a folder, the shipped one when none is given. Raises `PackInvalid`."""
    book, problems = _load_book(folder or SHIPPED)
    if book is None:
        raise PackInvalid(problems)
    return book


def check(path: Path) -> list[Problem]:
    """List everything wrong with a pack, or with a folder of packs; nothing when it can be used."""
    return _load_book(path)[1] if path.is_dir() else list(_load_pack(path).problems)


def read_calendar(path: Path) -> Calendar:
    """Read one calendar. Raises `PackInvalid`."""
    return _built(_accepted(load(CalendarSpec, path)))


def calendars(folder: Path | None = None) -> Mapping[str, Calendar]:
    """Read the shipped calendars and those in `folder`/calendars, which go before shipped ones.

    `vn@1` is that version, `vn` the latest one. Raises `PackInvalid`, also when two files of a
    folder hold the same version of a calendar.
    """
    specs, problems = _specs(folder or SHIPPED)
    if problems:
        raise PackInvalid(problems)
    return MappingProxyType({name: _built(spec) for name, spec in specs.items()})


@lru_cache
def _built(spec: CalendarSpec) -> Calendar:
    # Working out years of public holidays takes a while, and a calendar never changes.
    return Calendar(spec)


def _accepted(loaded: Loaded[_M]) -> _M:
    if loaded.value is None or loaded.problems:
        raise PackInvalid(loaded.problems)
    return loaded.value


def _load_pack(path: Path) -> Loaded[Pack]:
    loaded = load(Pack, path)
    if loaded.value is None:
        return loaded
    specs, problems = _specs(path.parent)
    wrong = problems or _calendar_problems(loaded, loaded.value, specs)
    return replace(loaded, problems=tuple(wrong))


def _calendar_problems(
    loaded: Loaded[Pack], pack: Pack, specs: Mapping[str, CalendarSpec]
) -> list[Problem]:
    spec = specs.get(pack.calendar)
    if spec is None:
        message = f"no calendar is called {pack.calendar}; there is {', '.join(sorted(specs))}"
        return [loaded.source.problem(("calendar",), message)]
    if spec.zone != pack.zone:
        # Days would end in one zone and be counted in another.
        message = f"{pack.zone} is not the zone of calendar {pack.calendar}, {spec.zone}"
        return [loaded.source.problem(("zone",), f"{message}; use one zone for both")]
    return []


def _load_book(folder: Path) -> tuple[PolicyBook | None, list[Problem]]:
    loaded = [_load_pack(path) for path in sorted(folder.glob("*.yaml"))]
    problems = [problem for one in loaded for problem in one.problems]
    if not loaded:
        problems = [Problem(str(folder), 1, "", "holds no policy pack; add a .yaml file")]
    if problems:
        return None, problems
    try:
        return PolicyBook([_accepted(one) for one in loaded]), []
    except Faults as error:
        placed = ((loaded[int(fault.path[0])].source, fault) for fault in error.faults)
        return None, [source.problem(fault.path[1:], fault.message) for source, fault in placed]


def _specs(folder: Path) -> tuple[dict[str, CalendarSpec], list[Problem]]:
    specs, problems = _specs_in(SHIPPED / "calendars")
    if (own := folder / "calendars").resolve() != (SHIPPED / "calendars").resolve():
        found, wrong = _specs_in(own)
        specs, problems = specs | found, [*problems, *wrong]
    return specs, problems


def _specs_in(folder: Path) -> tuple[dict[str, CalendarSpec], list[Problem]]:
    loaded = [load(CalendarSpec, path) for path in sorted(folder.glob("*.yaml"))]
    problems = [problem for one in loaded for problem in one.problems]
    specs: dict[str, CalendarSpec] = {}
    known = [(one, one.value) for one in loaded if one.value is not None]
    for one, spec in sorted(known, key=lambda pair: pair[1].version):
        key = f"{spec.id}@{spec.version}"
        if key in specs:
            problems.append(one.source.problem(("version",), f"{key} is in another file too"))
        specs[key] = specs[spec.id] = spec
    return specs, problems
