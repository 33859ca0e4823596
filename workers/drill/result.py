"""What a drill came to: whether all held, the first thing that did not, and the histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eventlog.canonical import instant, plain
from workers.drill.engine import Observed

__all__ = ["DrillResult", "Failure", "histories"]

History = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """The first step that did not go as expected: which one, on which line, and how."""

    step: int
    line: int
    expected: Any
    found: Any
    message: str


@dataclass(frozen=True, slots=True)
class DrillResult:
    """``steps`` counts those that were run, the failed one included.

    ``history`` holds each case's events by the scenario's name for it.
    """

    ok: bool
    file: str
    engine: str
    steps: int
    failure: Failure | None
    history: Mapping[str, History]

    def as_json(self) -> dict[str, Any]:
        """The result in JSON values."""
        return asdict(self)


def histories(seen: Mapping[str, Observed]) -> dict[str, History]:
    """Each case's events as data; the scenario's names stand where the events have case ids."""
    names = {one.case.case_id: alias for alias, one in seen.items()}
    return {alias: _history(one, names) for alias, one in seen.items()}


def _history(seen: Observed, names: Mapping[str, str]) -> History:
    return [
        {
            "version": version,
            "type": event.type,
            "occurred_at": instant(event.occurred_at),
            "actor": str(event.actor),
            "body": _named(plain(event.body), names),
        }
        for version, event in enumerate(seen.history, start=1)
    ]


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value
