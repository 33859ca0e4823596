"""YAML that keeps its lines, and files that are no YAML at all."""

from pathlib import Path

import pytest

from workers.marked_yaml import Problem, field_name, parse, read


def test_every_value_knows_its_line() -> None:
    marked = parse("a: 1\nb:\n  - c: 2\n  - d\n", "f")
    assert marked.data == {"a": 1, "b": [{"c": 2}, "d"]}
    assert marked.problem(("b", 0, "c"), "x").line == 3
    assert marked.problem(("b", 1), "x") == Problem("f", 4, "b[1]", "x")


def test_a_problem_with_something_absent_is_on_the_line_of_what_should_hold_it() -> None:
    marked = parse("a: 1\nb:\n  - c: 2\n", "f")
    assert marked.problem(("b", 0, "missing"), "x").line == 3
    assert marked.problem(("missing",), "x").line == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("17:00", "17:00"),
        ("00123", "00123"),
        ("0", 0),
        ("-12", -12),
        ("1_000", "1_000"),
        ("2.5", 2.5),
        ("true", True),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("", None),
        ('"26734"', "26734"),
        ("26734x", "26734x"),
    ],
)
def test_an_unquoted_word_means_what_its_author_sees(written: str, meant: object) -> None:
    data = parse(f"a: {written}\n", "f").data
    assert data == {"a": meant}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("# only a remark\n", 1, "the file is empty"),
        ("a: 1\nb: [1\n", 3, "malformed YAML"),
        ("a: 1\n\tb: 2\n", 2, "malformed YAML"),
        ("a: 1\n---\nb: 2\n", 2, "but found another document"),
        ("a: 1\nb: 2\na: 3\n", 3, "is here twice, first on line 1; keep one"),
        ("a: 1\n[1, 2]: 3\n", 2, "a key must be a word"),
        ("a: 1\nb: *a\n", 2, "an alias is not read here"),
        ("a: &x [*x]\n", 1, "an alias is not read here"),
        ("a: 1\nb: 2025-13-01\n", 2, "2025-13-01 is not a date"),
        ("a: 1\nb: \x07\n", 2, "malformed YAML: control characters are not allowed"),
        ("a: " + "[" * 5000, 1, "too deep"),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_its_line(
    text: str, line: int, message: str
) -> None:
    (problem,) = parse(text, "f").problems
    assert (problem.file, problem.line) == ("f", line)
    assert message in problem.message


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(b"a: 1\nb: \xd0\xff\n")
    (problem,) = read(path).problems
    assert (problem.line, problem.message) == (2, "is not UTF-8 text; save the file as UTF-8")


def test_a_byte_order_mark_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "mark.yaml"
    path.write_text("a: Đường\n", encoding="utf-8-sig")
    assert read(path).data == {"a": "Đường"}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (problem,) = read(tmp_path / "none.yaml").problems
    assert problem.message == "cannot be read: No such file or directory"


def test_a_place_is_written_as_people_do() -> None:
    assert field_name(("rules", 3, "limit", "amount")) == "rules[3].limit.amount"
    assert field_name(()) == ""
