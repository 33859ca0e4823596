"""Which of the two languages an answer is in, by Accept-Language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Language", "Words", "language_of"]

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in both languages."""

    vi: str
    en: str

    def said_in(self, language: Language) -> str:
        """The words in one of them."""
        return self.vi if language == "vi" else self.en


def language_of(header: str | None) -> Language:
    """The language that the caller likes best; Vietnamese where nothing else is asked for."""
    best: tuple[float, Language] = (0.0, "vi")
    for part in (header or "").split(","):
        name, weight = _weighed(part)
        if name in ("vi", "en") and weight > best[0]:
            best = (weight, "vi" if name == "vi" else "en")
    return best[1]


def _weighed(part: str) -> tuple[str, float]:
    tag, _, quality = part.partition(";")
    name = tag.strip().lower().partition("-")[0]
    text = quality.strip().removeprefix("q=")
    try:
        return name, float(text) if text else 1.0
    except ValueError:
        return name, 0.0
