"""Which cases are meant: a small language over the row of a case, and its meaning in Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from domain.row import CaseRow
from domain.scope.fields import Value, check_moment, check_several, check_value
from domain.words import words_of

__all__ = [
    "AllOf",
    "AnyOf",
    "Before",
    "Everything",
    "Is",
    "Leaf",
    "Meets",
    "Mentions",
    "Not",
    "Nothing",
    "OneOf",
    "Overdue",
    "Scope",
    "Since",
    "matches",
]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every case."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No case."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Cases that are in each of the parts; without parts every case."""

    parts: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Cases that are in one of the parts or more; without parts none."""

    parts: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Cases that are not in the part."""

    part: Scope


@dataclass(frozen=True, slots=True)
class Is:
    """Cases whose field has this value; None is a field that is not set.

    Raises ValueError for a field that a row does not have, or a value it cannot have.
    """

    field: str
    value: Value

    def __post_init__(self) -> None:
        check_value(self.field, self.value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Cases whose field has one of these values; of no values none. Raises as ``Is``."""

    field: str
    values: frozenset[str]

    def __post_init__(self) -> None:
        for value in self.values:
            check_value(self.field, value)


@dataclass(frozen=True, slots=True)
class Meets:
    """Cases whose field, which holds several values, has one of these. Raises as ``Is``."""

    field: str
    values: frozenset[str]

    def __post_init__(self) -> None:
        check_several(self.field, self.values)


@dataclass(frozen=True, slots=True)
class Before:
    """Cases whose time lies before a moment; a time that is not set does not. Raises as ``Is``."""

    field: str
    moment: datetime

    def __post_init__(self) -> None:
        check_moment(self.field, self.moment)


@dataclass(frozen=True, slots=True)
class Since:
    """Cases whose time is a moment or lies after it; as ``Before``. Raises as ``Is``."""

    field: str
    moment: datetime

    def __post_init__(self) -> None:
        check_moment(self.field, self.moment)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Cases whose text has each of these words, wherever: see ``domain.words``.

    Only for those who may read the text (``domain.access.READERS``): whoever may ask for
    words can find out what it says. Raises ValueError without words, or for what is no folded word.
    """

    words: frozenset[str]

    def __post_init__(self) -> None:
        if not self.words or words_of(*self.words) != self.words:
            raise ValueError("Search for one word or more, of letters or digits.")


@dataclass(frozen=True, slots=True)
class Overdue:
    """Cases whose accountable body is past due at a moment: see ``CaseRow.overdue``."""

    moment: datetime

    def __post_init__(self) -> None:
        check_moment("due_at", self.moment)


Leaf: TypeAlias = Is | OneOf | Meets | Before | Since | Overdue
Scope: TypeAlias = Everything | Nothing | AllOf | AnyOf | Not | Mentions | Leaf


def matches(scope: Scope, row: CaseRow, words: frozenset[str] | None = None) -> bool:
    """Whether a case is in a scope. SQL says the same: ``eventlog.scope_sql``.

    ``words`` are those of the case's text; a question about them raises ValueError without.
    """
    match scope:
        case Everything() | Nothing():
            return isinstance(scope, Everything)
        case AllOf(parts):
            return all(matches(part, row, words) for part in parts)
        case AnyOf(parts):
            return any(matches(part, row, words) for part in parts)
        case Not(part):
            return not matches(part, row, words)
        case Mentions(asked):
            return asked <= _told(words)
        case _:
            return _holds(scope, row)


def _told(words: frozenset[str] | None) -> frozenset[str]:
    if words is None:
        raise ValueError("Whether a text mentions a word cannot be told from the row.")
    return words


def _holds(scope: Leaf, row: CaseRow) -> bool:
    if isinstance(scope, Overdue):
        return row.overdue(scope.moment)
    value = getattr(row, scope.field)
    match scope:
        case Is():
            return bool(value == scope.value)
        case OneOf():
            return value in scope.values
        case Meets():
            return not scope.values.isdisjoint(value)
        case Before():
            return value is not None and value < scope.moment
        case Since():
            return value is not None and value >= scope.moment
        case _:
            assert_never(scope)
