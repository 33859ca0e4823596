"""What happened to the case, when its clocks end, and what became of a command."""

from __future__ import annotations

from api.examples.facts import ACCOUNT, CASE, CODE, COMMUNE, PACK, TEXT, Example

__all__ = ["LAW", "TELLING"]

LAW = "Thông tư 05/2021/TT-TTCP"
_REPORTER = {"role": "reporter", "body": None, "account": None}
_OFFICER = {"role": "case_officer", "body": COMMUNE, "account": ACCOUNT}
_HISTORY: Example = {
    "case_id": CASE,
    "version": 11,
    "events": [
        {
            "version": 1,
            "event_id": "019c9a3e-6f1d-7a41-8ec6-f53f7619e8fb",
            "type": "CaseReported",
            "occurred_at": "2026-03-02T09:00:00+07:00",
            "recorded_at": "2026-03-02T09:00:00.485427+07:00",
            "actor": _REPORTER,
            "facts": {
                "code": CODE,
                "unit": "26737~2025",
                "accountable": "unit:26737~2025",
                "rung": "commune",
                "category": "road",
                "channel": "web",
                "latitude_e6": 10788400,
                "longitude_e6": 106690200,
                "located_by": "unit",
                "about_body": None,
                "pack": PACK,
                "zone": "Asia/Ho_Chi_Minh",
            },
            "words": {"text": TEXT},
        },
        {
            "version": 9,
            "event_id": "019c9a9c-3d80-7c02-9b1f-23f6041a0288",
            "type": "AssignmentAccepted",
            "occurred_at": "2026-03-02T11:50:00+07:00",
            "recorded_at": "2026-03-02T11:50:00.553448+07:00",
            "actor": _OFFICER,
            "facts": {"by_body": "unit:26737~2025"},
            "words": {},
        },
    ],
    "next": 9,
}
_RULE = "first day not counted, Civil Code 2015 Art. 147 and 148, Labour Code 2019 Art. 112"
_ANSWER: Example = {
    "clock_id": "answer-1",
    "kind": "answer",
    "body": COMMUNE,
    "rung": "commune",
    "started_at": "2026-03-02T11:00:00+07:00",
    "due_at": "2026-03-16T17:00:00+07:00",
    "overdue": False,
    "paused": False,
    "missed_at": None,
    "stopped": None,
    "extensions": 0,
    "basis": [LAW],
    "lines": [
        {
            "day": "2026-03-02",
            "counted": None,
            "text": f"10 working days from 2026-03-02 11:00 +0700 by answer.commune@2 ({LAW}); "
            f"{_RULE}",
        },
        {"day": "2026-03-06", "counted": 4, "text": "working day: 4 of 10"},
        {"day": "2026-03-07", "counted": None, "text": "weekend: not counted"},
        {"day": "2026-03-16", "counted": 10, "text": "working day: 10 of 10"},
        {"day": "2026-03-16", "counted": None, "text": "due 2026-03-16 17:00 +0700"},
    ],
}
_GIVEN: Example = {"case_id": CASE, "version": 9, "events": ["AssignmentAccepted"]}

#: By the name of the schema. Long ones are cut.
TELLING: Example = {
    "History": _HISTORY,
    "Clocks": {
        "case_id": CASE,
        "version": 11,
        "at": "2026-03-02T15:00:00+07:00",
        "clocks": [_ANSWER],
    },
    "Given": _GIVEN,
    "Became": {"key": "5f1c7a52-3f0e-4a53-9f4e-2f9f3b1c6d10", "outcome": "done", **_GIVEN},
}
