"""`hoiam do`: how a case is moved on, by an officer or by the one who reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import Parameter
from hoiam_client import Hoiam, Invalid, NotFound, Problem
from hoiam_client.models import Given
from pydantic import RootModel

from cli.errors import Exit, refused
from cli.interface import calling
from cli.lookup import case_named, missing
from cli.options import Data, Json, Key
from cli.output import as_json, say
from cli.patience import in_turn
from cli.reporter import as_reporter, receipt_for
from cli.words import actor_of, parameters, request_key
from domain.commands import COMMANDS
from domain.row import CaseRow

__all__ = ["do"]


class Params(RootModel[dict[str, Any]]):
    """The parameters of a command, by their names."""


async def do(
    case: str,
    command: str,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as")],
    set_: Annotated[tuple[str, ...], Parameter(name="--set")] = (),
    secret: str | None = None,
    key: Key = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Give a command on a case, through the HTTP interface, and wait for what becomes of it.

    Parameters
    ----------
    case
        The case's id, or the code on its receipt.
    command
        As accept, assign, draft_response or close; a wrong one lists them all.
    as_
        A role and its body, as leader@unit:26734; reporter for the one who reported.
    set_
        A parameter of the command, as reason="Trời mưa"; repeat it for more, and repeat the
        same name for a list, as --set evidence=… --set evidence=….
    secret
        The secret on the receipt, for --as reporter where the installation's keys are not at hand.
    """
    actor, params = actor_of(as_), parameters(set_)
    _check_command(command)
    if actor.role == "reporter":
        receipt = await receipt_for(data, case, secret)
        async with calling(data, actor) as hoiam:
            given = await as_reporter(hoiam, receipt, command, params, request_key(key))
        return _tell(given, json=json)
    case_id, row = await case_named(data, case)
    async with calling(data, actor) as hoiam, _told_apart(case, row, as_):
        given = await _give(hoiam, case_id, command, params, request_key(key))
    return _tell(given, json=json)


async def _give(
    hoiam: Hoiam, case_id: str, command: str, params: dict[str, Any], key: str | None
) -> Given:
    """Raises Problem; an answer that did not come is not asked for: the key may be used again."""
    path = f"/v1/cases/{quote(case_id, safe='')}/commands/{command}"
    try:
        return await in_turn(lambda: hoiam.transport.post(path, Given, Params(params), key))
    except Invalid as problem:
        if problem.code is None:
            await _check_allowed(hoiam, case_id, command)
        raise


async def _check_allowed(hoiam: Hoiam, case_id: str, command: str) -> None:
    """What is wrong with a parameter matters only where the command may be given at all."""
    try:
        allowed = await hoiam.cases.allowed(quote(case_id, safe=""))
    except Problem:
        return
    for may in allowed.commands:
        if may.command == command and may.code is not None:
            raise refused(may.code, may.specifics or may.why or "")


@asynccontextmanager
async def _told_apart(named: str, row: CaseRow | None, who: str) -> AsyncIterator[None]:
    """The interface hides whether a case is there; who has the log at hand knows that it is."""
    try:
        yield
    except NotFound as problem:
        if problem.code != "unknown_case":
            raise
        if row is None:
            raise missing(named) from problem
        raise refused("out_of_scope", f"{who} has no part in {row.code}.") from problem


def _check_command(name: str) -> None:
    if name not in COMMANDS:
        known = ", ".join(sorted(COMMANDS))
        raise refused("unknown_command", f"There is no command {name!r}; use one of {known}.")


def _tell(given: Given, *, json: bool) -> int:
    if json:
        facts = {"case_id": given.case_id, "version": given.version}
        as_json({**facts, "events": list(given.events)})
    else:
        say(f"Done. Case {given.case_id} is at version {given.version}.")
        say(*(f"  {event}" for event in given.events))
    return Exit.OK
