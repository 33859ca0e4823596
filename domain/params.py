"""The parameters of every command, by the names people and programs use."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from domain.files import FileIds
from domain.language import Mistake
from domain.rejection import Rejected

__all__ = ["Address", "Params", "clean_text", "parse"]

TEXT_LIMIT = 20_000
_SHORT = 200
_ADDRESS = 500
#: For programs that look at the description; people are told by ``clean_text``.
_NOT_BLANK: JsonDict = {"minLength": 1, "pattern": r"\S"}
#: Halves of characters, which a broken encoding leaves behind.
_SURROGATES = range(0xD800, 0xE000)


def clean_text(value: str) -> str:
    """The text in composed form. Raises ValueError if it is empty or not text."""
    if "\x00" in value or not _is_text(value):
        raise Mistake(
            "nội dung có ký tự không phải văn bản; hãy gửi bằng UTF-8",
            "the text holds bytes that are not text; send it as UTF-8",
        )
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise Mistake(
            "hãy viết nội dung; không để trống",
            "write something; an empty text says nothing",
        )
    return text


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _many(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Text = Annotated[
    str, Field(max_length=TEXT_LIMIT, json_schema_extra=_NOT_BLANK), AfterValidator(clean_text)
]
Word = Annotated[
    str, Field(max_length=_SHORT, json_schema_extra=_NOT_BLANK), AfterValidator(clean_text)
]
Address = Annotated[
    str, Field(max_length=_ADDRESS, json_schema_extra=_NOT_BLANK), AfterValidator(clean_text)
]
Days = Annotated[int, Field(ge=1, le=365)]
Evidence = Annotated[tuple[Text, ...], BeforeValidator(_several)]
Bodies = Annotated[tuple[Word, ...], BeforeValidator(_many)]


class Params(BaseModel):
    """Base of all parameters: unknown names are refused, so that nothing is lost silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Params):
    """A command without parameters."""


class Reason(Params):
    """A command that changes a course says why."""

    reason: Text


class OptionalReason(Params):
    """A command that may say why."""

    reason: Text | None = None


class Decline(Reason):
    """``basis`` is the legal basis of the refusal."""

    basis: Word


class Redirect(Reason):
    """``to`` is the competent body."""

    to: Word


class Classify(OptionalReason):
    """``category`` is an id of the policy pack in force."""

    category: Word


class SetSeverity(Reason):
    """``severity`` is an id of the policy pack in force."""

    severity: Word


class Merge(Reason):
    """``into`` is the id of the case that goes on."""

    into: Word


class Link(OptionalReason):
    """``to`` is the id of the related case."""

    to: Word


class Assign(OptionalReason):
    """``lead`` handles the case (chủ trì), ``coordinating`` bodies help (phối hợp)."""

    lead: Word
    coordinating: Bodies = ()


class HandOver(Reason):
    """``to`` is the account of the officer who goes on with the work."""

    to: Word


class RequestInput(OptionalReason):
    """``body`` is asked for its input within ``days`` working days."""

    body: Word
    days: Days
    text: Text | None = None


class GiveInput(Params):
    """The input of the body that was asked."""

    text: Text


class Instruct(Params):
    """An instruction to ``body``; to the accountable body if none is named."""

    text: Text
    body: Word | None = None


class Note(Params):
    """Progress, in words."""

    text: Text


class Supplement(Params):
    """What the reporter adds: words, files, or both; ``attachments`` are ids of uploads."""

    text: Text | None = None
    attachments: FileIds = ()


class AttachEvidence(Params):
    """Descriptions of evidence, or files; a single description may be called ``text`` as well."""

    evidence: Evidence = ()
    text: Text | None = None
    attachments: FileIds = ()

    @property
    def described(self) -> tuple[str, ...]:
        """All descriptions."""
        return self.evidence if self.text is None else (*self.evidence, self.text)


class Extend(Reason):
    """``days`` more working days."""

    days: Days


class Pause(Reason):
    """``waiting_for`` names whom or what the case waits for (a role, a body, a season)."""

    waiting_for: Word


class DraftResponse(Params):
    """The answer; solved cases need the act, its date and evidence."""

    text: Text
    act: Text | None = None
    done_on: date | None = None
    evidence: Evidence = ()
    attachments: FileIds = ()


class Inform(OptionalReason):
    """``reason`` says why informing the reporter was impossible; leave it out otherwise."""

    text: Text | None = None
    channel: Word | None = None


class Feedback(OptionalReason):
    """Whether the answer satisfied the reporter."""

    satisfied: bool
    text: Text | None = None


class Close(OptionalReason):
    """``reason`` records why the reporter could not be informed, or a leader's waiver."""

    outcome: Word
    basis: Word | None = None


P = TypeVar("P", bound=Params)


def parse(kind: type[P], raw: dict[str, Any]) -> P:
    """Read parameters. Raises Rejected("invalid") naming the first one that is wrong."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        param = str(first["loc"][0]) if first["loc"] else None
        said = first["msg"].removeprefix("Value error, ")
        raise Rejected("invalid", f"Parameter {param!r}: {said}.", param) from None
