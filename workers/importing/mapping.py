"""The mapping file: which column of another system's file is which field of a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator, model_validator

from domain.policy.base import Fault, Faults, Id, Part, Text
from workers.importing.choice import Choice, ChoiceField

__all__ = ["ISO", "OUTCOMES", "Mapping", "Outcome", "Target", "VerdictColumn"]

ISO = "iso"
"""The time format that needs no pattern: ``2011-07-01 01:32:33``, with or without an offset."""

OUTCOMES = frozenset({"solved_unconfirmed", "explained", "redirected", "refused", "withdrawn"})
"""How an imported case may have ended; what needs a person's word is not among them."""


class Target(Part):
    """The column of the due time; with ``day_ends`` a target at midnight means that time of day."""

    column: Text
    day_ends: time | None = None


class Outcome(Part):
    """What became of a closed case, told by how a column's text begins (the first that fits)."""

    column: Text | None = None
    otherwise: Text = "solved_unconfirmed"
    begins: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        faults = [
            Fault(place, f"{name} is not an outcome; use one of: {', '.join(sorted(OUTCOMES))}")
            for place, name in self._named()
            if name not in OUTCOMES
        ]
        if self.begins and self.column is None:
            faults.append(Fault(("begins",), "needs a column to look at"))
        if faults:
            raise Faults(faults)
        return self

    def _named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield ("otherwise",), self.otherwise
        for text, name in self.begins.items():
            yield ("begins", text), name

    def told(self, text: str) -> str:
        """The outcome that a text tells."""
        for beginning, name in self.begins.items():
            if text.startswith(beginning):
                return name
        return self.otherwise


class VerdictColumn(Part):
    """The file's own judgement of each case, to compare with the engine's."""

    column: Text
    on_time: Text
    late: Text


def _several(value: Any) -> Any:
    """Let a file name one form without a list around it."""
    return (value,) if isinstance(value, str) else value


def _target(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Mapping(Part):
    """How to read a file. ``source`` names where it comes from and is part of every key.

    ``pack`` and ``directory`` are files beside the mapping (ending in .yaml); a pack may also be
    the id of one that is known. Without a pack, the one in force on the day of each row counts.
    ``zone`` is that of times without an offset, ``times`` the forms they are written in.
    """

    source: Annotated[Id, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    pack: Text | None = None
    directory: Text | None = None
    zone: Text
    times: Annotated[tuple[Text, ...], BeforeValidator(_several), Field(min_length=1)] = (ISO,)
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    id: Text
    opened: Text
    target: Annotated[Target | None, BeforeValidator(_target)] = None
    closed: Text | None = None
    text: Text | None = None
    answer: Text | None = None
    category: ChoiceField
    unit: ChoiceField
    channel: ChoiceField = Choice(always="import")
    lead: ChoiceField | None = None
    outcome: Outcome = Outcome()
    verdict: VerdictColumn | None = None
    facts: tuple[Text, ...] = ()

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"no time zone is called {zone}; write one like Asia/Ho_Chi_Minh"
            ) from None
        return zone

    def columns(self) -> dict[str, str]:
        """The columns that the file must have, each with the field that names it."""
        choices = {"category": self.category, "unit": self.unit, "channel": self.channel}
        named: dict[str, str | None] = {
            "id": self.id,
            "opened": self.opened,
            "target": self.target.column if self.target else None,
            "closed": self.closed,
            "text": self.text,
            "answer": self.answer,
            **{field: choice.column for field, choice in choices.items()},
            "lead": self.lead.column if self.lead else None,
            "outcome": self.outcome.column,
            "verdict": self.verdict.column if self.verdict else None,
            **{f"facts[{at}]": column for at, column in enumerate(self.facts)},
        }
        return {column: field for field, column in named.items() if column is not None}
