"""Which commands a person may give on a case now, and for the others why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from activities.rehearsal import Verdicts
from api.acting import Acting, in_force
from api.desk import desk_of
from api.guard import Caller, caller_of
from api.headers import ActAs, etag
from api.language import Language, spoken
from api.part import case_to_act_on, reaches
from api.phrases import phrase
from api.problems import Problem
from api.refusals import why
from api.sight import CaseId
from domain.commands import COMMANDS
from domain.context import Context
from domain.rejection import Rejection

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["officers"])

#: The order of the checks: of several roles that may not, the one that came furthest is told.
_CHECKS = ("not_permitted", "invalid", "out_of_scope", "not_accountable", "wrong_state")


class May(BaseModel):
    """One command: whether it may be given now, in which roles, and if not, why not.

    What depends on its parameters, on evidence or on a window of time is told when it is given.
    """

    command: str
    allowed: bool
    act_as: Annotated[tuple[str, ...], Field(description="The roles, as they stand in Act-As.")]
    code: str | None = None
    why: Annotated[str | None, Field(description="In the caller's language.")] = None
    specifics: str | None = None


class Allowed(BaseModel):
    """Every command, as this person may give it now."""

    case_id: str
    version: int
    commands: tuple[May, ...]


@router.get("/{case_id}/allowed", operation_id="what_is_allowed")
async def what_is_allowed(
    case_id: CaseId, request: Request, response: Response, act_as: ActAs = None
) -> Allowed:
    """Which commands this person may give on a case now, and for the others why not."""
    desk, caller = desk_of(request), caller_of(request)
    now = await desk.now()
    context = desk.law().at(now)
    every = _roles(caller, act_as, context)
    row = await case_to_act_on(request, case_id, act_as)
    roles = {name: one for name, one in every.items() if reaches(row, caller, context, name)}
    actors = [one.actor for one in roles.values()]
    found = await desk.rehearsal.allowed(case_id, actors, now)
    if found is None:
        raise Problem("unknown_case", code="unknown_case")
    version, said = found
    response.headers["ETag"] = etag(version)
    language = spoken(request, response)
    verdicts = dict(zip(roles, said, strict=True))
    commands = tuple(_may(name, verdicts, language) for name in sorted(COMMANDS))
    return Allowed(case_id=case_id, version=version, commands=commands)


def _roles(caller: Caller, chosen: str | None, context: Context) -> Mapping[str, Acting]:
    """The roles of a person that are in force, as they are written. Raises Problem."""
    grants = [grant for grant in caller.grants if chosen in (None, str(grant))]
    found = {
        str(grant): one for grant in grants if (one := in_force(grant, caller, context)) is not None
    }
    if not found:
        raise Problem("not_permitted", "No role of this account is in force here today.")
    return found


def _may(name: str, verdicts: Mapping[str, Verdicts], language: Language) -> May:
    given = tuple(role for role, said in verdicts.items() if said[name] is None)
    if given:
        return May(command=name, allowed=True, act_as=given)
    refused = max((one for said in verdicts.values() if (one := said[name])), key=_far)
    return May(
        command=name,
        allowed=False,
        act_as=(),
        code=refused.code,
        why=why(refused.code).said_in(language),
        specifics=phrase(refused.detail).said_in(language),
    )


def _far(refused: Rejection) -> int:
    return _CHECKS.index(refused.code) if refused.code in _CHECKS else len(_CHECKS)
