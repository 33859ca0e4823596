"""A minimal valid request for every route, and what an answer to it shows of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from api.examples import EXAMPLES
from tests.activities.samples import TAKEN
from tests.api.counter import NOW, TEXT

__all__ = ["LISTS", "PHONE", "URL", "Subject", "request_for", "sign_of"]

CASE, TRACK, BULK = "/v1/cases/{case}", "/v1/track/{code}", "/v1/bulk/{bulk}"
HELD, V2 = "/v1/subscriptions/{subscription}", "/open311/v2"
FORM = {"category": "road", "text": TEXT}
SAID: Mapping[str, Any] = {"text": "Ở cạnh cột điện."}
NOTE = {"command": "note", "params": {"text": "Đã xem."}}
#: Where a receiver would listen, and does not.
PHONE = "0912000000"
_TICK = timedelta(milliseconds=1)
URL = "https://127.0.0.1:9/hoiam"


@dataclass(frozen=True)
class Subject:
    """What a request is about; ``unit`` is the code of the unit of the case."""

    case: str = "-"
    code: str = "-"
    secret: str = "-"
    unit: str = "26737"
    file: str = "-"
    bulk: str = "-"
    subscription: str = "-"
    key: str = "-"
    giver: str = "-"
    to: str = "-"
    account: str = "0" * 20
    text: str = TEXT
    at: datetime = NOW

    def fill(self, path: str) -> str:
        """A path with the ids in it."""
        names = ("case", "code", "file", "bulk", "subscription", "key", "account")
        return path.format(**{name: getattr(self, name) for name in names})


#: Method, path, and what is sent; commands are added below.
_REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "is_alive": ("GET", "/healthz", {}),
    "is_ready": ("GET", "/readyz", {}),
    "explain_problem": ("GET", "/problems/invalid", {}),
    "who_am_i": ("GET", "/v1/me", {}),
    "find_places": ("POST", "/v1/places", {"json": {"address": "Phường Tân Định"}}),
    "upload_file": ("POST", "/v1/uploads", {"content": TAKEN["application/pdf"]}),
    "track_report": ("GET", TRACK, {}),
    "supplement_report": ("POST", f"{TRACK}/supplement", {"json": SAID}),
    "judge_answer": ("POST", f"{TRACK}/feedback", {"json": {"satisfied": True}}),
    "withdraw_report": ("POST", f"{TRACK}/withdraw", {"json": {}}),
    "list_own_attachments": ("GET", f"{TRACK}/attachments", {}),
    "download_own_attachment": ("GET", f"{TRACK}/attachments/{{file}}", {}),
    "list_attachments": ("GET", f"{CASE}/attachments", {}),
    "download_attachment": ("GET", f"{CASE}/attachments/{{file}}", {}),
    "read_events": ("GET", "/v1/events", {"params": {"limit": 500}}),
    "subscribe": ("POST", "/v1/subscriptions", {"json": {"url": URL}}),
    "list_subscriptions": ("GET", "/v1/subscriptions", {"params": {"limit": 200}}),
    "show_subscription": ("GET", HELD, {}),
    "change_subscription": ("PATCH", HELD, {"json": {"state": "active"}}),
    "unsubscribe": ("DELETE", HELD, {}),
    "rotate_secret": ("POST", f"{HELD}/secret", {"json": {}}),
    "list_deliveries": ("GET", f"{HELD}/deliveries", {}),
    "list_dead": ("GET", f"{HELD}/dead", {}),
    "replay": ("POST", f"{HELD}/replay", {"json": {"after": -1}}),
    "ping_subscription": ("POST", f"{HELD}/test", {}),
    "disclose_identity": (
        "POST",
        f"{CASE}/identity",
        {"json": {"basis": "Luật Tiếp công dân Đ.7", "reason": "Cần xác minh"}},
    ),
    "replace_receipt": (
        "POST",
        f"{CASE}/receipt",
        {"json": {"basis": "Gọi lại số đã để", "reason": "Mất biên nhận", "phone": PHONE}},
    ),
    "read_grants": ("GET", "/v1/accounts/{account}", {}),
    "find_duplicates": ("GET", f"{CASE}/duplicates", {}),
    "list_reporters": ("GET", f"{CASE}/reporters", {}),
    "read_case": ("GET", CASE, {}),
    "read_history": ("GET", f"{CASE}/history", {}),
    "explain_clocks": ("GET", f"{CASE}/clocks", {}),
    "search_units": ("GET", "/v1/units", {}),
    "search_bodies": ("GET", "/v1/bodies", {}),
    "search_categories": ("GET", "/v1/categories", {}),
    "what_became": ("GET", "/v1/commands/{key}", {}),
    "what_is_allowed": ("GET", f"{CASE}/allowed", {}),
    "plan_undo": ("POST", f"{BULK}/undo", {"json": {}}),
    "see_bulk": ("GET", BULK, {}),
    "see_bulk_results": ("GET", f"{BULK}/results", {}),
    "start_bulk": ("POST", f"{BULK}/start", {}),
    "stop_bulk": ("POST", f"{BULK}/stop", {}),
    "discover_open311": ("GET", f"{V2}/discovery.json", {}),
    "list_services": ("GET", f"{V2}/services.json", {}),
    "define_service": ("GET", f"{V2}/services/road.json", {}),
    "show_request": ("GET", f"{V2}/requests/{{code}}.json", {}),
    "show_token": ("GET", f"{V2}/tokens/{{code}}.json", {}),
    **{
        f"command_{name}": ("POST", f"{CASE}/commands/{name}", {"json": dict(form)})
        for name, form in EXAMPLES.items()
    },
}


#: Asked for the cases that were received in the moment in which the subject was.
_OF_ITS_MOMENT = {
    "list_cases": "/v1/cases",
    "export_cases": "/v1/cases.csv",
    "show_statistics": "/v1/stats",
}


def request_for(route: str, subject: Subject) -> tuple[str, str, dict[str, Any]]:
    """Method, path and what is sent. Raises KeyError for a route that nobody wrote down."""
    made: dict[str, tuple[str, dict[str, Any]]] = {
        "make_report": ("/v1/reports", {"json": {**FORM, "unit": subject.unit}}),
        "create_request": (
            f"{V2}/requests.json",
            {"data": {"service_code": "road", "description": TEXT, "address_id": subject.unit}},
        ),
        "plan_bulk": ("/v1/bulk", {"json": {**NOTE, "cases": [subject.case]}}),
        "plan_handover": (
            "/v1/handovers",
            {"json": {"from": subject.giver, "to": subject.to, "reason": "Nghỉ phép"}},
        ),
    }
    if route in {"give_grants", "revoke_tokens"}:
        return _for_account(route, subject)
    if route in made:
        path, sent = made[route]
        return "POST", path, sent
    if route in _OF_ITS_MOMENT:
        at, end = subject.at.isoformat(), (subject.at + _TICK).isoformat()
        asked = {"received_since": at, "received_before": end}
        return "GET", _OF_ITS_MOMENT[route], {"params": asked}
    if route == "list_requests":
        at, end = subject.at.isoformat(), (subject.at + _TICK).isoformat()
        return "GET", f"{V2}/requests.json", {"params": {"start_date": at, "end_date": end}}
    if route == "list_officers":
        return "GET", "/v1/officers", {"params": {"body": f"unit:{subject.unit}"}}
    method, path, sent = _REQUESTS[route]
    return method, subject.fill(path), sent


def _for_account(route: str, subject: Subject) -> tuple[str, str, dict[str, Any]]:
    reason = {"reason": "Đổi nhiệm vụ"}
    if route == "revoke_tokens":
        return "POST", "/v1/tokens/revoke", {"json": {**reason, "account": subject.account}}
    form = {**reason, "grants": [f"case_officer@unit:{subject.unit}"]}
    return "PUT", f"/v1/accounts/{subject.account}/grants", {"json": form}


#: What of the subject an answer of these shows to whoever may see it.
LISTS: Mapping[str, str] = {
    "show_statistics": "case",
    "list_cases": "case",
    "export_cases": "code",
    "list_requests": "code",
    "read_events": "case",
    "show_request": "text",
    "list_subscriptions": "subscription",
}
_REFUSED = {
    "unauthenticated": "1",
    "not-permitted": "3",
    "out-of-scope": "3",
    "not-accountable": "!",
    "not-scanned": "~",
}


def sign_of(route: str, answer: httpx.Response, subject: Subject) -> str:
    """The sign of an answer in the matrix; what it means that has none, in full."""
    if answer.is_success:
        return "+" if _shows(route, answer, subject) else "."
    said = answer.json()
    if isinstance(said, list):  # the standard of Open311 has one number for both
        return "3" if said[0]["code"] == 403 else answer.text
    kind = str(said.get("type", "")).rpartition("/")[2]
    if answer.status_code == 404:
        return "4"
    if kind in _REFUSED:
        return _REFUSED[kind]
    if route.startswith("command_") or route in {"plan_undo", "judge_answer"}:
        return "+" if answer.status_code in {409, 422} else answer.text
    return answer.text


def _shows(route: str, answer: httpx.Response, subject: Subject) -> bool:
    if route == "plan_bulk":
        return bool(answer.json()["counts"]["waiting"])
    if route == "list_cases":
        said = answer.json()
        assert said["total"] == len(said["cases"]), "counts are over what is seen"
        assert bool(said["facets"]["state"]) is bool(said["cases"]), "facets too"
    if route == "show_statistics":
        return bool(answer.json()["total"]["received"]["n"])
    return route not in LISTS or getattr(subject, LISTS[route]) in answer.text
