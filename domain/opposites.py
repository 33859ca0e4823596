"""Which commands can be undone, and by what: the opposite, and what must still be so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.case import Case

__all__ = ["OPPOSITES", "Opposite", "Undo", "still_so", "undo_of"]

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Undo:
    """The parameters that undo a command on one case, and what the command left there.

    Where one of these facts is no longer so, somebody has decided anew since: then nothing is
    undone.
    """

    params: Facts = field(default_factory=dict)
    left: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opposite:
    """The command that undoes another one; ``own`` are its parameters that each case gives."""

    name: str
    own: frozenset[str] = frozenset()
    make: Callable[[Case, Facts], Undo] = lambda *_: Undo()


def _to(param: str, fact: str) -> Callable[[Case, Facts], Undo]:
    """The same command with what was there before it."""
    return lambda before, params: Undo({param: getattr(before, fact)}, {fact: params.get(param)})


#: Whatever is not here cannot be undone: what was said, told or decided stays said.
OPPOSITES: Mapping[str, Opposite] = {
    "pause": Opposite("resume"),
    "resume": Opposite("pause"),
    "classify": Opposite("classify", frozenset({"category"}), _to("category", "category")),
    "set_severity": Opposite("set_severity", frozenset({"severity"}), _to("severity", "severity")),
    "hand_over": Opposite("hand_over", frozenset({"to"}), _to("to", "assignee")),
    "merge": Opposite("unmerge"),
    "unmerge": Opposite(
        "merge", frozenset({"into"}), lambda before, _: Undo({"into": before.merged_into})
    ),
}


def undo_of(name: str, params: Facts, before: Case) -> Undo | None:
    """What undoes a command on a case as it was before it; None where nothing does."""
    opposite = OPPOSITES.get(name)
    return opposite.make(before, params) if opposite else None


def still_so(undo: Undo, case: Case) -> bool:
    """Whether the case is still as the command left it."""
    return all(getattr(case, name) == value for name, value in undo.left.items())
