"""What a client asks of the list of requests, as a scope and a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

from activities.receipts import check_code
from api.moments import Moment
from api.problems import Problem
from domain.language import Mistake
from domain.scope import AllOf, Scope, Since, Wanted
from domain.shapes import like

__all__ = ["SPAN", "Asked", "spelt"]

#: The standard's longest span of a search.
SPAN = timedelta(days=90)
_MOST, _DEEPEST = 1_000, 100_000
_TICK = timedelta(microseconds=1)
_YEARS = range(1970, 9000)
_MANY_CODES = 50


def _within_reach(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise Mistake(
            "năm phải từ 1970 đến 8999",
            "write a year from 1970 to 8999",
        )
    return moment


_Moment = Annotated[
    Moment,
    AfterValidator(_within_reach),
    Field(description="W3C time with its offset, as 2026-03-01T00:00:00Z."),
]


class Asked(BaseModel):
    """The standard's filters; beside it ``updated_after``, ``page`` and ``page_size``.

    ``service_request_id`` overrides all others. Without dates, and without ``updated_after``, the
    last 90 days are meant.
    """

    service_request_id: Annotated[
        str | None, Field(max_length=2_000, description="Public codes, by commas.")
    ] = None
    service_code: Annotated[
        Annotated[
            str,
            like(
                r"^[\w, -]*$",
                "Viết các service_code, cách nhau bằng dấu phẩy: road,waste.",
                "Write the service codes, by commas: road,waste.",
            ),
        ]
        | None,
        Field(max_length=1_000, description="By commas."),
    ] = None
    start_date: _Moment | None = None
    end_date: _Moment | None = None
    status: Annotated[
        Annotated[
            str,
            like(
                r"^(open|closed)(,(open|closed))*$",
                "Viết open, closed, hoặc cả hai: open,closed.",
                "Write open, closed, or both: open,closed.",
            ),
        ]
        | None,
        Field(description="open, closed, or both."),
    ] = None
    updated_after: Annotated[
        _Moment | None, Field(description="Changed then or later, as 2026-03-01T00:00:00Z.")
    ] = None
    page: Annotated[int, Field(ge=1, le=_DEEPEST)] = 1
    page_size: Annotated[int, Field(ge=1, le=_MOST)] = _MOST

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, given: Any) -> Any:
        """The standard: a parameter without a value is as one that is not there."""
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if value != ""}
        return given

    @property
    def codes(self) -> tuple[str, ...]:
        """The requests asked for by their codes, those that can be codes. Raises Problem."""
        named = _several(self.service_request_id)
        if len(named) > _MANY_CODES:
            raise _wrong("service_request_id", f"name at most {_MANY_CODES}")
        return tuple(dict.fromkeys(code for one in named if (code := spelt(one))))

    @property
    def offset(self) -> int:
        """How many requests come before the page. Raises Problem."""
        before = (self.page - 1) * self.page_size
        if before > _DEEPEST:
            raise _wrong("page", "ask for a shorter span, or by updated_after")
        return before

    def scope(self, now: datetime) -> Scope:
        """All filters but the codes. Raises Problem."""
        since, until = self._span(now)
        asked = Wanted(
            categories=frozenset(_several(self.service_code)) or None,
            open=self._open,
            received_since=since,
            received_before=until,
        )
        changed = [] if self.updated_after is None else [Since("changed_at", self.updated_after)]
        return AllOf((asked.scope, *changed))

    @property
    def _open(self) -> bool | None:
        statuses = set(_several(self.status))
        return None if len(statuses) != 1 else statuses == {"open"}

    def _span(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """From the first moment up to, not including, the second."""
        start, end = self.start_date, self.end_date
        if start is None and end is None:
            return (now - SPAN, None) if self.updated_after is None else (None, None)
        if start is not None and end is not None and end - start > SPAN:
            raise _wrong("end_date", f"ask for {SPAN.days} days at most")
        since = start or (end or now) - SPAN
        return since, (end or since + SPAN) + _TICK


def spelt(code: str) -> str | None:
    """The code as it was printed; None for what cannot be one."""
    try:
        return check_code(code)
    except ValueError:
        return None


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(_parts(text or ""))


def _parts(text: str) -> Iterator[str]:
    return (part for piece in text.split(",") if (part := piece.strip()))


def _wrong(name: str, advice: str) -> Problem:
    return Problem("invalid", errors=[{"query": name, "detail": advice}])
