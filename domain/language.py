"""The two languages in which this system speaks to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Language", "Mistake", "Words"]

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in both languages."""

    vi: str
    en: str

    def said_in(self, language: Language) -> str:
        """The words in one of them."""
        return self.vi if language == "vi" else self.en


class Mistake(ValueError):
    """Something was written that cannot be meant; says in both languages what to write."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.said = Words(vi, en)
