"""What each reporter of a matter said and was told: the own one, and those merged into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.progress import Story
from domain.events import (
    CaseMerged,
    CaseReported,
    FeedbackReceived,
    ReporterInformed,
    ReportSupplemented,
)

__all__ = ["Said", "Thread", "Threads", "Verdict", "thread"]


class Said(BaseModel):
    """Something a reporter added, in their own words; null once the text was erased."""

    at: datetime
    text: str | None


class Verdict(BaseModel):
    """What a reporter said of the answer."""

    at: datetime
    satisfied: bool
    text: str | None
    reason: str | None


class Thread(BaseModel):
    """One reporter's side of the matter. Who it is stays in the vault."""

    case_id: str
    code: str
    state: str
    received_at: datetime
    channel: str
    category: str
    text: str | None
    address: Annotated[str | None, Field(description="What was said of the place.")]
    supplements: tuple[Said, ...]
    merged_into: Annotated[str | None, Field(description="Null for the case itself.")]
    merged_at: datetime | None
    informed_at: Annotated[datetime | None, Field(description="When this reporter was told last.")]
    verdicts: tuple[Verdict, ...]
    identity_kept: Annotated[bool, Field(description="Whether the reporter left an identity.")]


class Threads(BaseModel):
    """All reporters who are owed the answer of a case, its own one first, then by receipt."""

    case_id: str
    reporters: tuple[Thread, ...]


def thread(story: Story) -> Thread:
    """A case from its reporter's side."""
    case, zone = story.case, ZoneInfo(story.case.zone)
    reported = next(e.body for e in story.events if isinstance(e.body, CaseReported))
    return Thread(
        case_id=case.case_id,
        code=case.code,
        state=case.state,
        received_at=case.reported_at.astimezone(zone),
        channel=case.channel,
        category=case.category,
        text=reported.text,
        address=reported.address,
        supplements=tuple(_supplements(story, zone)),
        merged_into=case.merged_into,
        merged_at=_last(story, CaseMerged, zone) if case.merged_into else None,
        informed_at=_last(story, ReporterInformed, zone) if case.informed_at else None,
        verdicts=tuple(_verdicts(story, zone)),
        identity_kept=case.reporter_ref is not None,
    )


def _supplements(story: Story, zone: ZoneInfo) -> Iterator[Said]:
    for event in story.events:
        if isinstance(event.body, ReportSupplemented):
            yield Said(at=event.occurred_at.astimezone(zone), text=event.body.text)


def _verdicts(story: Story, zone: ZoneInfo) -> Iterator[Verdict]:
    for event in story.events:
        body = event.body
        if isinstance(body, FeedbackReceived):
            yield Verdict(at=event.occurred_at.astimezone(zone), **body.model_dump())


def _last(story: Story, kind: type, zone: ZoneInfo) -> datetime | None:
    times = [event.occurred_at for event in story.events if isinstance(event.body, kind)]
    return times[-1].astimezone(zone) if times else None
