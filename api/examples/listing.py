"""What officers are shown around the case: lists, look-alikes, reporters, what is allowed."""

from __future__ import annotations

from api.examples.cases import ITEM
from api.examples.facts import CASE, CODE, COMMUNE, OTHER, OTHER_CODE, TEXT, Example

__all__ = ["LISTING"]

_LIKE: Example = {
    **ITEM,
    "case_id": OTHER,
    "code": OTHER_CODE,
    "state": "received",
    "channel": "phone",
    "received_at": "2026-03-02T09:20:00+07:00",
    "changed_at": "2026-03-02T09:20:00+07:00",
    "due_at": "2026-03-04T17:00:00+07:00",
    "lead": None,
    "assignee": None,
    "version": 2,
}
_LIST: Example = {
    "at": "2026-03-02T15:00:00+07:00",
    "cases": [_LIKE, ITEM],
    "next": None,
    "total": 2,
    "facets": {
        "state": [{"value": "in_progress", "cases": 1}, {"value": "received", "cases": 1}],
        "rung": [{"value": "commune", "cases": 2}],
        "severity": [{"value": "normal", "cases": 2}],
        "category": [{"value": "road", "cases": 2}],
        "channel": [{"value": "phone", "cases": 1}, {"value": "web", "cases": 1}],
        "accountable": [{"value": COMMUNE["ref"], "cases": 2, "name": COMMUNE["name"]}],
        "overdue": [{"value": "false", "cases": 2}],
    },
}
_DUPLICATES: Example = {
    "case_id": CASE,
    "candidates": [
        {
            "case": _LIKE,
            "score": 92,
            "metres": 25,
            "same_unit": True,
            "hours_apart": 0,
            "same_category": True,
            "words": ["gà", "trước", "cổng", "trường"],
            "why": [
                "Cách 25 m.",
                "Cùng đơn vị.",
                "Nhận trong cùng một giờ.",
                "Cùng lĩnh vực.",
                "Cùng nhắc đến: gà, trước, cổng, trường.",
            ],
            "joined": None,
        }
    ],
}
_REPORTERS: Example = {
    "case_id": CASE,
    "reporters": [
        {
            "case_id": CASE,
            "code": CODE,
            "state": "in_progress",
            "received_at": "2026-03-02T09:00:00+07:00",
            "channel": "web",
            "category": "road",
            "text": TEXT,
            "address": None,
            "supplements": [
                {"at": "2026-03-02T13:10:00+07:00", "text": "Chiều nay đã có xe máy ngã."}
            ],
            "merged_into": None,
            "merged_at": None,
            "informed_at": None,
            "verdicts": [],
            "identity_kept": True,
        }
    ],
}
_ALLOWED: Example = {
    "case_id": CASE,
    "version": 11,
    "commands": [
        {
            "command": "approve_response",
            "allowed": False,
            "act_as": [],
            "code": "not_permitted",
            "why": "Vai trò không được phép",
            "specifics": (
                "Vai trò cán bộ thụ lý (case_officer) không được thực hiện approve_response."
            ),
        },
        {"command": "draft_response", "allowed": True, "act_as": ["case_officer@unit:26737"]},
    ],
}

#: By the name of the schema.
LISTING: Example = {
    "CaseList": _LIST,
    "Duplicates": _DUPLICATES,
    "Threads": _REPORTERS,
    "Allowed": _ALLOWED,
}
