"""Which body stands on which rung: for a report, for an escalation, after a reorganisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.context import Context, Law
from domain.directory import Body
from domain.policy import NoPolicyInForce

__all__ = [
    "bodies_above",
    "complained_about",
    "first_rung",
    "hands_over_at",
    "next_rung",
    "takeover",
]

Step = tuple[str, Body]


def _steps(unit: str, context: Context, avoid: str | None, above: int = 0) -> Iterator[Step]:
    """The rungs from the ``above``-th on that have a body, the lowest first."""
    avoided = _in_place_of(avoid, context)
    for rung in context.pack.ladder[above:]:
        body = context.directory.ladder_body(unit, rung.level, rung.body, context.today)
        if body is not None and body.body_id not in avoided:
            yield rung.level, body


def first_rung(unit: str, context: Context, avoid: str | None) -> Step | None:
    """The lowest rung that has a body for this unit; never the body complained about."""
    return next(_steps(unit, context, avoid), None)


def _above(case: Case, context: Context) -> Iterator[Step]:
    """Rungs above the case's; a level the pack no longer knows counts as below all of them."""
    levels = context.pack.levels
    start = levels.index(case.rung) + 1 if case.rung in levels else 1
    steps = _steps(case.unit, context, case.about_body, start)
    return ((level, body) for level, body in steps if body.body_id != case.accountable)


def next_rung(case: Case, context: Context) -> Step | None:
    """The next rung up that has a body, or None at the top."""
    return next(_above(case, context), None)


def bodies_above(case: Case, context: Context) -> frozenset[str]:
    """Bodies on the rungs above: they may look, note and instruct."""
    return frozenset(body.body_id for _, body in _above(case, context))


def complained_about(case: Case, context: Context) -> frozenset[str]:
    """The body that a case complains about, and since it ceased all that took its place."""
    return _in_place_of(case.about_body, context)


def _in_place_of(body: str | None, context: Context) -> frozenset[str]:
    if body is None:
        return frozenset()
    heirs = context.directory.successors(body, context.today)
    return frozenset({body, *(heir.body_id for heir in heirs)})


def takeover(case: Case, context: Context) -> Step | None:
    """Who is accountable instead of a body that ceased: its single successor, or the next rung.

    So too instead of a body that took the place of the one complained about.
    Where the only rung above is the body complained about, what is left of the ladder answers,
    or the first of several successors: a case is never with nobody. None while the accountable
    body is in force and impartial, or when there is nobody at all.
    """
    directory, today = context.directory, context.today
    partial = case.accountable in complained_about(case, context)
    if directory.body(case.accountable, today) is not None and not partial:
        return None
    successors = directory.successors(case.accountable, today)
    heirs = [step for body in successors if (step := _step_of(body, case, context))]
    if heirs and len(successors) == 1:
        return heirs[0]
    return next_rung(case, context) or _last_resort(case, context, heirs)


def hands_over_at(case: Case, law: Law) -> datetime | None:
    """When another body becomes accountable since the present one ceases; None if never.

    So too since the body complained about ceases, and leaves its place to the present one. The
    midnight that begins the first day of it, or the last event's time if that is past.
    """
    if not case.open:
        return None
    zone = ZoneInfo(case.zone)
    moments = (max(_midnight(day, zone), case.last_at) for day in _ends(case, law, zone))
    return next((at for at in moments if _somebody_takes_over(case, law, at)), None)


def _ends(case: Case, law: Law, zone: ZoneInfo) -> list[date]:
    """The days from which its bodies are no more; the day of the last event for those past."""
    today = case.last_at.astimezone(zone).date()
    bodies = [law.directory.body(b, today) for b in (case.accountable, case.about_body) if b]
    ends = {today if body is None else body.valid_to for body in bodies}
    return sorted(day for day in ends if day is not None)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _somebody_takes_over(case: Case, law: Law, at: datetime) -> bool:
    try:
        return takeover(case, law.of(case, at)) is not None
    except NoPolicyInForce:
        return False  # the day is known on which the body ends, its law not yet


def _step_of(body: Body, case: Case, context: Context) -> Step | None:
    """The rung a successor stands on; None off the ladder, and for the body complained about."""
    unit = context.directory.unit(body.unit_id, context.today)
    if unit is None or unit.level not in context.pack.levels:
        return None
    if body.body_id in complained_about(case, context):
        return None
    return unit.level, body


def _last_resort(case: Case, context: Context, heirs: list[Step]) -> Step | None:
    left = [*_steps(case.unit, context, case.about_body)]
    return left[-1] if left else next(iter(heirs), None)
