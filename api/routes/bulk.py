"""One command on many cases: planned and shown first, then done by a durable workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from activities.bulk_plan import LIMIT, Wish
from api.acting import Acting, acting
from api.bulks import BulkForm, BulkView, Handover, Result, Results, UndoForm
from api.desk import Desk, desk_of
from api.filters import Filters
from api.guard import caller_of
from api.headers import ActAs, Key, command_id
from api.language import spoken
from api.problems import Problem
from api.second import names_hidden
from api.sight import visible
from api.starting import refuse_lost_role
from domain.access import permits_role
from domain.actor import Actor
from domain.commands import COMMANDS, Command
from domain.opposites import OPPOSITES
from domain.params import parse
from domain.rejection import Rejected
from domain.scope import AllOf, AnyOf, Is, Scope
from domain.shapes import ID
from eventlog.bulks import Bulk
from eventlog.selection import select_all, select_of

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["bulk"])

BulkId = Annotated[str, ID, Path(max_length=100)]


@router.post("/bulk", operation_id="plan_bulk", status_code=201)
async def plan_bulk(
    form: BulkForm, request: Request, response: Response, key: Key = None, act_as: ActAs = None
) -> BulkView:
    """Plan a command for many cases. Nothing is done yet: the results tell what would be."""
    desk, caller = desk_of(request), caller_of(request)
    context = desk.law().at(await desk.now())
    who = acting(caller, act_as, context)
    command = Command(form.command, _checked(form.command, form.params, who.actor))
    asked = form.model_dump(mode="json", exclude={"params"}, exclude_unset=True)
    alone = await names_hidden(request, command.name, command.params, act_as)
    wish = replace(_wish(request, command, who, key, asked), alone=alone)
    with _by_place_in_the_form():
        seen = (form.where or Filters()).selected(caller, context, act_as)
        return await _planned(desk, wish, seen, form.cases, response)


@router.post("/handovers", operation_id="plan_handover", status_code=201)
async def plan_handover(
    form: Handover, request: Request, response: Response, key: Key = None, act_as: ActAs = None
) -> BulkView:
    """Plan to hand all open cases of an officer in one's body over; a bulk like any other."""
    desk, caller = desk_of(request), caller_of(request)
    context = desk.law().at(await desk.now())
    who = acting(caller, act_as, context)
    if who.actor.role != "leader" and form.giver != caller.scope:
        raise Problem("not_permitted", "Only a leader hands over the cases of somebody else.")
    await _refuse_receiver(desk, form)
    params = {"to": form.to, "reason": form.reason}
    asked = {"from": form.giver, "handover": True}
    wish = _wish(request, Command("hand_over", params), who, key, asked)
    seen = AllOf((visible(caller, context, act_as), _cases_of(form.giver, who.actor)))
    return await _planned(desk, wish, seen, None, response)


@router.get("/bulk/{bulk_id}", operation_id="see_bulk")
async def see_bulk(bulk_id: BulkId, request: Request) -> BulkView:
    """How far a bulk is."""
    return await _view(desk_of(request), await _own(request, bulk_id))


