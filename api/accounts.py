"""Who calls: an account, and the roles that its token gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actor import ROLES

__all__ = ["ROLES_CLAIM", "Account", "Grant", "grants_of", "kept_grants"]

#: The claim that names roles, as a list of texts such as ``intake_officer@unit:26737``.
ROLES_CLAIM = "hoiam_roles"
_IN = " in "


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a body, for a territory: the body's own, or the unit named and all under it.

    Written ``auditor@unit:79`` or ``auditor@unit:79 in 26737``. ``body_id`` and ``unit_id`` are
    what a kept grant meant when it was given: a code that has another holder since then gives
    nothing.
    """

    role: str
    body: str
    unit: str | None = None
    body_id: str | None = None
    unit_id: str | None = None

    def __str__(self) -> str:
        return f"{self.role}@{self.body}" + (f"{_IN}{self.unit}" if self.unit else "")

    def means(self, body_id: str, unit_id: str) -> bool:
        """Whether it still means this body and, if it names one, this unit."""
        return self.body_id in (None, body_id) and self.unit_id in (None, unit_id)

    @classmethod
    def parse(cls, text: str) -> Grant:
        """Read what a claim says. Raises ValueError."""
        place, _, unit = text.partition(_IN)
        role, _, body = place.strip().partition("@")
        if role not in ROLES or not body:
            raise ValueError(f"{text!r} is not a role and its body, as leader@unit:26737.")
        return cls(role, body.strip(), unit.strip() or None)


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a token speaks for. ``account_id`` is opaque and stays the same: events may hold it."""

    issuer: str
    subject: str
    account_id: str
    token_id: str | None
    issued_at: datetime
    grants: tuple[Grant, ...]


def grants_of(claim: Any) -> tuple[Grant, ...]:
    """The grants in a claim; what is not understood gives nothing."""
    named: Iterable[Any] = claim if isinstance(claim, list) else ()
    return tuple(grant for grant in map(_understood, named) if grant is not None)


def kept_grants(kept: Iterable[Mapping[str, Any]]) -> tuple[Grant, ...]:
    """The grants that an installation keeps of an account."""
    return tuple(Grant(**one) for one in kept if one.get("role") in ROLES)


def _understood(text: Any) -> Grant | None:
    try:
        return Grant.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None
