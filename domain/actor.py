"""Who does a thing: a role of a body, the reporter of the case, or the system's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["REPORTER", "ROLES", "SYSTEM", "Actor"]

#: Roles a person or a program may hold in a body (glossary: vai trò).
ROLES = frozenset(
    {
        "collaborator",
        "intake_officer",
        "case_officer",
        "leader",
        "auditor",
        "admin",
        "integration",
    }
)
_BODILESS = frozenset({"reporter", "system"})


@dataclass(frozen=True, slots=True)
class Actor:
    """A role, the body it is held in, and an opaque id of the account that acts.

    Written ``role@body`` or ``role@body#subject``; a reporter and the system have no body.
    """

    role: str
    body: str | None = None
    subject: str | None = None

    def __str__(self) -> str:
        place = f"@{self.body}" if self.body else ""
        return f"{self.role}{place}" + (f"#{self.subject}" if self.subject else "")

    @classmethod
    def parse(cls, text: str) -> Actor:
        """Read ``role@body#subject``. Raises ValueError with what is expected."""
        return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Actor:
    rest, _, subject = text.partition("#")
    role, _, body = rest.partition("@")
    if role in _BODILESS and not body:
        return Actor(role, None, subject or None)
    if role not in ROLES:
        known = ", ".join(sorted(ROLES | _BODILESS))
        raise ValueError(f"Unknown role {role!r}: use one of {known}.")
    if not body:
        raise ValueError(f"Write the body too: {role}@unit:CODE.")
    return Actor(role, body, subject or None)


SYSTEM = Actor("system")
REPORTER = Actor("reporter")
