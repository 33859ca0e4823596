"""The filters of a list as they are sent: for lists, counts, exports and selections alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.faults import own_words
from api.guard import Caller
from api.moments import Moment
from api.naming import body_meant, dated
from api.problems import Problem
from api.sight import readable, visible
from domain.context import Context
from domain.directory import UnitNotInForce, UnknownBody, UnknownUnit
from domain.language import Mistake
from domain.params import Word
from domain.scope import AllOf, Nothing, Scope, Wanted, area
from domain.words import words_of

__all__ = ["Filters", "Narrowing", "State", "View", "body_id"]

State = Literal[
    "received",
    "accepted",
    "assigned",
    "in_progress",
    "answered",
    "informed",
    "closed",
    "declined",
    "redirected",
    "merged",
    "withdrawn",
]
View = Literal["mine", "due_today", "overdue", "new", "hot"]
#: Nobody has been named to handle it.
_NEW = frozenset({"received", "accepted"})
_ME = "me"


def _searchable(text: str) -> str:
    if not words_of(text):
        raise Mistake(
            "hãy tìm bằng ít nhất một từ gồm chữ hoặc số",
            "search for one word or more, of letters or digits",
        )
    return text


_Words = Annotated[tuple[Word, ...], Field(max_length=100)]


class Narrowing(BaseModel):
    """What is asked of cases, nobody in person. A name that comes several times asks for any value.

    Different names narrow each other. What is not known here is refused, so that a misspelt
    filter never shows more than was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Annotated[
        _Words,
        Field(
            description="Codes of units, each with all that is under it; as 26737, or as "
            "760@2025-06-30 for who held the code on that day.",
            examples=[["26737"]],
        ),
    ] = ()
    rung: Annotated[
        _Words, Field(description="Levels of the ladder, as commune.", examples=[["commune"]])
    ] = ()
    state: Annotated[
        tuple[State, ...],
        Field(max_length=len(get_args(State)), examples=[["assigned", "in_progress"]]),
    ] = ()
    severity: Annotated[_Words, Field(examples=[["hot_spot"]])] = ()
    category: Annotated[_Words, Field(examples=[["road", "waste"]])] = ()
    channel: Annotated[_Words, Field(examples=[["zalo"]])] = ()
    accountable: Annotated[
        _Words,
        Field(
            description="Bodies, as unit:26737 or unit:760@2025-06-30.", examples=[["unit:26737"]]
        ),
    ] = ()
    open: Annotated[
        bool | None, Field(description="Whether somebody must still act.", examples=[True])
    ] = None
    overdue: Annotated[
        bool | None,
        Field(description="Whether the accountable body is past due now.", examples=[True]),
    ] = None
    late: Annotated[
        bool | None, Field(description="Whether a deadline was ever missed.", examples=[True])
    ] = None
    paused: Annotated[bool | None, Field(examples=[False])] = None
    due_before: Annotated[
        Moment | None,
        Field(description="Open cases due before it.", examples=["2026-03-16T17:00:00+07:00"]),
    ] = None
    received_since: Annotated[Moment | None, Field(examples=["2026-03-01T00:00:00+07:00"])] = None
    received_before: Annotated[Moment | None, Field(examples=["2026-04-01T00:00:00+07:00"])] = None

    def selected(self, caller: Caller, context: Context, chosen: str | None = None) -> Scope:
        """The cases that are meant, of those the caller may see. ``chosen`` is the header Act-As.

        Raises Problem: a unit or a body that is not there, a role that the caller has not.
        """
        return AllOf((visible(caller, context, chosen), self.asked(caller, context)))

    def asked(self, caller: Caller, context: Context) -> Scope:
        """What is asked alone, whoever may see it. Raises Problem("invalid")."""
        return self.wanted(caller, context).scope

    def wanted(self, caller: Caller, context: Context) -> Wanted:  # noqa: ARG002 - some ask for me
        """The filters. Raises Problem("invalid")."""
        return Wanted(
            states=_asked(self.state),
            rungs=_asked(self.rung),
            severities=_asked(self.severity),
            categories=_asked(self.category),
            channels=_asked(self.channel),
            accountable=_asked([body_id("accountable", ref, context) for ref in self.accountable]),
            units=_areas(self.unit, context) if self.unit else None,
            open=self.open,
            late=self.late,
            paused=self.paused,
            overdue_at=None if self.overdue is None else context.now,
            overdue=self.overdue is not False,
            due_before=self.due_before,
            received_since=self.received_since,
            received_before=self.received_before,
        )


