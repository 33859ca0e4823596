"""Why a command was refused: a stable code, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CALLER_MISTAKES", "Rejected", "Rejection"]

#: Codes that mean the call itself was wrong, not that the rules forbid it now.
CALLER_MISTAKES = frozenset(
    {"unknown_case", "unknown_command", "invalid", "key_reused", "calendar_ends"}
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal. ``param`` names the offending parameter of an ``invalid`` one."""

    code: str
    detail: str
    param: str | None = None


class Rejected(Exception):
    """Carries a rejection out of nested rules to ``decide``, which returns it."""

    def __init__(self, code: str, detail: str, param: str | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.rejection = Rejection(code, detail, param)
