"""What a list can be asked as of a moment: the filters of every list, and those of a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from api.filters import Filters, body_id
from api.guard import Caller
from api.language import Words
from api.moments import Moment
from api.problems import Problem
from domain.context import Context
from domain.language import Mistake
from domain.params import Word
from domain.period import TIMED
from domain.scope import AllOf, OneOf, Scope, Then
from eventlog.rows import Table

__all__ = ["AsOf", "Past", "Stage", "Verdict"]

Stage = Literal["accept", "assign", "answer", "inform", "whole"]
Verdict = Literal["on_time", "late"]
_Words = Annotated[tuple[Word, ...], Field(max_length=100)]
#: Those that only the history of a case can answer.
_OWN = frozenset(
    {"as_of", "merged", "outcome", "done", "verdict", "responsible", "unacted", "entered_later"}
    | {"unit_id"}
)


class AsOf(BaseModel):
    """The moment as of which something is asked."""

    as_of: Annotated[
        Moment | None,
        Field(
            description="The cases as they were then, by when things happened. Not in the future; "
            "now if left out.",
            examples=["2026-03-31T17:00:00+07:00"],
        ),
    ] = None

    def at(self, context: Context) -> Context:
        """The law of today at the moment that is asked for.

        Units and bodies are meant as they are today, so that a commune keeps the cases of those
        it took the place of. Raises Problem("invalid") for a moment that has not come.
        """
        if self.as_of is None:
            return context
        if self.as_of > context.now:
            detail = Words(
                "as_of ở tương lai: hãy hỏi một thời điểm đã đến.",
                "as_of lies in the future: ask for a moment that has come.",
            )
            raise Problem("invalid", errors=[{"query": "as_of", "detail": detail}])
        return replace(context, now=self.as_of)


class Past(AsOf, Filters):
    """The filters of a list, read as of a moment.

    Without ``as_of`` a list is of now. What is asked about stages, outcomes and escalations is
    answered by the history of the cases, which follows what happens within a second or so.
    """

    merged: Annotated[
        bool | None, Field(description="Whether it went on in another case.", examples=[False])
    ] = None
    outcome: Annotated[
        _Words, Field(description="How it ended, as explained.", examples=[["solved_confirmed"]])
    ] = ()
    stage: Annotated[
        Stage,
        Field(description="Of which stage done, verdict and responsible ask.", examples=["answer"]),
    ] = "answer"
    done: Annotated[
        bool | None, Field(description="Whether it is known how long it took.", examples=[True])
    ] = None
    verdict: Annotated[
        tuple[Verdict, ...],
        Field(
            max_length=2,
            description="Of what was due by then, whether it was done in time. Of accept, assign "
            "and answer.",
            examples=[["late"]],
        ),
    ] = ()
    responsible: Annotated[
        _Words,
        Field(
            description="Bodies whose clock first ran out in the stage, else had it last; as "
            "accountable.",
            examples=[["unit:26737"]],
        ),
    ] = ()
    unacted: Annotated[
        bool | None,
        Field(
            description="Whether it was escalated and nobody of that body has acted yet.",
            examples=[True],
        ),
    ] = None
    entered_later: Annotated[
        bool | None,
        Field(description="Whether it was written down only after as_of.", examples=[True]),
    ] = None
    unit_id: Annotated[
        _Words,
        Field(
            description="Units exactly, by id, without what is under them.",
            examples=[["26737~2025"]],
        ),
    ] = ()

    @model_validator(mode="after")
    def _judged(self) -> Self:
        # The words of a case are those of today, and so is who may read them.
        if self.q is not None and self.as_of is not None:
            raise Mistake(
                "nội dung chỉ tìm được ở hiện tại: bỏ q hoặc as_of",
                "texts are searched as they are now: leave out q or as_of",
            )
        if self.verdict and self.stage not in TIMED:
            raise Mistake(
                f"verdict chỉ dùng cùng stage là một trong: {', '.join(TIMED)}",
                f"a verdict is of one of {', '.join(TIMED)}",
            )
        return self

    @property
    def table(self) -> Table:
        """Where the answer stands."""
        return "case_period" if _OWN & self.model_fields_set else "case_row"

    def asked(self, caller: Caller, context: Context) -> Scope:
        """What is asked alone, whoever may see it. Raises Problem("invalid")."""
        asked = super().asked(caller, context)
        if self.table == "case_row":
            return asked
        units = (OneOf("unit", frozenset(self.unit_id)),) if self.unit_id else ()
        return AllOf((asked, self._then(context).scope, *units))

    def _then(self, context: Context) -> Then:
        bodies = [body_id("responsible", named, context) for named in self.responsible]
        return Then(
            at=context.now,
            merged=self.merged,
            outcomes=_words(self.outcome),
            stage=self.stage,
            done=self.done,
            verdicts=_words(self.verdict),
            responsible=_words(bodies),
            unacted=self.unacted,
            entered_later=self.entered_later,
        )


def _words(words: Sequence[str]) -> frozenset[str] | None:
    return frozenset(words) if words else None
