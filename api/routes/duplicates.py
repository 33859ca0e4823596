"""Reports of the same thing: what may be merged, and who is owed the answer once it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.desk import Desk, desk_of
from api.guard import caller_of
from api.headers import ActAs
from api.language import spoken
from api.likeness import Duplicates, Teller, around, subject_of
from api.progress import Story
from api.sight import CaseId, readable, visible_case
from api.threads import Threads, thread
from eventlog.candidates import candidates
from eventlog.inbox import reading

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["officers"])
Limit = Annotated[int, Query(ge=1, le=50)]


@router.get("/{case_id}/duplicates", operation_id="find_duplicates")
async def find_duplicates(
    case_id: CaseId, request: Request, response: Response, limit: Limit = 10, act_as: ActAs = None
) -> Duplicates:
    """Cases that may be of the same thing, with what speaks for it; only those one may read.

    They lie near in place and time, and are of one category or have words in common. Nothing
    is merged by itself.
    """
    desk, row = desk_of(request), await visible_case(request, case_id, act_as)
    now, language = await desk.now(), spoken(request, response)
    context, story = desk.law().at(now), (await _stories(desk, {row.case_id}))[0]
    scope = readable(caller_of(request), context, act_as)
    async with reading(desk.store.pool) as connection:
        subject, units = subject_of(story, row), around(row.unit, context)
        found = await candidates(connection, subject, units, scope, limit)
    teller = Teller(story, desk.law(), now, language)
    return Duplicates(case_id=row.case_id, candidates=tuple(map(teller.tell, found)))


@router.get("/{case_id}/reporters", operation_id="list_reporters")
async def list_reporters(case_id: CaseId, request: Request, act_as: ActAs = None) -> Threads:
    """What each reporter said and was told: the case's own one, and those merged into it.

    Whoever works on a survivor answers all of them, and so reads what any of them adds.
    """
    row = await visible_case(request, case_id, act_as)
    own, *merged = await _owed(desk_of(request), row.case_id)
    threads = sorted(map(thread, merged), key=lambda one: (one.received_at, one.case_id))
    return Threads(case_id=row.case_id, reporters=(thread(own), *threads))


async def _owed(desk: Desk, case_id: str) -> list[Story]:
    """The case, the cases merged into it, and those merged into these."""
    found: list[Story] = []
    waiting, known = {case_id}, {case_id}
    while waiting:
        stories = await _stories(desk, waiting)
        found += stories
        waiting = {merged for story in stories for merged in story.case.survivor_of} - known
        known |= waiting
    return found


async def _stories(desk: Desk, case_ids: set[str]) -> list[Story]:
    histories = await desk.store.load_all(sorted(case_ids), unseal=True)
    return [
        Story.of(case_id, [recorded.event for recorded in history])
        for case_id, history in histories.items()
    ]
