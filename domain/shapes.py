"""Shapes of what is sent that people are told of in words, and programs by a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler

from domain.language import Mistake

__all__ = ["FILE_ID", "ID", "like"]


@dataclass(frozen=True, slots=True)
class _Like:
    pattern: str
    vi: str
    en: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return handler(Annotated[source, AfterValidator(self._fitting)])

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _fitting(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise Mistake(self.vi, self.en)
        return text


def like(pattern: str, vi: str, en: str) -> _Like:
    """Mark a text as of a pattern, all of it; whoever sends another is told what to write."""
    return _Like(pattern, vi, en)


ID = like(
    r"^[\x21-\x7e]+$",
    "Viết đúng mã như đã nhận, không có dấu cách.",
    "Write the id as it was given, without spaces.",
)
FILE_ID = like(
    r"^[a-z2-7]{32}$",
    "Viết đúng mã tệp như câu trả lời khi tải lên: 32 chữ thường và chữ số từ 2 đến 7.",
    "Write the id of the file as the upload answered it: 32 small letters and digits from 2 to 7.",
)
