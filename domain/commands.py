"""Every command of a case on one page: in which states it is allowed, and what decides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.params import Params
from domain.wake import Course

__all__ = ["COMMANDS", "Command", "Spec", "command"]


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants done to a case, as it was asked."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spec:
    """One command: its states, its parameters and its rule.

    ``ready`` looks at what the state alone does not say, before the parameters are read. A rule
    adds events to the course; both may raise Rejected.
    """

    name: str
    states: frozenset[str]
    params: type[Params]
    rule: Callable[[Course, Any], None]
    ready: Callable[[Course], None]


#: Filled by the rooms under ``domain/rules``.
COMMANDS: dict[str, Spec] = {}


def _always(course: Course) -> None:
    """Most commands need no more than the right state."""


def command(
    name: str,
    states: frozenset[str],
    params: type[Params],
    ready: Callable[[Course], None] = _always,
) -> Callable[[Callable[[Course, Any], None]], Callable[[Course, Any], None]]:
    """Register the rule of a command."""

    def register(rule: Callable[[Course, Any], None]) -> Callable[[Course, Any], None]:
        COMMANDS[name] = Spec(name, states, params, rule, ready)
        return rule

    return register
