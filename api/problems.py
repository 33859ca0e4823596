"""A problem on its way out (RFC 9457): raised anywhere, written in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.catalogue import PROBLEMS, type_of
from api.language import Language, Words, language_of
from api.phrases import phrase
from api.refusals import REFUSALS
from domain.rejection import Rejection

__all__ = ["MEDIA_TYPE", "Problem", "answered", "refusal", "unavailable"]

MEDIA_TYPE = "application/problem+json"
#: For a reader of Vietnamese, of what is said in English only.
_SEE_SPECIFICS = "Giá trị này không dùng được; xem specifics."


class Problem(Exception):
    """Ends a request. ``name`` is one of the catalogue; ``extra`` are further members.

    ``specifics`` is what is particular about this one, and never anybody's words; it is written in
    English here and told in the caller's language. The ``detail`` of an error that the book of
    phrases does not have counts as such.
    """

    def __init__(
        self,
        name: str,
        specifics: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(name)
        self.kind = PROBLEMS[name]
        self.headers = dict(headers or {})
        said = {"specifics": specifics, **extra}
        self.extra = {key: value for key, value in said.items() if value is not None}

    def detail(self, language: Language) -> str:
        """What can be done about it; of a refusal, what its rule says."""
        code = str(self.extra.get("code"))
        return REFUSALS.get(code, self.kind.advice).said_in(language)

    def told(self, language: Language) -> Mapping[str, Any]:
        """The further members in a language."""
        told: dict[str, Any] = dict(self.extra)
        if told.get("specifics"):
            told["specifics"] = phrase(told["specifics"]).said_in(language)
        errors = told.get("errors")
        if errors is None:
            return told
        if language == "vi" and "specifics" not in told and (only := _only_english(errors)):
            told["specifics"] = only
        told["errors"] = [{**one, "detail": _detail(one["detail"], language)} for one in errors]
        return told


def _only_english(errors: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(one["detail"] for one in errors if _unknown(one["detail"]))


def _unknown(said: str | Words) -> bool:
    """Whether the book of phrases does not have it."""
    return isinstance(said, str) and phrase(said).vi == said


def _detail(said: str | Words, language: Language) -> str:
    if language == "vi" and _unknown(said):
        return _SEE_SPECIFICS
    return (said if isinstance(said, Words) else phrase(said)).said_in(language)


def refusal(rejection: Rejection) -> Problem:
    """What the rules refuse; ``code`` is the rule's own word, which stays the same for ever."""
    name = rejection.code if rejection.code in PROBLEMS else "refused"
    errors: Sequence[Mapping[str, str]] | None = None
    if rejection.param is not None:
        errors = [{"pointer": f"/{rejection.param}", "detail": rejection.detail}]
    return Problem(name, rejection.detail, code=rejection.code, errors=errors)


def unavailable(what: str, seconds: int = 5) -> Problem:
    """Something behind us does not answer."""
    return Problem("unavailable", f"{what} does not answer.", headers={"Retry-After": str(seconds)})


def answered(problem: Problem, request: Request) -> Response:
    """The problem as an answer, in the caller's language."""
    language, kind = language_of(request.headers.get("accept-language")), problem.kind
    content = {
        "type": type_of(kind.name),
        "title": kind.title.said_in(language),
        "status": kind.status,
        "detail": problem.detail(language),
        **problem.told(language),
    }
    headers = {"Content-Language": language, "Vary": "Accept-Language", **problem.headers}
    return JSONResponse(content, kind.status, headers, media_type=MEDIA_TYPE)
