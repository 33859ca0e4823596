"""The reader gives every row once, with its line, and says what is wrong with a bad one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.importing.rejects import Rejects
from workers.importing.rows import FileRefused, Row, RowFile


def rows_of(path: Path, content: bytes, columns: tuple[str, ...] = ("id",)) -> list[Row]:
    path.write_bytes(content)
    with RowFile(path, columns) as rows:
        return list(rows)


def test_lines_are_counted_through_cells_of_several_lines(tmp_path: Path) -> None:
    content = b'id,text\n1,"two\nlines"\n\n2,one\n'
    found = rows_of(tmp_path / "f.csv", content)
    assert [(row.line, row.cells) for row in found] == [(2, ["1", "two\nlines"]), (5, ["2", "one"])]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"1,caf\xe9", "broken encoding in text: .*; save the file as UTF-8"),
        (b"1,half \xed\xa0\x80", "broken encoding in text"),
        (b"1,a\0b", "NUL byte"),
        (b"1", "has 1 cells, the header has 2"),
        (b"1,a,b", "has 3 cells, the header has 2"),
        (b"1," + b"x" * 200_000, "cannot be read: field larger than field limit"),
    ],
)
def test_a_bad_row_spoils_no_other(tmp_path: Path, line: bytes, problem: str) -> None:
    found = rows_of(tmp_path / "f.csv", b"id,text\n0,a\n" + line + b"\n2,b\n")
    assert [row.line for row in found] == [2, 3, 4]
    assert [row.problem is None for row in found] == [True, False, True]
    with pytest.raises(AssertionError, match=problem):
        raise AssertionError(found[1].problem)


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "f.csv", b"\xef\xbb\xbfid,x\n1,2\n") == [Row(2, ["1", "2"])]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "has no column 'id'; it has: nothing"),
        (b"nr,x\n1,2\n", "has no column 'id'; it has: nr, x"),
        (b"id,id\n1,2\n", "has more than one column 'id'"),
        (b"nr\xff,x\n", "has no column 'id'; it has: nr.udcff, x"),
    ],
)
def test_a_header_without_the_columns_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    with pytest.raises(FileRefused, match=problem):
        rows_of(tmp_path / "f.csv", content)


def test_a_rejected_row_is_written_back_with_the_bytes_it_had(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path / "f.csv", b"id,text\n1,caf\xe9\n")
    with Rejects(tmp_path / "r.csv", ["id", "text"]) as rejects:
        assert rejects.path is None
        rejects.add(row.line, "why", row.cells)
    content = (tmp_path / "r.csv").read_bytes()
    assert content == b"rejected_line,rejected_reason,id,text\r\n2,why,1,caf\xe9\r\n"


def test_without_rejected_rows_there_is_no_file_not_even_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("of an earlier run")
    with Rejects(tmp_path / "r.csv", ["id"]):
        pass
    assert not (tmp_path / "r.csv").exists()


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(CELLS.filter(bool), CELLS), max_size=12))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "f.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text"), *rows])
    with RowFile(path, ["id", "text"]) as found:
        assert [tuple(row.cells) for row in found] == rows
