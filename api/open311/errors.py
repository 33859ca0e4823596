"""Problems as Open311 tells them: a list of codes and descriptions, under four kinds of status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.language import language_of
from api.open311.formats import suffix_of, written
from api.open311.models import Error
from api.problems import Problem

__all__ = ["PREFIX", "answered_as_errors"]

PREFIX = "/open311/v2"
_BAD, _NO_KEY, _MISSING = 400, 403, 404
#: The standard knows three statuses. The others stay, or a client would give up where it should
#: come again, or look for a fault of its own where it is ours.
_STATUS: Mapping[int, int] = {
    401: _NO_KEY,
    **{status: status for status in (_BAD, _NO_KEY, _MISSING, 405, 429, 500, 503)},
}


def answered_as_errors(problem: Problem, request: Request) -> Response:
    """The problem as Open311 errors, in the format of the address and the caller's language."""
    language = language_of(request.headers.get("accept-language"))
    status = _status(problem)
    told = " ".join(_told(problem.told(language))) or problem.detail(language)
    title = problem.kind.title.said_in(language)
    errors = [Error(code=status, description=f"{title}: {told}")]
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    return written("errors", errors, suffix_of(request.url.path), status, headers)


def _status(problem: Problem) -> int:
    if any("path" in fault for fault in problem.extra.get("errors", ())):
        return _MISSING
    return _STATUS.get(problem.kind.status, _BAD)


def _told(members: Mapping[str, Any]) -> Iterator[str]:
    if specifics := members.get("specifics"):
        yield str(specifics)
        return
    for fault in members.get("errors", ()):
        places = (place.strip("/") for name, place in fault.items() if name != "detail")
        yield f"{', '.join(places)}: {fault['detail'].rstrip('.')}."
