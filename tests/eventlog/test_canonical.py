"""One value, one sequence of bytes: the fast writer against the reference one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from domain.policy import Limit
from eventlog.canonical import LARGEST, encode, instant, plain, quoted
from eventlog.errors import NotCanonical

# All of Unicode, and often what needs escaping.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text(
    '\b\t\n\f\r"\\/\x01\x1f\x7f\u2028\u2029\ufeff\uffffé𝄞u0'
)
KEYS = st.text(st.characters(max_codepoint=127, exclude_characters="\0"), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_equal_to_the_reference_for_every_value_that_is_allowed(value: Any) -> None:
    assert encode(plain(value)) == rfc8785.dumps(value)


@given(TEXT)
def test_a_quoted_text_is_the_text_as_json(text: str) -> None:
    assert quoted(text).encode() == rfc8785.dumps(text)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        {"ключ": 1},
        {1: "a"},
        b"bytes",
        {"a": {1, 2}},
        datetime.fromisoformat("2026-01-01"),
        timedelta(1),
    ],
    ids=repr,
)
def test_what_could_be_written_in_two_ways_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        encode(plain(value))
    with pytest.raises(NotCanonical):
        encode(plain({"deep": [{"down": value}]}))


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        encode(plain({"x": [text]}))
    with pytest.raises(NotCanonical):
        encode({text: 1})


def test_a_description_of_nul_is_not_nul() -> None:
    assert encode(plain({"x": "\\u0000"})) == b'{"x":"\\\\u0000"}'


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 1, 5, 2, tzinfo=UTC), "2026-01-05T02:00:00.000000Z"),
        (datetime(2026, 1, 5, 2, 0, 0, 5, tzinfo=UTC), "2026-01-05T02:00:00.000005Z"),
        (
            datetime(2026, 1, 5, 2, tzinfo=timezone(timedelta(hours=7))),
            "2026-01-04T19:00:00.000000Z",
        ),
        (datetime(987, 1, 5, 2, tzinfo=UTC), "0987-01-05T02:00:00.000000Z"),
    ],
)
def test_a_moment_is_utc_with_six_decimals(at: datetime, text: str) -> None:
    assert instant(at) == text


class Remembering(BaseModel):
    amount: int

    @cached_property
    def double(self) -> int:
        return self.amount * 2


def test_what_a_model_remembers_is_not_what_it_says() -> None:
    model = Remembering(amount=2)
    assert model.double == 4
    assert encode(plain(model)) == b'{"amount":2}'


def test_models_tuples_and_dates_have_one_form() -> None:
    value = {"z": (Limit(amount=1, unit="hour"),), "a": date(2026, 1, 5)}
    assert encode(plain(value)) == b'{"a":"2026-01-05","z":[{"amount":1,"unit":"hour"}]}'
