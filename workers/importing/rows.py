"""Rows of a CSV file as they stand: read one at a time, with their lines and what is wrong."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

__all__ = ["FileRefused", "Row", "RowFile"]


class FileRefused(ValueError):
    """The file cannot be read as the mapping says; the message names it and what to do."""


class Row(NamedTuple):
    """One row: the line it begins on, its cells, and why it cannot be used, if it cannot."""

    line: int
    cells: list[str]
    problem: str | None = None


class RowFile:
    """A CSV file that is open. Bytes that are not UTF-8 spoil their own row and no other."""

    def __init__(self, path: Path, columns: Sequence[str], delimiter: str = ",") -> None:
        """Open the file and read its header. Raises FileRefused, OSError."""
        self.size = path.stat().st_size
        self._bytes = path.open("rb")
        try:
            # The broken bytes are kept as they are, so that a rejected row can be written back.
            text = io.TextIOWrapper(
                self._bytes, encoding="utf-8-sig", errors="surrogateescape", newline=""
            )
            self._reader = csv.reader(text, delimiter=delimiter)
            self.header = [name.strip() for name in next(self._reader, [])]
            self._refuse_header(path, columns)
        except BaseException as error:
            self._bytes.close()
            if isinstance(error, csv.Error):
                raise FileRefused(f"{path}:1: the header cannot be read: {error}") from error
            raise

    def __enter__(self) -> Self:
        """Use the file until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._bytes.close()

    @property
    def position(self) -> int:
        """How many bytes were read so far (in whole buffers)."""
        return os.lseek(self._bytes.fileno(), 0, os.SEEK_CUR)

    def __iter__(self) -> Iterator[Row]:
        """Read the rows that are left; empty lines are passed over."""
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield Row(line, [], f"the row cannot be read: {error}")
                continue
            if cells is None:
                return
            if cells:
                yield Row(line, cells, self._problem(cells))

    def _problem(self, cells: list[str]) -> str | None:
        if len(cells) != len(self.header):
            return f"has {len(cells)} cells, the header has {len(self.header)}"
        whole = "".join(cells)
        if "\0" in whole:
            return "holds a NUL byte, which is not text"
        try:
            whole.encode()
        except UnicodeEncodeError:
            return f"broken encoding in {self._spoilt(cells)}: not UTF-8; save the file as UTF-8"
        return None

    def _spoilt(self, cells: list[str]) -> str:
        """The first column that cannot be encoded."""
        for name, cell in zip(self.header, cells, strict=True):
            if any("\ud800" <= letter <= "\udfff" for letter in cell):
                return name
        return "a column"

    def _refuse_header(self, path: Path, columns: Sequence[str]) -> None:
        shown = ", ".join(self.header).encode("ascii", "backslashreplace").decode() or "nothing"
        for column in columns:
            if self.header.count(column) != 1:
                often = "has no" if column not in self.header else "has more than one"
                raise FileRefused(f"{path}:1: the file {often} column {column!r}; it has: {shown}")
