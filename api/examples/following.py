"""What other programs get and send: events, subscriptions and deliveries."""

from __future__ import annotations

from api.examples.facts import CASE, Example

__all__ = ["FOLLOWING"]

_URL = "https://receiver.example.vn/hoiam"
_EVENT: Example = {
    "specversion": "1.0",
    "id": "019c9a9c-3d80-7c02-9b1f-23f6041a0288",
    "source": "urn:hoiam:5f1c0d9a77e2b3c4",
    "type": "vn.hoiam.case.AssignmentAccepted.v1",
    "subject": CASE,
    "time": "2026-03-02T04:50:00Z",
    "datacontenttype": "application/json",
    "data": {
        "position": 4711,
        "version": 9,
        "actor": "case_officer@unit:26737~2025",
        "body": {"by_body": "unit:26737~2025"},
    },
}
_TOLD: Example = {
    "id": "019c9b20-4bf5-70d4-9ae5-02722ee54278",
    "role": "integration",
    "body": "unit:79",
    "unit": "79",
    "url": _URL,
    "types": ["CaseClosed", "CaseEscalated"],
    "units": ["26737~2025"],
    "categories": [],
    "state": "active",
    "why": None,
    "looked": 4711,
    "waiting": 0,
    "dead": 1,
    "failures": 0,
    "created_at": "2026-03-02T08:15:00Z",
    "old_secret_until": None,
}
_DELIVERY: Example = {
    "position": 4702,
    "event_id": "019c9a3e-7a10-7b52-9d55-0a8d5d0f8d11",
    "case_id": CASE,
    "type": "CaseEscalated",
    "state": "dead",
    "attempts": 9,
    "status": 503,
    "error": "status_503",
    "milliseconds": 412,
    "tried_at": "2026-03-03T09:00:00Z",
}

#: By the name of the schema.
FOLLOWING: Example = {
    "EventPage": {"events": [_EVENT], "next": 4711, "more": False},
    "SubscriptionTold": _TOLD,
    "SubscriptionPage": {"subscriptions": [_TOLD], "next": None},
    "WithSecret": {**_TOLD, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"},
    "Changed": {"types": ["CaseClosed"], "state": "active"},
    "Rotation": {"overlap_hours": 48},
    "Replay": {"case_id": CASE},
    "Replayed": {"revived": 1, "after": None},
    "Deliveries": {"deliveries": [_DELIVERY]},
    "api__subscription_forms__Answered": {
        "taken": True,
        "status": 204,
        "error": None,
        "milliseconds": 85,
    },
}
