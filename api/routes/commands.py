"""Officers act: a route for every command of a case, and what became of one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Request, Response
from fastapi.openapi.models import Example
from pydantic import BaseModel, Field

from activities.messages import Answer
from api.acting import acting
from api.desk import desk_of
from api.examples import EXAMPLES
from api.guard import caller_of
from api.headers import ActAs, IfMatch, Key, command_key, etag, expected
from api.language import spoken
from api.part import case_to_act_on
from api.phrases import phrase
from api.problems import Problem, refusal
from api.refusals import why
from api.second import refuse_hidden
from api.sight import CaseId
from domain.commands import COMMANDS, Command, Spec
from domain.params import Params
from domain.rejection import Rejection
from domain.shapes import ID

__all__ = ["Given", "router"]

router = APIRouter(prefix="/v1", tags=["officers"])


class Given(BaseModel):
    """What a command led to. ``version`` is the case's; all of it can be read at once."""

    case_id: str
    version: int
    events: tuple[str, ...]


class Became(BaseModel):
    """What became of a command. A refused one changed nothing; ``code`` names the rule."""

    key: str
    outcome: Literal["done", "refused"]
    case_id: str
    version: int
    events: tuple[str, ...]
    code: str | None = None
    why: Annotated[str | None, Field(description="In the caller's language.")] = None
    specifics: str | None = None


def _add(spec: Spec) -> None:
    """The route of one command; its parameters are those of the rule."""
    required = any(field.is_required() for field in spec.params.model_fields.values())
    example: dict[str, Example] = {"example": {"value": dict(EXAMPLES[spec.name])}}
    body: Any = (
        Body(openapi_examples=example)
        if required
        else Body(default=spec.params(), openapi_examples=example)
    )

    async def give(
        case_id: CaseId,
        request: Request,
        response: Response,
        form: Params = body,
        key: Key = None,
        if_match: IfMatch = None,
        act_as: ActAs = None,
    ) -> Given:
        answer = await _give(request, case_id, spec.name, form, key, if_match, act_as)
        response.headers["ETag"] = etag(answer.version)
        return Given(case_id=answer.case_id, version=answer.version, events=answer.events)

    give.__annotations__["form"] = spec.params
    router.add_api_route(
        f"/cases/{{case_id}}/commands/{spec.name}",
        give,
        methods=["POST"],
        operation_id=f"command_{spec.name}",
        summary=spec.name.replace("_", " ").capitalize(),
        description=spec.rule.__doc__,
        responses={200: {"headers": _ETAG}},
    )


_ETAG = {"ETag": {"description": "The case's version.", "schema": {"type": "string"}}}


async def _give(
    request: Request,
    case_id: str,
    name: str,
    form: Params,
    key: str | None,
    if_match: str | None,
    act_as: str | None,
) -> Answer:
    """Raises Problem when the case is not visible, or the rules refuse the command."""
    desk, caller = desk_of(request), caller_of(request)
    who = acting(caller, act_as, desk.law().at(await desk.now()))
    row = await case_to_act_on(request, case_id, act_as)
    command = Command(name, form.model_dump(mode="json", exclude_unset=True))
    key = command_key(caller, key)
    await refuse_hidden(request, row.case_id, command, who.actor, key, act_as)
    answer = await desk.commands.command(
        row.case_id,
        name,
        command.params,
        who.actor,
        key,
        row.unit,
        expected(if_match),
    )
    if answer.rejection is not None:
        raise await _refused(request, answer.rejection, row.case_id)
    return answer


async def _refused(request: Request, refused: Rejection, case_id: str) -> Problem:
    if refused.code != "version_mismatch":
        return refusal(refused)
    row = await desk_of(request).store.row(case_id)
    current = row.version if row else 0
    headers = {"ETag": etag(current)}
    members = {"code": refused.code, "current_version": current}
    return Problem(refused.code, refused.detail, **members, headers=headers)


for _spec in COMMANDS.values():
    _add(_spec)


@router.get("/commands/{key:path}", operation_id="what_became")
async def what_became(
    key: Annotated[
        str,
        ID,
        Path(
            min_length=16,
            max_length=200,
            description="The Idempotency-Key under which it was sent.",
        ),
    ],
    request: Request,
    response: Response,
) -> Became:
    """What became of a command after a time-out. Only of those that this account gave itself."""
    found = await desk_of(request).store.find_command(command_key(caller_of(request), key))
    if found is None:
        raise Problem("unknown_key")
    answer, language = Answer.model_validate(dict(found.outcome)), spoken(request, response)
    code, detail = answer.rejected, answer.detail
    return Became(
        key=key,
        outcome="refused" if answer.rejected else "done",
        case_id=answer.case_id,
        version=answer.version,
        events=answer.events,
        code=code,
        why=why(code).said_in(language) if code else None,
        specifics=phrase(detail).said_in(language) if detail else None,
    )
