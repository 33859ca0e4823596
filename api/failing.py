"""How each route can fail: the statuses that its description tells, no more and no fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.access import Access
from domain.access import GRANTS

__all__ = ["FAILED", "failures"]

#: Under this name a route tells what all its failures look like, where they are no problems.
FAILED = "default"

#: Any route: a token that does not count, too many of those, a fault of ours, an outage.
_ANY = frozenset({401, 429, 500, 503})
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE, _INVALID = 400, 403, 404, 413, 422
_JSON, _OTHER_KIND = "application/json", 415
#: The rules refuse, or the key of what the reporter wrote is destroyed.
_SAYING = frozenset({409, 410})
#: The same; it is another body's now, or it has changed meanwhile.
_COMMAND = frozenset({403, 409, 410, 412})
_WRONG_STATE = frozenset({409})
#: What a route can answer beside what its access, its parameters and its form tell.
_OWN: Mapping[str, frozenset[int]] = {
    **{f"command_{name}": _COMMAND for name in GRANTS},
    "make_report": frozenset({404, 409}),
    "upload_file": frozenset({_OTHER_KIND}),
    **dict.fromkeys(("supplement_report", "judge_answer", "withdraw_report"), _SAYING),
    **dict.fromkeys(("download_attachment", "download_own_attachment"), _SAYING),
    **dict.fromkeys(("disclose_identity", "replace_receipt"), frozenset({410})),
    **dict.fromkeys(("start_bulk", "stop_bulk", "plan_undo", "subscribe"), _WRONG_STATE),
}


def failures(operation: Mapping[str, Any], access: Access) -> list[int]:
    """The statuses of the problems of a route, in order."""
    return sorted({*_ANY, *_of_its_form(operation, access), *_OWN.get(_id(operation), ())})


def _id(operation: Mapping[str, Any]) -> str:
    return str(operation["operationId"])


def _of_its_form(operation: Mapping[str, Any], access: Access) -> Iterator[int]:
    parameters = operation.get("parameters", [])
    if access.roles:
        yield _FORBIDDEN
    if any(one["name"] == "Act-As" for one in parameters):
        yield _BAD_REQUEST
    if any(one["in"] == "path" for one in parameters):
        yield _NOT_FOUND
    if parameters:
        yield _INVALID
    if "requestBody" in operation:
        yield from (_BAD_REQUEST, _TOO_LARGE, _INVALID)
        if _JSON in operation["requestBody"]["content"]:
            yield _OTHER_KIND
