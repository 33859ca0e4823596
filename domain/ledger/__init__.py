"""A deadline is a ledger: the one door to its parts, its arithmetic and its explanation."""

from domain.ledger.before import before
from domain.ledger.count import after, due
from domain.ledger.terms import (
    Extension,
    Ledger,
    Moment,
    Pause,
    Term,
    Unit,
    add_term,
    close_pause,
    extend,
    open_pause,
)
from domain.ledger.trace import TraceLine, trace

__all__ = [
    "Extension",
    "Ledger",
    "Moment",
    "Pause",
    "Term",
    "TraceLine",
    "Unit",
    "add_term",
    "after",
    "before",
    "close_pause",
    "due",
    "extend",
    "open_pause",
    "trace",
]
