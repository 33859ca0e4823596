"""The demo's ending as plain data, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from workers.demo.run import Beat, Ending
from workers.demo.story import Climb, Deadline, Standing, Told

__all__ = ["ending_json"]


def ending_json(ending: Ending, beats: Sequence[Beat], seconds: float) -> dict[str, Any]:
    """Everything that the demo shows; times are local, with their offset."""
    return {
        "ok": ending.ok,
        "seconds": round(seconds, 1),
        **_standing(ending.standing),
        "history": _history(ending.history) if ending.history else None,
        "deadline": _deadline(ending.deadline) if ending.deadline else None,
        "refusals": dict(ending.played.refusals) if ending.played else {},
        "surprises": [asdict(s) for s in ending.played.surprises] if ending.played else [],
        "stuck": ending.stuck,
        "findings": [asdict(finding) for finding in ending.findings],
        "import": ending.imported.as_json() if ending.imported else None,
        "beats": [_beat(beat) for beat in beats],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "cases": standing.cases,
        "open": standing.open,
        "late": standing.late,
        "events": standing.events,
        "counts": [
            {"rung": rung, "state": state, "cases": cases}
            for (rung, state), cases in sorted(standing.by_place.items())
        ],
        "outcomes": dict(standing.by_outcome),
        "escalations": [_climb(climb) for climb in standing.climbs],
    }


def _climb(climb: Climb) -> dict[str, Any]:
    return {**asdict(climb), "at": climb.at.astimezone(ZoneInfo(climb.zone)).isoformat()}


def _history(told: Told) -> dict[str, Any]:
    zone = ZoneInfo(told.zone)
    events = [
        {
            "type": event.type,
            "occurred_at": event.occurred_at.astimezone(zone).isoformat(),
            "actor": str(event.actor),
        }
        for event in told.history
    ]
    return {"code": told.code, "events": events}


def _deadline(deadline: Deadline) -> dict[str, Any]:
    due = deadline.clock.due_at
    return {
        "code": deadline.code,
        "due_at": due.astimezone(ZoneInfo(deadline.zone)).isoformat() if due else None,
        "trace": [
            {"day": line.day.isoformat() if line.day else None, "text": line.text}
            for line in deadline.lines
        ],
    }


def _beat(beat: Beat) -> dict[str, Any]:
    at = beat.at.astimezone(ZoneInfo(beat.zone)).isoformat()
    return {**asdict(beat), "at": at, "events": dict(beat.events)}
