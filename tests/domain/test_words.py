"""A text is searched by its words, however they are typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import LONGEST_WORD, words_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ổ gà lớn, ổ GÀ!", {"o", "ga", "lon"}),
        ("Đường Điện Biên Phủ", {"duong", "dien", "bien", "phu"}),
        ("khoá/khóa KHOÁ", {"khoa"}),
        ("số 12/3, hẻm 45A", {"so", "12", "3", "hem", "45a"}),
        ("…!?", set()),
        ("", set()),
        (None, set()),
        ("x" * 100, {"x" * LONGEST_WORD}),
    ],
)
def test_words_have_no_case_no_diacritics_and_no_order(text: str | None, words: set[str]) -> None:
    assert words_of(text) == words


@given(TEXT, TEXT)
def test_the_words_of_two_texts_are_those_of_either(one: str, other: str) -> None:
    assert words_of(one, other) == words_of(one) | words_of(other)


@given(TEXT)
def test_words_are_the_words_of_themselves_however_composed(text: str) -> None:
    words = words_of(text)
    assert words_of(*words) == words
    for form in ("NFC", "NFD"):
        assert words_of(unicodedata.normalize(form, text)) == words
    assert not any(unicodedata.combining(letter) for word in words for letter in word)
