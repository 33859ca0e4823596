"""Taking a report in: what it must say, and the first events of its case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from domain import events as e
from domain.actor import Actor
from domain.calendar import CalendarEnds, utc
from domain.context import Context
from domain.directory import (
    BodyNotInForce,
    UnitNotInForce,
    UnitVersion,
    UnknownBody,
    UnknownUnit,
)
from domain.evolve import birth
from domain.files import FileIds, chosen
from domain.ladder import Step, first_rung
from domain.params import Address, Params, Text, Word
from domain.places import Candidate, Located, Spot, distance, locate, refuse_astray
from domain.policy import NoPolicyInForce, UnknownCategory, UnknownPack
from domain.rejection import Rejected
from domain.timing import start_clock
from domain.wake import Course

__all__ = ["Report", "decide_report", "spot_of", "unit_of"]

#: A sender's clock may be ahead of ours by this much.
_SKEW = timedelta(minutes=5)


class Report(Params):
    """What somebody reports. ``received_at`` is when it arrived, if it is entered late.

    ``pack`` pins a policy pack and ``clock_base`` (seconds) shifts the case's clock: both are for
    drills and stay with the case as facts of its first event. Without ``unit`` it is found from
    the place: coordinates in millionths of a degree (WGS 84), an address, or both. ``attachments``
    are ids of uploads.
    """

    unit: Word | None = None
    category: Word
    text: Text
    channel: Word = "web"
    about_body: Word | None = None
    received_at: datetime | None = None
    reporter_ref: Word | None = None
    latitude_e6: Annotated[int, Field(ge=-90_000_000, le=90_000_000)] | None = None
    longitude_e6: Annotated[int, Field(ge=-180_000_000, le=180_000_000)] | None = None
    address: Address | None = None
    pack: Word | None = None
    clock_base: Annotated[int, Field(ge=-(2**52), le=2**52)] = 0
    attachments: FileIds = ()


def decide_report(
    case_id: str, code: str, report: Report, actor: Actor, context: Context
) -> Course:
    """The first events of a case. Raises Rejected("invalid") naming the parameter.

    ``context`` is that of now; the event time is when the report was received.
    """
    then = _held_at(_received_at(report, context), report, context)
    located, about = unit_of(report, then), _about(report, then)
    unit = located.candidate.unit.unit_id
    rung, body = _first(unit, about, then)
    reported = e.CaseReported(
        code=code,
        unit=unit,
        category=_category(report, then),
        channel=_channel(report, then),
        rung=rung,
        accountable=body.body_id,
        pack=f"{then.pack.id}@{then.pack.version}",
        zone=then.pack.zone,
        pinned_pack=report.pack is not None,
        about_body=about,
        reporter_ref=_reporter(report, then),
        clock_base=report.clock_base,
        latitude_e6=report.latitude_e6,
        longitude_e6=report.longitude_e6,
        located_by=located.by,
        address=report.address,
        text=_within_limit(report, then),
        files=chosen(report.attachments, context.uploads, actor, context.now),
    )
    return _begun(case_id, reported, actor, then)


def _held_at(received: datetime, report: Report, context: Context) -> Context:
    try:
        return context.law.at(received, report.pack)
    except UnknownPack as error:
        raise Rejected("invalid", str(error), "pack") from None
    except NoPolicyInForce as error:
        raise Rejected("invalid", str(error), "received_at") from None


def unit_of(report: Report, then: Context) -> Located:
    """The unit that a report is about. Raises Rejected; Unlocated, when that is not clear."""
    _refuse_half_a_place(report)
    spot, gazetteer = spot_of(report), then.law.gazetteer
    if report.unit is None:
        if spot == Spot():
            raise Rejected("invalid", "Give the unit, coordinates or an address.", "unit")
        return locate(spot, gazetteer, then.directory, then.today)
    unit = _unit(report.unit, then)
    refuse_astray(spot, unit, gazetteer)
    far = distance(spot, unit.unit_id, gazetteer)
    return Located(Candidate(unit, "named", far), "unit")


def spot_of(report: Report) -> Spot:
    """What a report says of its place."""
    return Spot(report.latitude_e6, report.longitude_e6, report.address)


def _refuse_half_a_place(report: Report) -> None:
    for one, other in (("latitude_e6", "longitude_e6"), ("longitude_e6", "latitude_e6")):
        if getattr(report, one) is None and getattr(report, other) is not None:
            raise Rejected("invalid", f"Give {one} together with {other}.", one)


def _begun(case_id: str, reported: e.CaseReported, actor: Actor, then: Context) -> Course:
    first = e.Event(then.now, actor, reported)
    course = Course(birth(case_id, first), then, actor, [first])
    try:
        course.add(start_clock(course.case, "accept", then))
    except CalendarEnds as error:
        raise Rejected("calendar_ends", str(error)) from None
    return course


def _received_at(report: Report, context: Context) -> datetime:
    if report.received_at is None:
        return context.now
    if report.received_at.tzinfo is None:
        raise Rejected("invalid", "Write the time with its offset, as +07:00.", "received_at")
    at = utc(report.received_at)
    if at > context.now + _SKEW:
        raise Rejected("invalid", f"{at.isoformat()} is in the future.", "received_at")
    return min(at, context.now)


def _unit(code: str, context: Context) -> UnitVersion:
    try:
        return context.directory.unit_at(code, context.today)
    except (UnknownUnit, UnitNotInForce) as error:
        raise Rejected("invalid", str(error), "unit") from None


def _about(report: Report, context: Context) -> str | None:
    if report.about_body is None:
        return None
    try:
        return context.directory.resolve(report.about_body, context.today).body_id
    except (UnknownBody, BodyNotInForce, UnknownUnit, UnitNotInForce) as error:
        raise Rejected("invalid", str(error), "about_body") from None


def _first(unit: str, about: str | None, context: Context) -> Step:
    step = first_rung(unit, context, about)
    if step is None:
        raise Rejected(
            "invalid", "No body on the ladder may handle a report from this unit.", "unit"
        )
    return step


def _category(report: Report, context: Context) -> str:
    try:
        return context.pack.category(report.category).id
    except UnknownCategory as error:
        raise Rejected("invalid", str(error), "category") from None


def _channel(report: Report, context: Context) -> str:
    channels = context.pack.channels
    if report.channel not in channels:
        raise Rejected("invalid", f"Use one of: {', '.join(channels)}.", "channel")
    return report.channel


def _reporter(report: Report, context: Context) -> str | None:
    """No identity is kept for denunciations and reports of corruption (QĐ 774/QĐ-TTg)."""
    if context.pack.category(report.category).confidential:
        return None
    return report.reporter_ref


def _within_limit(report: Report, context: Context) -> str:
    limit = context.pack.text_limit
    if len(report.text) > limit:
        raise Rejected("invalid", f"At most {limit} characters.", "text")
    return report.text
