"""What the person who reported sees and may do, with the receipt and nothing else."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from activities.messages import Answer
from api.desk import desk_of
from api.guard import caller_of
from api.headers import Key, command_id
from api.language import spoken
from api.models import Feedback, Heard, Supplement, Withdrawal
from api.problems import refusal
from api.progress import Progress, progress
from api.receipts import Code, Secret, opened
from api.refusals import why
from api.stories import story_of, survivors
from domain.actor import REPORTER
from domain.row import CaseRow

__all__ = ["router"]

router = APIRouter(prefix="/v1/track", tags=["reporters"])
_WITHOUT_A_WORD = Withdrawal()


@router.get("/{code}", operation_id="track_report")
async def track_report(
    code: Code, secret: Secret, request: Request, response: Response
) -> Progress:
    """Where the report stands, who must act until when, and what was answered."""
    desk, row = desk_of(request), await opened(request, code, secret)
    own = await story_of(desk, row.case_id, unseal=True)
    others, now = await survivors(desk, own, unseal=True), await desk.now()
    return progress(own, others, desk.law(), now, spoken(request, response))


@router.post("/{code}/supplement", operation_id="supplement_report")
async def supplement_report(
    code: Code, secret: Secret, form: Supplement, request: Request, key: Key = None
) -> Heard:
    """Add something; the first text stays as it was."""
    row = await opened(request, code, secret)
    said = form.model_dump(exclude_defaults=True)
    answer = await _say(request, row, "supplement", said, key)
    return Heard(version=answer.version, events=answer.events)


@router.post("/{code}/feedback", operation_id="judge_answer")
async def judge_answer(
    code: Code,
    secret: Secret,
    form: Feedback,
    request: Request,
    response: Response,
    key: Key = None,
) -> Heard:
    """Say whether the answer satisfied; not satisfied with a reason opens the case again."""
    row = await opened(request, code, secret)
    said = form.model_dump(exclude_none=True)
    answer = await _say(request, row, "feedback", said, key)
    if form.satisfied:
        return Heard(version=answer.version, events=answer.events)
    if form.reason is None:
        again = answer.model_copy(update={"events": (), "rejected": "reason_missing"})
    else:
        again = await _give(request, row, "reopen", {"reason": form.reason}, key)
    why_not = again.rejected
    return Heard(
        version=max(answer.version, again.version),
        events=(*answer.events, *again.events),
        reopened=why_not is None,
        why_not=why_not,
        why=why(why_not).said_in(spoken(request, response)) if why_not else None,
    )


@router.post("/{code}/withdraw", operation_id="withdraw_report")
async def withdraw_report(
    code: Code,
    secret: Secret,
    request: Request,
    form: Withdrawal = _WITHOUT_A_WORD,
    key: Key = None,
) -> Heard:
    """Take the report back; what happened so far stays in its history."""
    row = await opened(request, code, secret)
    said = form.model_dump(exclude_none=True)
    answer = await _say(request, row, "withdraw", said, key)
    return Heard(version=answer.version, events=answer.events)


async def _say(
    request: Request, row: CaseRow, name: str, params: dict[str, Any], key: str | None
) -> Answer:
    """Give a command in the reporter's name. Raises Problem when the rules refuse it."""
    answer = await _give(request, row, name, params, key)
    if answer.rejection is not None:
        raise refusal(answer.rejection)
    return answer


async def _give(
    request: Request, row: CaseRow, name: str, params: dict[str, Any], key: str | None
) -> Answer:
    what = f"{row.case_id}/{name}"
    return await desk_of(request).commands.command(
        row.case_id, name, params, REPORTER, command_id(caller_of(request), what, key), row.unit
    )
