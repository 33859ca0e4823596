"""Which of the two languages an answer is in, by Accept-Language."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from domain.language import Language, Words

__all__ = ["Language", "Words", "language_of", "spoken"]


def language_of(header: str | None) -> Language:
    """The language that the caller likes best; Vietnamese where nothing else is asked for."""
    best: tuple[float, Language] = (0.0, "vi")
    for part in (header or "").split(","):
        name, weight = _weighed(part)
        if name in ("vi", "en") and weight > best[0]:
            best = (weight, "vi" if name == "vi" else "en")
    return best[1]


def spoken(request: Request, response: Response) -> Language:
    """The language of an answer, which its headers tell."""
    language = language_of(request.headers.get("accept-language"))
    response.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return language


def _weighed(part: str) -> tuple[str, float]:
    tag, _, quality = part.partition(";")
    name = tag.strip().lower().partition("-")[0]
    text = quality.strip().removeprefix("q=")
    try:
        return name, float(text) if text else 1.0
    except ValueError:
        return name, 0.0
