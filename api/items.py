"""A case as a list shows it, and the counts beside the list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.naming import Body, Unit, body_named, body_written, local, unit_named, zone_of
from domain.context import Law
from domain.row import CaseRow
from eventlog.inbox import Counts

__all__ = ["CaseList", "Item", "Tally", "facts_of", "item", "tallies"]


class Item(BaseModel):
    """A case in a list. Times are local to the case, with their offset."""

    case_id: str
    code: Annotated[str, Field(description="As on the receipt.")]
    state: str
    rung: Annotated[str, Field(description="The level of the ladder on which it stands.")]
    accountable: Body
    unit: Unit
    category: str
    severity: str
    channel: str
    received_at: datetime
    changed_at: Annotated[datetime, Field(description="When something happened to it last.")]
    due_at: Annotated[
        datetime | None,
        Field(description="When the accountable body's clock ends; null while paused or ended."),
    ]
    overdue: Annotated[bool, Field(description="Whether that is past.")]
    late: Annotated[bool, Field(description="Whether a deadline was ever missed.")]
    paused: bool
    open: Annotated[bool, Field(description="Whether somebody must still act.")]
    reopened: Annotated[int, Field(description="How often it was opened again.")]
    lead: Body | None
    assignee: Annotated[str | None, Field(description="The account of the officer.")]
    outcome: str | None
    merged_into: Annotated[str | None, Field(description="The case in which it goes on.")]
    closed_at: datetime | None
    version: Annotated[int, Field(description="Of the case: what If-Match names.")]


class Tally(BaseModel):
    """How many cases have a value; asking the filter of this name for the value lists them."""

    value: str
    cases: int
    name: Annotated[str | None, Field(description="Of a body.")] = None


class CaseList(BaseModel):
    """A page of a list and the counts over all of it, as of one moment."""

    at: Annotated[datetime, Field(description="The moment by which overdue is judged.")]
    cases: tuple[Item, ...]
    next: Annotated[
        str | None, Field(description="Send it as after for the next page; null on the last one.")
    ]
    total: Annotated[int | None, Field(description="On all pages; null without counts.")]
    facets: Annotated[
        dict[str, tuple[Tally, ...]] | None,
        Field(
            description="By state, rung, severity, category, channel, accountable and overdue, "
            "over all pages; null without counts."
        ),
    ]


def item(row: CaseRow, law: Law, now: datetime) -> Item:
    """A row as it is shown at a moment."""
    return Item(**facts_of(row, law, now))


def facts_of(row: CaseRow, law: Law, now: datetime) -> dict[str, Any]:
    """What an item says, by name."""
    zone = zone_of(row.pack, law)
    same = ("case_id", "code", "state", "rung", "category", "severity", "channel", "late", "paused")
    more = ("open", "reopened", "assignee", "outcome", "merged_into", "version")
    times = ("received_at", "changed_at", "due_at", "closed_at")
    return {
        **{name: getattr(row, name) for name in (*same, *more)},
        **{name: local(getattr(row, name), zone) for name in times},
        "accountable": body_named(row.accountable, law),
        "unit": unit_named(row.unit, law),
        "lead": body_named(row.lead, law) if row.lead else None,
        "overdue": row.overdue(now),
    }


def tallies(counts: Counts, law: Law, today: date) -> dict[str, tuple[Tally, ...]]:
    """The facets, in each the most frequent value first."""
    told = {facet: _tallied(values) for facet, values in counts.by.items()}
    told["accountable"] = tuple(_with_name(one, law, today) for one in told["accountable"])
    return told


def _tallied(values: Mapping[str, int]) -> tuple[Tally, ...]:
    ordered = sorted(values.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Tally(value=value, cases=cases) for value, cases in ordered)


def _with_name(one: Tally, law: Law, today: date) -> Tally:
    written, name = body_written(one.value, law, today), body_named(one.value, law).name
    return Tally(value=written, cases=one.cases, name=name)
