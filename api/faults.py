"""What is wrong with a member of a request, in both languages; never what stood in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.language import Words
from domain.language import Mistake

__all__ = ["fault_place", "fault_words", "own_words"]

_WRONG = Words("Giá trị này không dùng được.", "This value cannot be used.")
_TEXT = Words("Phải là một chuỗi ký tự.", "It must be a string.")
_NUMBER = Words("Phải là một số nguyên.", "It must be a whole number.")
_DECIMAL = Words("Phải là một số.", "It must be a number.")
_YES_OR_NO = Words("Phải là true hoặc false.", "It must be true or false.")
_LIST = Words("Phải là một danh sách.", "It must be a list.")
_OBJECT = Words("Phải là một đối tượng JSON.", "It must be a JSON object.")
_DAY = Words("Phải là một ngày, dạng 2026-03-01.", "It must be a date, as 2026-03-01.")
_MOMENT = Words(
    "Phải là một thời điểm kèm múi giờ, dạng 2026-03-01T09:00:00+07:00.",
    "It must be a time with its offset, as 2026-03-01T09:00:00+07:00.",
)
_UUID = Words("Phải là một UUID.", "It must be a UUID.")
_ONE_OF = Words("Phải là một trong: {expected}.", "It must be one of: {expected}.")
#: By pydantic's type of error, which it keeps stable; the words take up its context.
_SAID: Mapping[str, Words] = {
    "missing": Words("Bắt buộc phải có.", "It is required."),
    "extra_forbidden": Words("Không có mục nào tên như vậy ở đây.", "Nothing here has this name."),
    "string_type": _TEXT,
    "string_unicode": Words("Phải là văn bản mã hóa UTF-8.", "It must be text in UTF-8."),
    "string_too_short": Words(
        "Cần ít nhất {min_length} ký tự.", "At least this many characters: {min_length}."
    ),
    "string_too_long": Words(
        "Nhiều nhất {max_length} ký tự.", "At most this many characters: {max_length}."
    ),
    "string_pattern_mismatch": Words(
        "Phải đúng mẫu {pattern}", "It must match the pattern {pattern}"
    ),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _NUMBER),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _DECIMAL),
    **dict.fromkeys(("bool_type", "bool_parsing"), _YES_OR_NO),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _OBJECT),
    **dict.fromkeys(
        (
            "date_type",
            "date_parsing",
            "date_from_datetime_parsing",
            "date_from_datetime_inexact",
        ),
        _DAY,
    ),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_aware",
        ),
        _MOMENT,
    ),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), _UUID),
    "greater_than": Words("Phải lớn hơn {gt}.", "It must be more than {gt}."),
    "greater_than_equal": Words("Phải từ {ge} trở lên.", "It must be {ge} or more."),
    "less_than": Words("Phải nhỏ hơn {lt}.", "It must be less than {lt}."),
    "less_than_equal": Words("Phải từ {le} trở xuống.", "It must be {le} or less."),
    "too_short": Words("Cần ít nhất {min_length} mục.", "At least this many: {min_length}."),
    "too_long": Words("Nhiều nhất {max_length} mục.", "At most this many: {max_length}."),
}


def fault_place(loc: Sequence[str | int]) -> dict[str, str]:
    """Where in a request it is: a pointer into the body (RFC 6901), else a name.

    Of a parameter that was sent several times the name is enough.
    """
    place, *path = loc
    if place == "body":
        return {"pointer": "".join(f"/{_escaped(str(part))}" for part in path)}
    return {str(place): ".".join(part for part in path if isinstance(part, str))}


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def own_words(error: Exception) -> Words | str:
    """What a rule of our own says; a string is English, for the book of phrases."""
    return error.said if isinstance(error, Mistake) else str(error)


def _kind(fault: Mapping[str, Any]) -> str:
    """Of a text that rules of ours read before its length is looked at, pydantic says no more."""
    name = str(fault["type"])
    of_text = isinstance(fault.get("input"), str) and f"string_{name}" in _SAID
    return f"string_{name}" if of_text else name


def fault_words(fault: Mapping[str, Any]) -> Words | str:
    """What a fault of pydantic's says to people; a rule of our own says its own words.

    A string is English only.
    """
    context = fault.get("ctx") or {}
    error = context.get("error")
    if isinstance(error, ValueError):
        return own_words(error)
    said = _SAID.get(_kind(fault), _WRONG)
    expected = str(context.get("expected", ""))
    return Words(
        said.vi.format_map({**context, "expected": expected.replace(" or ", " hoặc ")}),
        said.en.format_map(context),
    )
