"""Shapes of what is sent that people are told of in words, and programs by a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from domain.language import Mistake

__all__ = ["like"]


@dataclass(frozen=True, slots=True)
class _Like:
    pattern: str
    vi: str
    en: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._fitting, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}

    def _fitting(self, text: str) -> str:
        if not re.search(self.pattern, text):
            raise Mistake(self.vi, self.en)
        return text


def like(pattern: str, vi: str, en: str) -> _Like:
    """Mark a text as of a pattern; whoever sends another is told what to write, not the pattern."""
    return _Like(pattern, vi, en)
