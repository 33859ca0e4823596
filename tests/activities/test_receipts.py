"""A receipt can be read aloud, mistyped and kept: wrong letters are found, the secret stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.receipts import ALPHABET, check_code, new_code, secret_of

codes = st.builds(new_code)


def places(code: str) -> list[int]:
    """Where the letters of a code are."""
    return [at for at in range(3, len(code)) if code[at] != "-"]


@given(codes)
def test_a_code_is_what_it_was_printed_as(code: str) -> None:
    assert check_code(code) == code
    assert len(code) == len("HA-7K3M9-QX2CD-4")


@given(codes)
def test_every_single_wrong_letter_is_found(code: str) -> None:
    for at in places(code):
        for letter in set(ALPHABET) - {code[at]}:
            with pytest.raises(ValueError, match="letter of this code is wrong"):
                check_code(code[:at] + letter + code[at + 1 :])


@given(codes)
def test_it_may_be_written_small_spaced_and_with_letters_that_look_alike(code: str) -> None:
    sloppy = code[3:].replace("1", "l").replace("0", "o").replace("-", " ").lower()
    assert check_code(sloppy) == code
    assert check_code(f" ha {sloppy} ") == code


@given(codes)
def test_a_missing_or_an_extra_letter_is_found(code: str) -> None:
    for at in places(code):
        for wrong in (code[:at] + code[at + 1 :], code[:at] + "0" + code[at:]):
            with pytest.raises(ValueError, match=r"A code looks like|letter of this code is wrong"):
                check_code(wrong)


@pytest.mark.parametrize("text", ["", "HA", "xin chào", "HA-7K3M9-QX2CD-U", "\0", "Ⅸ" * 11])
def test_what_is_no_code_is_told_what_a_code_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match="HA-7K3M9-QX2CD-4"):
        check_code(text)


def test_codes_are_drawn_at_random() -> None:
    assert len({new_code() for _ in range(1_000)}) == 1_000


def test_the_secret_is_always_the_same_and_another_one_for_each_case_and_key() -> None:
    secret = secret_of("a", b"k" * 32)
    assert secret == secret_of("a", b"k" * 32)
    assert len({secret, secret_of("b", b"k" * 32), secret_of("a", b"l" * 32)}) == 3
    assert secret == secret_of("a", b"k" * 32, 0)
    assert len({secret_of("a", b"k" * 32, number) for number in range(50)}) == 50
    assert len(secret) == 32
    assert secret.isalnum()
