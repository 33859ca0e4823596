"""A scope as a condition on the table of cases: names from the code, values as arguments only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domain.scope import (
    AllOf,
    AnyOf,
    Before,
    Everything,
    Is,
    Leaf,
    Meets,
    Mentions,
    Not,
    Nothing,
    OneOf,
    Overdue,
    Scope,
    Since,
    Value,
    optional,
)

__all__ = ["Condition", "condition"]


# The planner looks at each value of ``any``, which helps to find cases and not to leave them out; a
# list that is hashed costs it nothing.
_NONE_OF = "(FIELD not in (select unnest(VALUES)))"

# A case without text has no row there, and mentions nothing.
_MENTIONS = "(case_id in (select case_id from case_text where words @@ QUERY::tsquery))"


@dataclass(frozen=True, slots=True)
class Condition:
    """The text of a condition, and the arguments for its ``$1``, ``$2`` and so on."""

    text: str
    arguments: tuple[object, ...]


def condition(scope: Scope, before: Sequence[object] = ()) -> Condition:
    """What a row must meet, as ``domain.scope.matches`` says it.

    The condition is true or false for every row and never null, so that ``Not`` means the same
    as in Python. ``before`` are the arguments of what stands before it in the same statement.
    """
    arguments = list(before)
    text = _text(scope, arguments)
    return Condition(text, tuple(arguments))


def _text(scope: Scope, arguments: list[object]) -> str:
    match scope:
        case Everything() | Nothing():
            return "true" if isinstance(scope, Everything) else "false"
        case AllOf(parts):
            return _joined(" and ", parts, arguments, "true")
        case AnyOf(parts):
            return _joined(" or ", parts, arguments, "false")
        case Not(part):
            return _not(part, arguments)
        case Mentions(words):
            return _MENTIONS.replace("QUERY", _value(_query(words), "text", arguments))
        case _:
            return _leaf(scope, arguments)


def _not(part: Scope, arguments: list[object]) -> str:
    if isinstance(part, OneOf) and not optional(part.field):
        listed = _value(sorted(part.values), "text[]", arguments)
        return _NONE_OF.replace("FIELD", part.field).replace("VALUES", listed)
    return f"not {_text(part, arguments)}"


def _joined(word: str, parts: Sequence[Scope], arguments: list[object], empty: str) -> str:
    return f"({word.join(_text(part, arguments) for part in parts)})" if parts else empty


def _query(words: frozenset[str]) -> str:
    """As PostgreSQL writes it. Words are letters and digits: nothing in them could end a quote."""
    return " & ".join(f"'{word}'" for word in sorted(words))


def _leaf(scope: Leaf, arguments: list[object]) -> str:
    match scope:
        case Is(field, value):
            return _is(field, value, arguments)
        case OneOf(field, values):
            return _known(field, f"{field} = any({_value(sorted(values), 'text[]', arguments)})")
        case Meets(field, values):
            # Its index leaves out the many rows that hold nothing.
            return (
                f"({field} <> '{{}}' and {field} && {_value(sorted(values), 'text[]', arguments)})"
            )
        case Before(field, moment):
            return _known(field, f"{field} < {_value(moment, 'timestamptz', arguments)}")
        case Since(field, moment):
            return _known(field, f"{field} >= {_value(moment, 'timestamptz', arguments)}")
        case Overdue(moment):
            # A case that is ahead of the moment is judged by its own last event.
            judged = f"greatest({_value(moment, 'timestamptz', arguments)}, changed_at)"
            return f"(open and {_known('due_at', f'due_at <= {judged}')})"
        case _:
            assert_never(scope)


def _is(field: str, value: Value, arguments: list[object]) -> str:
    if value is None:
        return f"({field} is null)"
    if isinstance(value, bool):
        return f"({field if value else f'not {field}'})"
    return _known(field, f"{field} = {_value(value, 'text', arguments)}")


def _known(field: str, test: str) -> str:
    """The test, which a field that is not set does not pass."""
    return f"({field} is not null and {test})" if optional(field) else f"({test})"


def _value(value: object, kind: str, arguments: list[object]) -> str:
    """The number of an argument; one that is there already is not sent again: areas are long."""
    for number, known in enumerate(arguments, start=1):
        if type(known) is type(value) and known == value:
            return f"${number}::{kind}"
    arguments.append(value)
    return f"${len(arguments)}::{kind}"
