"""The history of a case as data: what happened when and by whom, and what people wrote apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.naming import Body, body_named, zone_of
from domain.actor import Actor
from domain.context import Law
from domain.row import CaseRow
from eventlog.records import Entry

__all__ = ["Happened", "History", "Who", "history_of"]


class Who(BaseModel):
    """Who did it: a role of a body and the account, the reporter, or the system's own clock."""

    role: Annotated[str, Field(examples=["case_officer"])]
    body: Body | None
    account: str | None


class Happened(BaseModel):
    """An event. Bodies and units in ``facts`` are ids of the directory, times are UTC.

    ``words`` is what people wrote, by the name of its field: null for those who see no text, and
    empty where there is none or its key was destroyed.
    """

    version: Annotated[int, Field(description="Of the case after it.")]
    event_id: UUID
    type: Annotated[str, Field(examples=["CaseAssigned"])]
    occurred_at: datetime
    recorded_at: Annotated[datetime, Field(description="When it was written down.")]
    actor: Who
    facts: Mapping[str, Any]
    words: dict[str, Any] | None


class History(BaseModel):
    """A page of the history, the oldest event first."""

    case_id: str
    version: Annotated[int, Field(description="The last one of the case.")]
    events: tuple[Happened, ...]
    next: Annotated[
        int | None, Field(description="Send it as after for the next page; null on the last one.")
    ]


def history_of(
    row: CaseRow, page: Sequence[Entry], limit: int, law: Law, *, reads: bool
) -> History:
    """A page of at most ``limit`` events, of which one more was read if there is one."""
    zone, shown = zone_of(row.pack, law), page[:limit]
    return History(
        case_id=row.case_id,
        version=row.version,
        events=tuple(_happened(one, zone, law, reads=reads) for one in shown),
        next=shown[-1].version if len(page) > limit else None,
    )


def _happened(one: Entry, zone: ZoneInfo, law: Law, *, reads: bool) -> Happened:
    return Happened(
        version=one.version,
        event_id=one.event_id,
        type=one.type,
        occurred_at=one.occurred_at.astimezone(zone),
        recorded_at=one.recorded_at.astimezone(zone),
        actor=_who(one.actor, law),
        facts=one.facts,
        words={name: said for name, said in one.words.items() if said} if reads else None,
    )


def _who(actor: Actor, law: Law) -> Who:
    body = body_named(actor.body, law) if actor.body else None
    return Who(role=actor.role, body=body, account=actor.subject)
