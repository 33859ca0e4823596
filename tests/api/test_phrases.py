"""Every sentence of a refusal, written in English, is known in Vietnamese too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from activities.images import _too_many
from activities.media import unsupported
from api.phrases import phrase
from domain.calendar.calendar import CalendarEnds
from domain.directory import UnknownBody, UnknownUnit
from domain.policy import UnknownCategory

ROOT = Path(__file__).parents[2]
RAISED_BY = {"Rejected", "Rejection", "refused", "unsupported", "BadAddress"}
#: What the interface makes its own problems by.
MADE_BY = {"Problem", "_refused", "_later", "_lost", "_wrong", "_invalid"}
DAY = date(2026, 3, 2)


def sentences(made_by: set[str], *folders: str) -> Iterator[str]:
    """Every sentence with which these refuse; what is put into it stands as a number."""
    for folder in folders:
        for file in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in made_by:
                    for said in node.args:
                        yield from texts(said, tree)


def details() -> Iterator[str]:
    """What the interface says of a member before it refuses it."""
    for file in (ROOT / "api").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "detail":
                for said in texts(node.value, tree):
                    yield said.replace("7 Ask", "There are more than 7 groups. Ask")


def texts(said: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(said, ast.Name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == said.id:
                yield from texts(node.value, tree)
    elif isinstance(said, ast.JoinedStr):
        yield "".join(filled(part, tree) for part in said.values)
    elif isinstance(said, ast.Constant) and isinstance(said.value, str) and " " in said.value:
        yield said.value


def filled(part: ast.expr, tree: ast.Module) -> str:
    """A piece of a sentence; a sentence that is begun before it ends is put together."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    name = ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
    return next(texts(ast.Name(name), tree), "7") if name == "told" else "7"


#: The name of a fault, the names of two members, and what is put together of ``SILENT``.
NO_SENTENCES = {"7.", "lat, long", "7 does not answer."}
SENTENCES = sorted(set(sentences(RAISED_BY, "domain", "activities")))
OWN = sorted({*sentences(MADE_BY, "api"), *details()} - NO_SENTENCES)
SILENT = [
    f"{node.args[0].value!s} does not answer."
    for file in (ROOT / "api").rglob("*.py")
    for node in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(node, ast.Call)
    and ast.unparse(node.func) == "unavailable"
    and isinstance(node.args[0], ast.Constant)
]
GIVEN = [
    str(error)
    for error in (
        UnknownBody("unit:1"),
        UnknownUnit("1"),
        UnknownCategory("x", "vn", (), "waste"),
        UnknownCategory("x", "vn", ("waste", "water"), "waste"),
        CalendarEnds("vn", DAY, DAY, DAY),
    )
]


def test_the_sentences_of_the_rules_are_found() -> None:
    assert len(SENTENCES) > 50
    assert len(OWN) > 35
    assert len(SILENT) == 5
    assert "The role 7 may not 7." in SENTENCES
    assert any(one.startswith("It was added to 7 times") for one in SENTENCES), SENTENCES


@pytest.mark.parametrize("english", [*SENTENCES, *OWN, *SILENT, *GIVEN])
def test_each_is_said_in_both_languages(english: str) -> None:
    said = phrase(english)
    assert said.en == english
    assert said.vi != english
    assert "{" not in said.vi


def test_what_is_particular_stays_in_it() -> None:
    said = phrase("The case is at version 11; look at it again.")
    assert "11" in said.vi
    assert "cán bộ thụ lý (case_officer)" in phrase("The role case_officer may not extend.").vi


def test_a_fault_inside_a_sentence_is_told_in_its_language_too() -> None:
    said = phrase("Such an address is not called: the host is missing.")
    assert said.vi == "Không gửi tin đến địa chỉ như vậy: thiếu tên máy chủ."


def test_a_refused_file_is_told_in_vietnamese_alone() -> None:
    empty, large = unsupported("It is empty.").rejection, _too_many().rejection
    assert phrase(empty.detail).vi.startswith("Tệp trống. Các loại tệp được nhận: ")
    assert phrase(large.detail).vi == "Ảnh chỉ được tối đa 64 triệu điểm ảnh; hãy gửi ảnh nhỏ hơn."


def test_what_nobody_has_written_down_stays_as_it_is() -> None:
    assert phrase("Of another time.").vi == "Of another time."
