"""One body that can be accountable for a case, and the two ways of asking for one in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.directory.unit_version import in_force

__all__ = ["Body", "BodyNotInForce", "UnknownBody"]


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that can be accountable for a case.

    ``kind`` is ``government``, ``party_committee``, ``front`` or ``agency``. ``valid_to`` is the
    first day without it; ``successors`` are the ids of the bodies that took over then.
    """

    body_id: str
    kind: str
    unit_id: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Say whether the body exists on that day."""
        return in_force(on, self.valid_from, self.valid_to)

    def ended(self, on: date) -> bool:
        """Say whether the body was gone by that day."""
        return self.valid_to is not None and self.valid_to <= on


class UnknownBody(LookupError):
    """No body ever had this id."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"Unknown body {ref!r}: write unit:CODE for a unit's government, party:CODE for its "
            "party committee, front:CODE for its Fatherland Front, or the id of an agency"
        )
        self.ref = ref


class BodyNotInForce(LookupError):
    """The body is known but does not exist on the day asked for.

    ``since`` is the first day without it, None when it only begins later; ``successors`` are the
    bodies that took over and exist on the day asked for.
    """

    def __init__(self, body: Body, on: date, successors: tuple[Body, ...]) -> None:
        self.since = body.valid_to if body.ended(on) else None
        self.body = body
        self.successors = successors
        super().__init__(self._message())

    def _message(self) -> str:
        named = f"Body {self.body.body_id} ({self.body.name})"
        if self.since is None:
            return f"{named} is in force only from {self.body.valid_from}"
        heirs = ", ".join(f"{b.body_id} {b.name}" for b in self.successors) or "none known"
        return f"{named} has not been in force since {self.since}; its successors: {heirs}"
