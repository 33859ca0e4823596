"""The case as officers are shown it, in a list and by itself."""

from __future__ import annotations

from api.examples.facts import ACCOUNT, CASE, CODE, COMMUNE, FRONT, PACK, TEXT, UNIT, Example

__all__ = ["CASES", "ITEM"]

ITEM: Example = {
    "case_id": CASE,
    "code": CODE,
    "state": "in_progress",
    "rung": "commune",
    "accountable": COMMUNE,
    "unit": UNIT,
    "category": "road",
    "severity": "normal",
    "channel": "web",
    "received_at": "2026-03-02T09:00:00+07:00",
    "changed_at": "2026-03-02T14:30:00+07:00",
    "due_at": "2026-03-16T17:00:00+07:00",
    "overdue": False,
    "late": False,
    "paused": False,
    "open": True,
    "reopened": 0,
    "lead": COMMUNE,
    "assignee": ACCOUNT,
    "outcome": None,
    "merged_into": None,
    "closed_at": None,
    "version": 11,
}
_FILE: Example = {
    **ITEM,
    "held_by": [],
    "coordinating": [FRONT],
    "asked": [],
    "about_body": None,
    "survivor_of": [],
    "identity_kept": True,
    "returned": 0,
    "evidence": 0,
    "drafts": 0,
    "informed_at": None,
    "satisfied": None,
    "pack": PACK,
    "text": TEXT,
    "supplements": ["Chiều nay đã có xe máy ngã."],
}

#: By the name of the schema.
CASES: Example = {"Item": ITEM, "CaseFile": _FILE}
