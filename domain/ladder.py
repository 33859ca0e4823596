"""Which body stands on which rung: for a report, for an escalation, after a reorganisation."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import Case
from domain.context import Context
from domain.directory import Body

__all__ = ["bodies_above", "first_rung", "next_rung", "takeover"]

Step = tuple[str, Body]


def _steps(unit: str, context: Context, avoid: str | None, above: int = 0) -> Iterator[Step]:
    """The rungs from the ``above``-th on that have a body, the lowest first."""
    for rung in context.pack.ladder[above:]:
        body = context.directory.ladder_body(unit, rung.level, rung.body, context.today)
        if body is not None and body.body_id != avoid:
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


def takeover(case: Case, context: Context) -> Step | None:
    """Who is accountable instead of a body that ceased: its single successor, or the next rung.

    Where the only rung above is the body complained about, what is left of the ladder answers,
    or the first of several successors: a case is never with nobody. None while the accountable
    body is in force, or when it left nobody at all.
    """
    directory, today = context.directory, context.today
    if directory.body(case.accountable, today) is not None:
        return None
    successors = directory.successors(case.accountable, today)
    heirs = [step for body in successors if (step := _step_of(body, case, context))]
    if heirs and len(successors) == 1:
        return heirs[0]
    return next_rung(case, context) or _last_resort(case, context, heirs)


def _step_of(body: Body, case: Case, context: Context) -> Step | None:
    """The rung a successor stands on; None off the ladder, and for the body complained about."""
    unit = context.directory.unit(body.unit_id, context.today)
    if unit is None or unit.level not in context.pack.levels or body.body_id == case.about_body:
        return None
    return unit.level, body


def _last_resort(case: Case, context: Context, heirs: list[Step]) -> Step | None:
    left = [*_steps(case.unit, context, case.about_body)]
    return left[-1] if left else next(iter(heirs), None)
