"""How a field of a case is chosen: by a table of a column's values, as it stands, or always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.directory.names import fold
from domain.policy.base import Fault, Faults, Flag, Part, Text

__all__ = ["Choice", "ChoiceField", "Picked", "Refused", "slug"]


class Refused(ValueError):
    """A row cannot become a case; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What a column says; ``fits`` is False where the choice of last resort had to be taken."""

    value: str | None
    fits: bool = True


def slug(text: str) -> str:
    """A name as an id: lower case, no diacritics, words joined by hyphens."""
    return fold(text).replace(" ", "-")


class Choice(Part):
    """Where a field comes from.

    ``always`` is one value for every row. Otherwise the column's text is looked up in ``values``;
    without a table it stands for itself, with ``slug`` in the form of an id. ``blank`` is for an
    empty cell, ``otherwise`` for a text that is not known; without them such a row is rejected.
    """

    column: Text | None = None
    always: Text | None = None
    values: dict[str, str | None] = Field(default_factory=dict)
    slug: Flag = False
    blank: str | None = None
    otherwise: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.column is None) == (self.always is None):
            message = "give either a column or a value for always"
            raise Faults([Fault((), message)])
        return self

    def pick(self, text: str) -> Picked:
        """Choose by a cell's text. Raises Refused."""
        if self.always is not None:
            return Picked(self.always)
        told = text.strip()
        if told in self.values:
            return Picked(self.values[told])
        if not told:
            return self._for_blank()
        if self.slug:
            return Picked(slug(told))
        return Picked(told) if not self.values else self.last_resort(f"{told!r} is not mapped")

    @property
    def named(self) -> str:
        """What the choice is made by, for messages."""
        return self.column or f"always {self.always}"

    def _for_blank(self) -> Picked:
        if "blank" in self.model_fields_set:
            return Picked(self.blank)
        return self.last_resort("the cell is empty")

    def last_resort(self, why: str) -> Picked:
        """The value for what is not known. Raises Refused with ``why`` when there is none."""
        if "otherwise" in self.model_fields_set:
            return Picked(self.otherwise, fits=False)
        raise Refused(f"{self.named}: {why}; map it, or give `otherwise`")


def _from_column(value: Any) -> Any:
    """Let a file name a column without more words."""
    return {"column": value} if isinstance(value, str) else value


ChoiceField = Annotated[Choice, BeforeValidator(_from_column)]
