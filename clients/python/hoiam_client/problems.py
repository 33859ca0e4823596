"""What can go wrong, as exceptions: the server's problems (RFC 9457), and a lost connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = [
    "BY_TYPE",
    "Conflict",
    "Invalid",
    "KeyReused",
    "Lost",
    "NotFound",
    "NotPermitted",
    "OutcomeUnknown",
    "Problem",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "VersionMismatch",
    "problem_of",
    "refused",
]


class Details(BaseModel):
    """The members of a problem; ``code`` is the rule's own word for its refusal."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str = ""
    specifics: str | None = None
    code: str | None = None
    errors: tuple[dict[str, str], ...] = ()
    current_version: int | None = None
    candidates: tuple[dict[str, Any], ...] = ()


class Problem(Exception):
    """The server refused or failed. ``retry_after`` (seconds) is what it asks to wait."""

    def __init__(self, details: Details, retry_after: float | None = None) -> None:
        super().__init__(f"{details.title}: {details.specifics or details.detail}")
        self.details = details
        self.retry_after = retry_after

    @property
    def type(self) -> str:
        """Which problem it is; what a type means never changes."""
        return self.details.type

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.details.status

    @property
    def code(self) -> str | None:
        """The rule that refused."""
        return self.details.code


class Unauthenticated(Problem):
    """No token, or one that does not count any more."""


class NotPermitted(Problem):
    """The role, its body or its territory does not reach so far."""


class NotFound(Problem):
    """It is not there, or not for this caller."""


class Conflict(Problem):
    """The rules refuse it as the case stands now."""


class VersionMismatch(Problem):
    """The case has changed: look at ``details.current_version`` before deciding again."""


class Invalid(Problem):
    """What was sent is wrong; ``details.errors`` says where."""


class KeyReused(Problem):
    """The idempotency key belongs to another request."""


class TooManyRequests(Problem):
    """Wait for ``retry_after``."""


class Unavailable(Problem):
    """The server, its database or its engine cannot serve it now."""


class Lost(Exception):
    """The connection failed, and with it what the server would have said."""


class OutcomeUnknown(Exception):
    """A command may or may not have been done: ask ``commands.outcome(key)`` later."""

    def __init__(self, key: str) -> None:
        super().__init__(f"What became of it is not known yet: ask for the key {key} later.")
        self.key = key


#: By the ``type`` of the problem; anything else goes by its status.
BY_TYPE: Mapping[str, type[Problem]] = {
    "/problems/key-reused": KeyReused,
    "/problems/version-mismatch": VersionMismatch,
}
_BY_STATUS: Mapping[int, type[Problem]] = {
    400: Invalid,
    401: Unauthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    412: VersionMismatch,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: TooManyRequests,
    503: Unavailable,
}


def problem_of(answer: httpx.Response) -> Problem:
    """The exception for an answer that is not a success."""
    try:
        details = Details.model_validate_json(answer.content)
    except ValidationError:  # a proxy's own page
        details = Details(title=answer.reason_phrase, status=answer.status_code)
    kind = BY_TYPE.get(details.type) or _BY_STATUS.get(answer.status_code, Problem)
    return kind(details, _seconds(answer.headers.get("retry-after")))


def refused(code: str, specifics: str | None) -> Problem:
    """The exception for a refusal that was looked up; it was kept without its problem."""
    details = Details(title="Refused", status=409, code=code, specifics=specifics)
    return VersionMismatch(details) if code == "version_mismatch" else Conflict(details)


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() else None
