"""Bulks, and the registers of units, bodies and categories."""

from __future__ import annotations

from api.examples.facts import COMMUNE, OTHER, PACK, UNIT, Example

__all__ = ["WORKING"]

_DAY = "2026-03-02"
_FROM = {"valid_from": "2025-07-01", "valid_to": None}
_BULK: Example = {
    "bulk_id": "019c9b10-4b9a-705e-81b2-4bea31cb302e",
    "command": "classify",
    "act_as": "intake_officer@unit:26737~2025",
    "state": "finished",
    "undoes": None,
    "planned_at": "2026-03-02T08:00:00Z",
    "started_at": "2026-03-02T08:01:10Z",
    "ended_at": "2026-03-02T08:01:12Z",
    "counts": {
        "total": 3,
        "skipped": 1,
        "waiting": 0,
        "done": 1,
        "unchanged": 0,
        "refused": 1,
        "not_done": 0,
    },
}
_RESULT: Example = {
    "number": 1,
    "case_id": OTHER,
    "version": 2,
    "forecast": {"events": ["CaseClassified"], "code": None, "why": None, "specifics": None},
    "outcome": "done",
    "result": {"events": ["CaseClassified"], "code": None, "why": None, "specifics": None},
    "new_version": 3,
}
_UNIT: Example = {
    **UNIT,
    "kind": "commune",
    "level": "commune",
    "above": [{"code": "79", "name": "Thành phố Hồ Chí Minh"}],
    **_FROM,
}
_BODY: Example = {**COMMUNE, "kind": "government", "unit": UNIT, **_FROM}
_CATEGORY: Example = {
    "id": "road",
    "vi": "Đường sá, vỉa hè",
    "en": "Roads and pavements",
    "confidential": False,
}

#: By the name of the schema.
WORKING: Example = {
    "BulkView": _BULK,
    "Results": {"results": [_RESULT], "next": 1},
    "Units": {"on": _DAY, "units": [_UNIT]},
    "Bodies": {"on": _DAY, "bodies": [_BODY]},
    "Categories": {"on": _DAY, "pack": PACK, "categories": [_CATEGORY]},
}
