"""What is said of a wrong member: in both languages, with its bound, without what stood there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from api.faults import fault_words
from api.language import Words
from domain.params import clean_text


def _plain(_: str) -> str:
    raise ValueError("look at it again")


class _Form(BaseModel):
    """One member of each kind that a form has."""

    model_config = ConfigDict(extra="forbid")

    needed: int
    short: Annotated[str, Field(max_length=3)] = ""
    long: Annotated[str, Field(min_length=3)] = "abc"
    like: Annotated[str, Field(pattern="^[a-z]{2}$")] = "ab"
    one_of: Literal["red", "blue"] = "red"
    number: int = 1
    share: float = 0.5
    sure: bool = True
    day: date | None = None
    at: AwareDatetime | None = None
    when: datetime | None = None
    named: UUID | None = None
    low: Annotated[int, Field(ge=2, le=9)] = 2
    above: Annotated[int, Field(gt=2, lt=9)] = 3
    some: Annotated[list[int], Field(min_length=1, max_length=2)] = Field(default=[1])
    words: Annotated[str, AfterValidator(clean_text)] = "a"
    own: Annotated[str, AfterValidator(_plain)] = "a"
    inner: dict[str, int] = Field(default_factory=dict)


def said(**given: Any) -> Words | str:
    with pytest.raises(ValidationError) as refused:
        _Form.model_validate({"needed": 1, **given})
    [fault] = refused.value.errors()
    return fault_words(fault)


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"more": 1}, "Không có mục nào tên như vậy ở đây.", "Nothing here has this name."),
    ({"short": "abcd"}, "Nhiều nhất 3 ký tự.", "At most this many characters: 3."),
    ({"long": "ab"}, "Cần ít nhất 3 ký tự.", "At least this many characters: 3."),
    ({"like": "ABC"}, "Phải đúng mẫu ^[a-z]{2}$", "It must match the pattern ^[a-z]{2}$"),
    (
        {"one_of": "green"},
        "Phải là một trong: 'red' hoặc 'blue'.",
        "It must be one of: 'red' or 'blue'.",
    ),
    ({"number": "x7"}, "Phải là một số nguyên.", "It must be a whole number."),
    ({"number": 1.5}, "Phải là một số nguyên.", "It must be a whole number."),
    ({"share": "x7"}, "Phải là một số.", "It must be a number."),
    ({"sure": "x7"}, "Phải là true hoặc false.", "It must be true or false."),
    ({"short": 7}, "Phải là một chuỗi ký tự.", "It must be a string."),
    ({"some": 7}, "Phải là một danh sách.", "It must be a list."),
    ({"inner": 7}, "Phải là một đối tượng JSON.", "It must be a JSON object."),
    ({"some": []}, "Cần ít nhất 1 mục.", "At least this many: 1."),
    ({"some": [1, 2, 3]}, "Nhiều nhất 2 mục.", "At most this many: 2."),
    ({"low": 1}, "Phải từ 2 trở lên.", "It must be 2 or more."),
    ({"low": 10}, "Phải từ 9 trở xuống.", "It must be 9 or less."),
    ({"above": 2}, "Phải lớn hơn 2.", "It must be more than 2."),
    ({"above": 9}, "Phải nhỏ hơn 9.", "It must be less than 9."),
    ({"named": "x7"}, "Phải là một UUID.", "It must be a UUID."),
    (
        {"day": "x7"},
        "Phải là một ngày, dạng 2026-03-01.",
        "It must be a date, as 2026-03-01.",
    ),
    *(
        (
            given,
            "Phải là một thời điểm kèm múi giờ, dạng 2026-03-01T09:00:00+07:00.",
            "It must be a time with its offset, as 2026-03-01T09:00:00+07:00.",
        )
        for given in ({"at": "x7"}, {"at": "2026-03-01T09:00:00"}, {"when": "2026-13-01"})
    ),
    (
        {"words": " "},
        "hãy viết nội dung; không để trống",
        "write something; an empty text says nothing",
    ),
]


@pytest.mark.parametrize(("given", "vi", "en"), CASES)
def test_each_kind_of_fault_says_in_both_languages_what_is_wanted(
    given: dict[str, Any], vi: str, en: str
) -> None:
    assert said(**given) == Words(vi, en)


def test_what_is_missing_is_said_to_be_required() -> None:
    assert said_without() == Words("Bắt buộc phải có.", "It is required.")


def said_without() -> Words | str:
    with pytest.raises(ValidationError) as refused:
        _Form.model_validate({})
    return fault_words(refused.value.errors()[0])


def test_an_own_rule_says_its_own_words_and_no_more() -> None:
    assert said(own="b") == "look at it again"


def test_a_kind_of_fault_that_nobody_thought_of_is_told_without_what_stood_there() -> None:
    class Odd(BaseModel):
        call: Callable[[], None]

    with pytest.raises(ValidationError) as refused:
        Odd.model_validate({"call": "secret"})
    said = fault_words(refused.value.errors()[0])
    assert said == Words("Giá trị này không dùng được.", "This value cannot be used.")
