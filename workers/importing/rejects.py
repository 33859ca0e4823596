"""Rejected rows in a file of their own: where they stood, why, and what they said."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

__all__ = ["OWN", "Rejects"]

OWN = ("rejected_line", "rejected_reason")
"""The columns before those of the file, which may well have a `line` or a `reason` itself."""


class Rejects:
    """Writes rejected rows as they come, with the very bytes they had. No rows, no file."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self._path = path
        self._header = header
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Begin anew: what an earlier run wrote there is of that run."""
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    @property
    def path(self) -> Path | None:
        """The file, once it has a row."""
        return None if self._file is None else self._path

    def add(self, line: int, reason: str, cells: list[str]) -> None:
        """Write one row."""
        if self._file is None:
            self._file = self._path.open(
                "w", encoding="utf-8", errors="surrogateescape", newline=""
            )
            self._writer = csv.writer(self._file)
            self._writer.writerow([*OWN, *self._header])
        self._writer.writerow([line, reason, *cells])
        self._file.flush()
