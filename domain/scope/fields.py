"""What a scope may ask of the fields of a row, so that a wrong question fails where it is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias, get_args, get_type_hints

from domain.period import CasePeriod

__all__ = ["Value", "check_moment", "check_several", "check_value", "optional"]

#: What a field can be compared with; None is a field that is not set.
Value: TypeAlias = str | bool | None
# A period has all fields of a row, and more: what asks for those is asked of the past only.
_HINTS: dict[str, Any] = get_type_hints(CasePeriod)


def optional(field: str) -> bool:
    """Whether a field may be not set."""
    return type(None) in get_args(_HINTS[field])


def check_value(field: str, value: Value) -> None:
    """Raise ValueError unless the field may have the value."""
    if value is None:
        fits = field in _HINTS and optional(field)
    elif isinstance(value, bool):
        fits = _kind(field) is bool
    else:
        fits = _kind(field) is str and _storable(value)
    if not fits:
        raise ValueError(f"A case has no {field} that is {value!r}.")


def check_several(field: str, values: Iterable[str]) -> None:
    """Raise ValueError unless the field holds several texts, and may hold these."""
    if _HINTS.get(field) != tuple[str, ...]:
        raise ValueError(f"A case does not have several of {field}.")
    for value in values:
        if not _storable(value):
            raise ValueError(f"A case has no {field} that is {value!r}.")


def check_moment(field: str, moment: datetime) -> None:
    """Raise ValueError unless the field is a time and the moment says which offset it has."""
    if _kind(field) is not datetime:
        raise ValueError(f"A case has no time {field}.")
    if moment.tzinfo is None:
        raise ValueError(f"{moment} says no offset from UTC.")


def _kind(field: str) -> Any:
    """The type of a field's value where it is set."""
    hint = _HINTS.get(field)
    return get_args(hint)[0] if field in _HINTS and optional(field) else hint


def _storable(value: object) -> bool:
    """Whether it is a text that PostgreSQL can hold: no NUL, no halves of characters."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
