"""What the groups of statistics are called."""

from __future__ import annotations

from api.language import Language, Words
from api.naming import body_named, unit_named
from domain.context import Context
from domain.policy import UnknownCategory

__all__ = ["name_of"]


def name_of(by: str | None, key: str, context: Context, language: Language) -> str | None:
    """The name of a group; None where the key says it all."""
    if by == "unit":
        return unit_named(key, context.law).name
    if by == "body":
        return body_named(key, context.law).name
    if by == "category":
        return _category(key, context, language)
    return None


def _category(key: str, context: Context, language: Language) -> str | None:
    """As today's policy calls it; a category that it has no more is its own name."""
    try:
        category = context.pack.category(key)
    except UnknownCategory:
        return None
    return Words(category.vi, category.en).said_in(language)
