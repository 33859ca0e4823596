"""How a command fails: the exit codes, and the one exception that carries them to the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from domain.rejection import CALLER_MISTAKES, Rejection

__all__ = ["Exit", "Failed", "mistakes", "refused"]

#: Refusals by which the caller learns of a mistake of theirs; a calendar that ends is mended by
#: whoever runs the system, as a wrong argument is.
_MISTAKES = CALLER_MISTAKES | {"calendar_ends"}


class Exit(IntEnum):
    """What the exit code of ``hoiam`` means."""

    OK = 0
    FAULT = 1
    MISTAKE = 2
    REFUSED = 3
    UNAVAILABLE = 4


class Failed(Exception):
    """Ends a command: a message for people, an exit code, and the refusal if it is one."""

    def __init__(self, message: str, code: Exit, refusal: Rejection | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.refusal = refusal


def refused(code: str, detail: str, param: str | None = None) -> Failed:
    """The failure that a refusal of the rules, or of the command's own checks, leads to."""
    where = f" (parameter {param})" if param else ""
    ends = Exit.MISTAKE if code in _MISTAKES else Exit.REFUSED
    return Failed(f"Refused, {code}{where}: {detail}", ends, Rejection(code, detail, param))


@contextmanager
def mistakes(*kinds: type[Exception]) -> Iterator[None]:
    """Make these exceptions the caller's mistake, told in their own words."""
    try:
        yield
    except kinds as error:
        raise Failed(str(error), Exit.MISTAKE) from error
