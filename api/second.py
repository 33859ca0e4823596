"""The second case that a command names: nobody joins a case with one that they do not see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from activities.handler import ON_TWO
from api.desk import desk_of
from api.problems import Problem, refusal
from api.sight import visible_case
from domain.actor import Actor
from domain.commands import Command

__all__ = ["names_hidden", "refuse_hidden"]


async def names_hidden(
    request: Request, name: str, params: Mapping[str, Any], act_as: str | None
) -> bool:
    """Whether a command names a second case that the caller does not see, or that is not there.

    Raises Problem: Act-As names no role of the caller.
    """
    second = params.get(ON_TWO.get(name, ""))
    if second is None:
        return False
    try:
        await visible_case(request, second, act_as)
    except Problem as problem:
        if problem.kind.name != "unknown_case":
            raise
        return True
    return False


async def refuse_hidden(
    request: Request, case_id: str, command: Command, actor: Actor, key: str, act_as: str | None
) -> None:
    """Refuse a command whose second case is hidden, as the rules do where there is none.

    A repeat under its key is left to be told what it was told then. Raises Problem.
    """
    desk = desk_of(request)
    if not await names_hidden(request, command.name, command.params, act_as):
        return
    if await desk.store.find_command(key) is not None:
        return
    found = await desk.rehearsal.of(case_id, command, actor, await desk.now(), alone=True)
    why = found.decision.rejection if found else None
    raise refusal(why) if why else Problem("unknown_case", code="unknown_case")