@router.get("/bulk/{bulk_id}/results", operation_id="see_bulk_results")
async def see_bulk_results(
    bulk_id: BulkId,
    request: Request,
    response: Response,
    after: Annotated[int, Query(ge=0, le=LIMIT)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Results:
    """What would be done to each case, and what was."""
    bulk, bulks = await _own(request, bulk_id), desk_of(request).planner.bulks
    items = await bulks.items(bulk.bulk_id, after, limit + 1)
    shown = items[:limit]
    more = shown[-1].number if len(items) > limit else None
    language = spoken(request, response)
    return Results(results=tuple(Result.of(item, language) for item in shown), next=more)


@router.post("/bulk/{bulk_id}/start", operation_id="start_bulk", status_code=202)
async def start_bulk(bulk_id: BulkId, request: Request) -> BulkView:
    """Let it run; a stopped one goes on. Each case is done only if it is as it was planned.

    The account must still have the role in which it was planned, over all cases that wait.
    """
    desk, bulk = desk_of(request), await _own(request, bulk_id)
    await refuse_lost_role(request, bulk)
    started = await desk.planner.bulks.start(bulk.bulk_id)
    bulk = await _own(request, bulk_id)
    if not started and bulk.state != "running":
        raise Problem("wrong_bulk_state", "It has finished, or was planned over a day ago.")
    return await _view(desk, bulk)


@router.post("/bulk/{bulk_id}/stop", operation_id="stop_bulk")
async def stop_bulk(bulk_id: BulkId, request: Request) -> BulkView:
    """Try no further case. What was done stays done; the few cases under way are finished."""
    desk, bulk = desk_of(request), await _own(request, bulk_id)
    stopped = await desk.planner.bulks.stop(bulk.bulk_id)
    bulk = await _own(request, bulk_id)
    if not stopped and bulk.state != "stopped":
        raise Problem("wrong_bulk_state", "It has finished already.")
    return await _view(desk, bulk)


@router.post("/bulk/{bulk_id}/undo", operation_id="plan_undo", status_code=201)
async def plan_undo(
    bulk_id: BulkId,
    form: UndoForm,
    request: Request,
    response: Response,
    key: Key = None,
    act_as: ActAs = None,
) -> BulkView:
    """Plan to undo what a bulk did: another bulk, of the opposite command, to be started."""
    desk, done = desk_of(request), await _own(request, bulk_id)
    opposite = OPPOSITES.get(done.command)
    if opposite is None:
        known = ", ".join(sorted(OPPOSITES))
        raise Problem("cannot_undo", f"Nothing undoes {done.command}; only {known} can be undone.")
    if done.state not in {"finished", "stopped"}:
        raise Problem("wrong_bulk_state", "Stop it, or wait until it has finished.")
    now, caller = await desk.now(), caller_of(request)
    context = desk.law().at(now)
    who = acting(caller, act_as, context)
    params = _checked(opposite.name, form.params, who.actor, opposite.own)
    wish = _wish(request, Command(opposite.name, params), who, key, {}, undoes=bulk_id)
    look = partial(select_of, desk.store.pool, visible(caller, context, act_as))
    with _by_place_in_the_form():
        return await _shown(desk, await desk.planner.plan_undo(wish, done, now, look), response)


def _wish(
    request: Request,
    command: Command,
    who: Acting,
    key: str | None,
    asked: Mapping[str, Any],
    undoes: str | None = None,
) -> Wish:
    caller = caller_of(request)
    return Wish(
        command=command,
        actor=who.actor,
        account=caller.scope,
        key=command_id(caller, "bulk", key),
        asked={**asked, "command": command.name, "params": dict(command.params)},
        undoes=undoes,
    )


def _checked(
    name: str, params: Mapping[str, Any], actor: Actor, own: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The parameters that are the same for all cases; ``own`` are those that each case gives."""
    refusal = permits_role(actor, name)
    if refusal is not None:
        raise Problem("not_permitted", refusal.detail, code=refusal.code)
    with _by_place_in_the_form():
        read = parse(COMMANDS[name].params, {**params, **dict.fromkeys(own, "-")})
    return read.model_dump(mode="json", exclude_unset=True, exclude=set(own))


@contextmanager
def _by_place_in_the_form() -> Iterator[None]:
    """Point at the parameter or the filter that is wrong. Raises Problem, Rejected."""
    try:
        yield
    except Rejected as error:
        why = error.rejection
        if why.param is None:
            raise
        errors = [{"pointer": f"/params/{why.param}", "detail": why.detail}]
        raise Problem("invalid", code=why.code, errors=errors) from None
    except Problem as problem:
        if faults := problem.extra.get("errors"):
            problem.extra["errors"] = [_of_where(one) for one in faults]
        raise


def _of_where(fault: Mapping[str, Any]) -> dict[str, Any]:
    name = fault.get("query")
    return {"pointer": f"/where/{name}", "detail": fault["detail"]} if name else dict(fault)


async def _refuse_receiver(desk: Desk, form: Handover) -> None:
    detail = None
    if form.to == form.giver:
        detail = "This officer has the cases already."
    elif not await desk.register.officers.roles(form.to):
        detail = "No officer with this account has ever come in; see GET /v1/officers."
    if detail is not None:
        raise Problem("invalid", errors=[{"pointer": "/to", "detail": detail}])


def _cases_of(account: str, actor: Actor) -> Scope:
    """The open cases of an officer that the body answers for or leads."""
    body = actor.body
    ours = AnyOf((Is("accountable", body), Is("lead", body)))
    return AllOf((Is("assignee", account), Is("open", value=True), ours))


async def _planned(
    desk: Desk, wish: Wish, seen: Scope, named: tuple[str, ...] | None, response: Response
) -> BulkView:
    known = await desk.planner.planned(wish)
    if known is None:
        cases, unseen = await _chosen(desk, seen, named)
        known = await desk.planner.plan(wish, cases, unseen, await desk.now())
    return await _shown(desk, known, response)


async def _chosen(
    desk: Desk, seen: Scope, named: tuple[str, ...] | None
) -> tuple[list[str], list[str]]:
    """The cases that are meant, and of those named the ones that the caller does not see."""
    pool = desk.store.pool
    if named is None:
        found = await select_all(pool, seen, LIMIT + 1)
        if len(found) > LIMIT:
            raise Problem("too_many_cases", f"A bulk takes {LIMIT} cases; this finds more.")
        return found, []
    wanted = list(dict.fromkeys(named))
    there = await select_of(pool, seen, wanted)
    return [one for one in wanted if one in there], [one for one in wanted if one not in there]


async def _own(request: Request, bulk_id: str) -> Bulk:
    """A bulk of this account. Raises Problem."""
    bulk = await desk_of(request).planner.bulks.get(bulk_id)
    if bulk is None or bulk.account != caller_of(request).scope:
        raise Problem("unknown_bulk")
    return bulk


async def _shown(desk: Desk, bulk: Bulk, response: Response) -> BulkView:
    response.headers["Location"] = f"/v1/bulk/{bulk.bulk_id}"
    return await _view(desk, bulk)


async def _view(desk: Desk, bulk: Bulk) -> BulkView:
    return BulkView.of(bulk, await desk.planner.bulks.counts(bulk.bulk_id))
