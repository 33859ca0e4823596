"""One expression for which cases are meant: who may see what, and what a list asks for."""

from domain.scope.fields import Value, optional
from domain.scope.reach import area, one_with, scope_of, told_of
from domain.scope.terms import (
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
    matches,
)
from domain.scope.then import Then, as_of, body_of
from domain.scope.wanted import Wanted

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
    "Then",
    "Value",
    "Wanted",
    "area",
    "as_of",
    "body_of",
    "matches",
    "one_with",
    "optional",
    "scope_of",
    "told_of",
]
