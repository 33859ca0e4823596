"""How large a request may be, and how long it may take to come: more for a file."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Scope

__all__ = ["UPLOADING", "UPLOADS", "USUAL", "Bounds", "is_upload"]

UPLOADS = "/v1/uploads"
#: A slow line brings the largest file in this time (seconds) at about 1 Mbit/s.
UPLOADING = 180.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """``largest`` bounds a body (bytes), ``longest`` the time until the answer begins (seconds)."""

    largest: int
    longest: float


USUAL = Bounds(256 * 1024, 20.0)


def is_upload(scope: Scope) -> bool:
    """Whether a request brings a file."""
    return (scope["method"], scope["path"]) == ("POST", UPLOADS)
