"""The forms of bulks: what is asked, how far one is, and what came of each case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from activities.bulk_plan import LIMIT
from api.filters import Filters
from api.language import Language
from api.models import Form
from api.phrases import phrase
from api.refusals import why
from domain.commands import COMMANDS
from domain.language import Mistake
from domain.params import Text, Word
from domain.shapes import ID
from eventlog.bulks import GIVE_UP, Bulk, Item

__all__ = ["BulkForm", "BulkView", "Handover", "Result", "Results", "UndoForm"]

_NAMES = sorted(COMMANDS)
_Params = dict[Word, JsonValue]
CaseName = Annotated[str, ID, Field(max_length=100)]


def _known(name: str) -> str:
    if name not in COMMANDS:
        raise Mistake(
            f"không có lệnh này; dùng một trong: {', '.join(_NAMES)}",
            f"there is no such command; use one of {', '.join(_NAMES)}",
        )
    return name


CommandName = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": [*_NAMES]})]

_EXAMPLE: dict[str, Any] = {
    "command": "classify",
    "params": {"category": "waste", "reason": "Phân loại lại theo nội dung."},
    "where": {"unit": ["26737"], "category": ["other"], "state": ["received"]},
}


class BulkForm(Form):
    """One command for many cases: for those named in ``cases``, or for all that ``where`` finds.

    ``where`` has the filters of the list of cases. ``params`` are those of the command.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )
    command: CommandName
    params: _Params = Field(default_factory=dict)
    cases: Annotated[
        tuple[CaseName, ...] | None, Field(min_length=1, max_length=LIMIT, description="Ids.")
    ] = None
    where: Filters | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.cases is None) == (self.where is None):
            raise Mistake(
                "chỉ nêu một trong hai: cases hoặc where",
                "say either which cases or where they are",
            )
        return self


class UndoForm(Form):
    """Parameters of the opposite command, as its reason; what each case had is put in by itself."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"params": {"reason": "Phân loại nhầm."}}]},
    )
    params: _Params = Field(default_factory=dict)


class Handover(Form):
    """All open cases of one officer to another one; ``from`` and ``to`` are accounts."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "from": "5f0c2a9d41b87e63c0aa",
                    "to": "77aa10b2c3d4e5f60718",
                    "reason": "Nghỉ thai sản.",
                }
            ]
        },
    )
    giver: Annotated[Word, Field(alias="from")]
    to: Word
    reason: Text


class Counts(BaseModel):
    """Exact, from the outcomes of the commands. Together they are ``total``.

    ``skipped``: the rules refused them when it was planned; ``waiting``: not tried yet; ``done``;
    ``unchanged``: allowed, and nothing had to change; ``refused``; ``not_done``: could not be
    reached, and is tried no more.
    """

    total: int
    skipped: int
    waiting: int
    done: int
    unchanged: int
    refused: int
    not_done: int


class BulkView(BaseModel):
    """A bulk. It is ``planned`` until it is started; an ``expired`` plan cannot be any more."""

    bulk_id: str
    command: str
    act_as: Annotated[str, Field(description="The role in which it is done.")]
    state: Literal["planned", "running", "stopped", "finished", "expired"]
    undoes: Annotated[str | None, Field(description="The bulk that this one undoes.")] = None
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    counts: Counts

    @classmethod
    def of(cls, bulk: Bulk, counts: Mapping[str, int]) -> Self:
        """As its account sees it."""
        forgotten = bulk.params is None and bulk.state in {"planned", "stopped"}
        return cls.model_validate(
            {
                "bulk_id": bulk.bulk_id,
                "command": bulk.command,
                "act_as": bulk.actor.partition("#")[0],
                "state": "expired" if forgotten else bulk.state,
                "undoes": bulk.undoes,
                "planned_at": bulk.planned_at,
                "started_at": bulk.started_at,
                "ended_at": bulk.ended_at,
                "counts": dict(counts),
            }
        )


class Said(BaseModel):
    """What the rules made of a case: the events, or the refusal in the caller's language."""

    events: tuple[str, ...] = ()
    code: str | None = None
    why: Annotated[str | None, Field(description="In the caller's language.")] = None
    specifics: str | None = None


class Result(BaseModel):
    """A case of a bulk: what was planned at ``version``, and what came of it."""

    number: int
    case_id: str
    version: Annotated[int, Field(description="Of the case when it was planned.")]
    forecast: Said
    outcome: Literal["skipped", "waiting", "done", "unchanged", "refused", "not_done"]
    result: Said | None = None
    new_version: int | None = None

    @classmethod
    def of(cls, item: Item, language: Language) -> Self:
        """As the account of the bulk sees it."""
        outcome = item.outcome
        return cls.model_validate(
            {
                "number": item.number,
                "case_id": item.planned.case_id,
                "version": item.planned.version,
                "forecast": _said(item.planned.forecast, "code", language),
                "outcome": _outcome(item),
                "result": None if outcome is None else _said(outcome, "rejected", language),
                "new_version": None if outcome is None else outcome["version"],
            }
        )


class Results(BaseModel):
    """A page; ``next`` is the ``after`` of the following one, None after the last."""

    results: tuple[Result, ...]
    next: int | None


def _said(facts: Mapping[str, Any], name: str, language: Language) -> dict[str, Any]:
    code, detail = facts.get(name), facts.get("detail")
    return {
        "events": facts.get("events") or (),
        "code": code,
        "why": why(code).said_in(language) if code else None,
        "specifics": phrase(detail).said_in(language) if detail else None,
    }


def _outcome(item: Item) -> str:
    if not item.planned.feasible:
        return "skipped"
    if item.outcome is None:
        return "waiting" if item.attempts < GIVE_UP else "not_done"
    if item.outcome["rejected"] is not None:
        return "refused"
    return "done" if item.outcome["events"] else "unchanged"
