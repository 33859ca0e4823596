"""Reports in: from the public, and entered by officers for a caller or a letter."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from activities.intake import Receipt as Taken
from api.acting import Acting, acting
from api.desk import Desk, desk_of
from api.guard import Caller, caller_of
from api.headers import ActAs, Key, command_id
from api.models import NewReport, Receipt, Reporter, Where
from api.places import place_name, spot
from api.problems import Problem
from domain.actor import REPORTER, Actor
from domain.context import Context
from domain.places import Spot, distance
from domain.policy import NoPolicyInForce, UnknownCategory
from domain.rejection import Rejected
from domain.report import Report, unit_of
from eventlog.vault import Identity

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["reports"])


@router.post("/reports", operation_id="make_report", status_code=201)
async def make_report(
    form: NewReport, request: Request, response: Response, key: Key = None, act_as: ActAs = None
) -> Receipt:
    """Take a report in. It is kept when the answer comes, also while Temporal is down."""
    desk, caller = desk_of(request), caller_of(request)
    now = await desk.now()
    context = desk.law().at(now)
    actor = _actor(desk, caller, form, act_as, context)
    taken = await desk.intake.take(
        _report(form),
        actor,
        command_id(caller, "report", _key(form, key)),
        now,
        identity=_identity(form.reporter),
    )
    response.headers["Location"] = f"/v1/track/{taken.code}"
    return _receipt(taken, form, context)


def _actor(
    desk: Desk, caller: Caller, form: NewReport, act_as: str | None, context: Context
) -> Actor:
    """The reporter, or the officer who took it. Raises Problem."""
    if caller.account is None:
        if not desk.public_reports:
            raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
        _refuse_officers_fields(form)
        return REPORTER
    who = acting(caller, act_as, context)
    if not _covers(who, form, context):
        raise Problem("out_of_scope", f"The unit is not in the territory of {who.actor}.")
    return who.actor


def _refuse_officers_fields(form: NewReport) -> None:
    """Whoever could say when a report came, could make any deadline be missed."""
    for name in ("received_at", "channel_message_id"):
        if getattr(form, name) is not None:
            detail = f"{name} is for those who enter reports with a token."
            errors = [{"pointer": f"/{name}", "detail": detail}]
            raise Problem("not_permitted", detail, errors=errors)


def _covers(who: Acting, form: NewReport, context: Context) -> bool:
    """Whether who took the report may enter it: its unit, or what became of it, is theirs.

    What intake refuses anyway is left to it: it says what is wrong.
    """
    directory = context.directory
    try:
        then = context.law.at(form.received_at or context.now)
        unit = unit_of(_report(form), then).candidate.unit
        heirs = directory.heirs(unit.unit_id, context.today)
    except (NoPolicyInForce, Rejected):
        return True
    return any(who.covers(heir.unit_id, context) for heir in heirs)


def _report(form: NewReport) -> Report:
    said = form.model_dump(exclude={"channel_message_id", "reporter", "coordinates"})
    place = _spot(form)
    return Report(**said, latitude_e6=place.latitude_e6, longitude_e6=place.longitude_e6)


def _key(form: NewReport, key: str | None) -> str | None:
    message = form.channel_message_id
    return f"message/{form.channel}/{message}" if message and key is None else key


def _identity(reporter: Reporter | None) -> Identity | None:
    said = reporter.model_dump(exclude_none=True) if reporter else {}
    return Identity(**said) if said else None


def _keeps_identity(form: NewReport, context: Context) -> bool:
    try:
        confidential = context.pack.category(form.category).confidential
    except UnknownCategory:
        return False
    return _identity(form.reporter) is not None and not confidential


def _receipt(taken: Taken, form: NewReport, context: Context) -> Receipt:
    return Receipt(
        case_id=taken.case_id,
        code=taken.code,
        secret=taken.secret,
        identity_kept=_keeps_identity(form, context),
        unit=_where(taken, form, context),
    )


def _where(taken: Taken, form: NewReport, context: Context) -> Where | None:
    if taken.unit is None or taken.located_by is None:
        return None
    unit = context.directory.known_unit(taken.unit)
    return Where(
        code=unit.code,
        name=place_name(unit, context.directory),
        located_by=taken.located_by,
        distance_m=distance(_spot(form), taken.unit, context.law.gazetteer),
    )


def _spot(form: NewReport) -> Spot:
    return spot(form.coordinates, form.address)