class Filters(Narrowing):
    """What is asked of a list: of cases, of who works on them, and of what they say."""

    view: Annotated[
        View | None,
        Field(
            description="A ready view: mine (open, assigned to me), due_today (due before this "
            "local day ends, what is overdue included), overdue, new (received or accepted: nobody "
            "is assigned yet), hot (open hot spots). The other filters narrow it.",
            examples=["overdue"],
        ),
    ] = None
    assignee: Annotated[
        _Words,
        Field(description="Accounts, as GET /v1/me tells one's own; or me.", examples=[["me"]]),
    ] = ()
    q: Annotated[
        Annotated[Word, AfterValidator(_searchable)] | None,
        Field(
            description="Words that the report or its supplements have, each of them, in any "
            "order, without diacritics. For those who work on cases; the others see no text.",
            examples=["ổ gà trường"],
        ),
    ] = None

    def selected(self, caller: Caller, context: Context, chosen: str | None = None) -> Scope:
        """The cases that are meant: for lists, counts and files.

        Whoever asks for words is shown only cases whose text they may read. Raises Problem as in
        ``Narrowing``, and for words without a role that reads.
        """
        if self.q is None:
            return super().selected(caller, context, chosen)
        seen = readable(caller, context, chosen)
        if seen == Nothing():
            raise Problem("not_permitted", "Who works on no case may not search in texts.")
        return AllOf((seen, self.asked(caller, context)))

    def asked(self, caller: Caller, context: Context) -> Scope:
        """What is asked alone, whoever may see it. Raises Problem("invalid")."""
        wanted = super().asked(caller, context)
        ready = _VIEWS[self.view](caller, context) if self.view else None
        return wanted if ready is None else AllOf((ready.scope, wanted))

    def wanted(self, caller: Caller, context: Context) -> Wanted:
        """The filters without the view. Raises Problem("invalid")."""
        return replace(
            super().wanted(caller, context),
            assignees=_asked([_account(one, caller) for one in self.assignee]),
            mentioned=None if self.q is None else words_of(self.q),
        )


def _mine(caller: Caller, _: Context) -> Wanted:
    return Wanted(assignees=frozenset({caller.scope}), open=True)


def _due_today(_: Caller, context: Context) -> Wanted:
    zone = ZoneInfo(context.law.zone)
    today = context.now.astimezone(zone).date()
    tomorrow = datetime.combine(today + timedelta(days=1), time(), zone)
    return Wanted(due_before=tomorrow)


_VIEWS: dict[View, Callable[[Caller, Context], Wanted]] = {
    "mine": _mine,
    "due_today": _due_today,
    "overdue": lambda _, context: Wanted(overdue_at=context.now),
    "new": lambda _, __: Wanted(states=_NEW),
    "hot": lambda _, __: Wanted(severities=frozenset({"hot_spot"}), open=True),
}


def _asked(words: Sequence[str]) -> frozenset[str] | None:
    return frozenset(words) if words else None


def _account(named: str, caller: Caller) -> str:
    return caller.scope if named == _ME else named


def _areas(codes: Iterable[str], context: Context) -> frozenset[str]:
    return frozenset().union(*(_area(code, context) for code in codes))


def _area(named: str, context: Context) -> frozenset[str]:
    """A unit and all that is under it, as of the day that is named with it."""
    try:
        code, day = dated(named, context.today)
        unit = context.directory.unit_at(code, day)
    except (UnitNotInForce, UnknownUnit, Mistake) as error:
        raise _wrong("unit", error) from None
    return area(context.directory, unit.unit_id, day)


def body_id(name: str, named: str, context: Context) -> str:
    """The id of the body that a filter names; one that ceased may have cases still.

    Raises Problem("invalid") for one that is not known.
    """
    try:
        return body_meant(named, context.directory, context.today)
    except (UnknownBody, Mistake) as error:
        raise _wrong(name, error) from None


def _wrong(name: str, error: Exception) -> Problem:
    return Problem("invalid", errors=[{"query": name, "detail": own_words(error)}])
