"""A problem on its way out, in the manner of the interface that was called."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.open311.errors import PREFIX, answered_as_errors
from api.problems import Problem, answered

__all__ = ["answer_to"]


def answer_to(problem: Problem, request: Request) -> Response:
    """An RFC 9457 problem; to Open311's callers the errors of their standard."""
    if request.url.path.startswith(f"{PREFIX}/"):
        return answered_as_errors(problem, request)
    return answered(problem, request)
