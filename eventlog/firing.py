"""Which firing of which clock an event claims: none may happen twice."""

from __future__ import annotations

from domain.events import DeadlineMissed, EventBody, ReminderDue, TopRungReminder

__all__ = ["BREACH", "firing_of"]

BREACH = "breach"


def firing_of(body: EventBody) -> tuple[str, str] | None:
    """The clock's id and ``reminder:n``, ``breach`` or ``top:n``; None for all other events."""
    if isinstance(body, DeadlineMissed):
        return body.clock_id, BREACH
    if isinstance(body, ReminderDue | TopRungReminder):
        return body.clock_id, body.firing
    return None
