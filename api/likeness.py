"""Candidates for duplicates as an officer sees them: how like, and why, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from api.items import Item, item
from api.language import Language, Words
from api.progress import Story
from domain.context import Context, Law
from domain.duplicates import Likeness, Place
from domain.events import CaseLinked, CaseReported, ReportSupplemented
from domain.row import CaseRow
from domain.scope import area
from domain.words import spelt, words_of
from eventlog.candidates import Candidate, Subject

__all__ = ["Duplicate", "Duplicates", "Teller", "around", "subject_of"]

Joined: TypeAlias = Literal["merged_into_this", "survivor_of_this", "same_survivor", "linked"]
#: From here on days are told and not hours.
_DAYS_FROM = 48


class Duplicate(BaseModel):
    """A case that may be of the same thing. It is merged by a person or not at all."""

    case: Item
    score: Annotated[int, Field(ge=0, le=100, description="The higher, the liker.")]
    metres: Annotated[
        int | None, Field(description="Between the two places; null where one is not known.")
    ]
    same_unit: bool
    hours_apart: Annotated[int, Field(description="Between the two receipts.")]
    same_category: bool
    words: Annotated[
        tuple[str, ...], Field(description="That both texts have, as this case's text spells them.")
    ]
    why: Annotated[
        tuple[str, ...], Field(description="The same in words, by Accept-Language.", min_length=1)
    ]
    joined: Annotated[
        Joined | None, Field(description="How the two are joined already; null if they are not.")
    ]


class Duplicates(BaseModel):
    """Candidates for one case, the likest first."""

    case_id: str
    candidates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells candidates for the case of a story, in a language, as of a moment."""

    story: Story
    law: Law
    now: datetime
    language: Language

    def tell(self, candidate: Candidate) -> Duplicate:
        """A candidate as it is shown."""
        likeness = candidate.likeness
        shared = spelt(frozenset(likeness.shared), *_texts(self.story))
        return Duplicate(
            case=item(candidate.row, self.law, self.now),
            score=likeness.score,
            metres=likeness.metres,
            same_unit=likeness.same_unit,
            hours_apart=likeness.apart // timedelta(hours=1),
            same_category=likeness.same_category,
            words=shared,
            why=tuple(said.said_in(self.language) for said in _why(likeness, shared)),
            joined=_joined(self.story, candidate.row),
        )


def subject_of(story: Story, row: CaseRow) -> Subject:
    """What others are compared with."""
    return Subject(
        case_id=row.case_id,
        unit=row.unit,
        category=row.category,
        received_at=row.received_at,
        place=_place(row),
        words=words_of(*_texts(story)),
    )


def around(unit_id: str, context: Context) -> Sequence[str]:
    """The units in which the same words may mean the same place: those under the next one up."""
    directory, today = context.directory, context.today
    paths = [directory.path(heir.unit_id, today) for heir in directory.heirs(unit_id, today)]
    over = {path[1] if len(path) > 1 else path[0] for path in paths}
    return sorted({unit_id}.union(*(area(directory, unit, today) for unit in over)))


def _place(row: CaseRow) -> Place | None:
    if row.latitude_e6 is None or row.longitude_e6 is None:
        return None
    return Place(row.latitude_e6, row.longitude_e6)


def _texts(story: Story) -> list[str | None]:
    bodies = [event.body for event in story.events]
    said = [one.text for one in bodies if isinstance(one, CaseReported | ReportSupplemented)]
    return [*said, *(one.address for one in bodies if isinstance(one, CaseReported))]


def _why(likeness: Likeness, shared: Sequence[str]) -> Iterator[Words]:
    if likeness.metres is not None:
        yield Words(f"Cách {likeness.metres} m.", f"{likeness.metres} m apart.")
    if likeness.same_unit:
        yield Words("Cùng đơn vị.", "In the same unit.")
    yield _apart(likeness.apart // timedelta(hours=1))
    if likeness.same_category:
        yield Words("Cùng lĩnh vực.", "Of the same category.")
    if shared:
        told = ", ".join(shared)
        yield Words(f"Cùng nhắc đến: {told}.", f"Both mention: {told}.")


def _apart(hours: int) -> Words:
    if hours == 0:
        return Words("Nhận trong cùng một giờ.", "Received within an hour.")
    if hours < _DAYS_FROM:
        return Words(f"Nhận cách nhau {hours} giờ.", f"Received {hours} h apart.")
    days = hours // 24
    return Words(f"Nhận cách nhau {days} ngày.", f"Received {days} days apart.")


def _joined(story: Story, row: CaseRow) -> Joined | None:
    own = story.case
    links = (event.body for event in story.events if isinstance(event.body, CaseLinked))
    if row.merged_into == own.case_id:
        return "merged_into_this"
    if own.merged_into == row.case_id:
        return "survivor_of_this"
    if own.merged_into is not None and own.merged_into == row.merged_into:
        return "same_survivor"
    related = {link.to for link in links if link.relation == "related"}
    return "linked" if row.case_id in related else None
