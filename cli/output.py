"""What a command says: tables and lines for people, one JSON value for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

__all__ = ["as_json", "complain", "say", "table", "word"]

#: A pipe has no width: there lines are not broken.
_WIDE = 200


def as_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2), flush=True)


def say(*lines: str) -> None:
    """Print lines for people on stdout."""
    for line in lines:
        print(line, flush=True)


def complain(message: str) -> None:
    """Print on stderr why a command failed."""
    print(f"hoiam: {message}", file=sys.stderr, flush=True)


def word(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table on stdout; what is None stays empty."""
    printed = Table(title=title or None, title_justify="left", title_style="bold")
    for column in columns:
        printed.add_column(column)
    for row in rows:
        printed.add_row(*(escape("" if cell is None else word(cell)) for cell in row))
    _console().print(printed)


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)
