"""What a reporter sends and sees: the report of the case, and the receipt for it."""

from __future__ import annotations

from api.examples.facts import CASE, CODE, COMMUNE, UNIT, Example
from api.examples.telling import LAW

__all__ = ["ON_RECEIPT", "REPORTING"]

ON_RECEIPT = "mu7ak7rebcpdeldpbv4rcomtlu4xbrbc"
_PLACE = "Phường Tân Định, Thành phố Hồ Chí Minh"
_UPLOAD = "tdtkkjo5c7nwqgx6zrbxvoyd6rjsdw3x"
_SHA256 = "19676bec230d5333ae5652c7631abed6dc8d8cbbfc514a415125e8b7ecfaa041"
_FOUND: Example = {"code": UNIT["code"], "name": _PLACE, "why": "near", "distance_m": 179}
_PROGRESS: Example = {
    "code": CODE,
    "state": "in_progress",
    "outcome": None,
    "refused_on": None,
    "redirected_to": None,
    "received_at": "2026-03-02T09:00:00+07:00",
    "unit": UNIT,
    "located_by": "unit",
    "category": "road",
    "accountable": COMMUNE,
    "promised": {
        "step": "answer",
        "due_at": "2026-03-16T17:00:00+07:00",
        "overdue": False,
        "basis": [LAW],
        "explanation": [
            "2026-03-16 [10] working day: 10 of 10",
            "2026-03-16 due 2026-03-16 17:00 +0700",
        ],
    },
    "paused": False,
    "reopened": 0,
    "merged": False,
    "supplements": 1,
    "answers": [],
    "disclosures": [
        {
            "at": "2026-03-02T14:45:00+07:00",
            "to": f"leader, {COMMUNE['name']}",
            "basis": "Luật Tiếp công dân Đ.20",
            "reason": "Cần hỏi thêm vị trí.",
        }
    ],
    "replacements": [],
}

#: By the name of the schema.
REPORTING: Example = {
    "Receipt": {
        "case_id": CASE,
        "code": CODE,
        "secret": ON_RECEIPT,
        "identity_kept": True,
        "unit": {"code": UNIT["code"], "name": _PLACE, "located_by": "unit"},
    },
    "Somewhere": {"coordinates": {"latitude": 10.7884, "longitude": 106.6902}},
    "Places": {"unit": _FOUND, "located_by": "coordinates", "candidates": [_FOUND]},
    "Progress": _PROGRESS,
    "api__models__Supplement": {"text": "Chiều nay đã có xe máy ngã.", "attachments": [_UPLOAD]},
    "api__models__Feedback": {"satisfied": False, "reason": "Ổ gà lại xuất hiện sau mưa."},
    "Withdrawal": {"reason": "Ổ gà đã được vá."},
    "Heard": {"version": 10, "events": ["ReportSupplemented"], "reopened": None, "why_not": None},
    "Uploaded": {
        "attachment_id": _UPLOAD,
        "media_type": "image/jpeg",
        "size": 248731,
        "sha256": _SHA256,
        "expires_at": "2026-03-03T13:05:00+07:00",
    },
    "Attachment": {
        "attachment_id": _UPLOAD,
        "media_type": "image/jpeg",
        "size": 248731,
        "sha256": _SHA256,
        "scan": "clean",
        "attached_at": "2026-03-02T13:10:00+07:00",
        "with_event": "ReportSupplemented",
        "by_role": "reporter",
    },
}
