"""By what the cases of a statistic are grouped, as an expression over their periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Grouping", "Key"]

_COLUMNS = frozenset({"category", "channel"})


@dataclass(frozen=True, slots=True)
class Key:
    """The expression of a group's key, what must be joined for it, and the arguments so far."""

    text: str
    join: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """``by`` is unit, body, category, channel or period; None makes one group of all cases.

    A ``period`` is the day, week, month or quarter of receipt in the local time of ``zone``; its
    key is its first day. ``places`` says for each unit to which group its cases belong.
    """

    by: str | None = None
    period: str = "month"
    zone: str = "UTC"
    places: Mapping[str, str] = field(default_factory=dict)

    def key(self, body: str, before: Sequence[object]) -> Key:
        """The key of a case's group; ``body`` is the field by which it belongs to a body."""
        arguments, number = tuple(before), len(before)
        if self.by == "unit":
            placed = f"unnest(${number + 1}::text[], ${number + 2}::text[])"
            join = f"left join {placed} as placed (unit_id, place) on placed.unit_id = unit"
            lists = (list(self.places), list(self.places.values()))
            return Key("coalesce(place, unit)", join, (*arguments, *lists))
        if self.by == "period":
            zone = f"${number + 2}::text"
            start = f"date_trunc(${number + 1}::text, received_at, {zone}) at time zone {zone}"
            return Key(f"to_char({start}, 'YYYY-MM-DD')", "", (*arguments, self.period, self.zone))
        if self.by in _COLUMNS:
            return Key(str(self.by), "", arguments)
        return Key(body if self.by == "body" else "null::text", "", arguments)
