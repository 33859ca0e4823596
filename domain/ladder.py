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

    None while the accountable body is in force, or when nobody can be found.
    """
    directory, today = context.directory, context.today
    if directory.body(case.accountable, today) is not None:
        return None
    heirs = directory.successors(case.accountable, today)
    if len(heirs) == 1 and heirs[0].body_id != case.about_body:
        unit = directory.unit(heirs[0].unit_id, today)
        if unit is not None and unit.level in context.pack.levels:
            return unit.level, heirs[0]
    return next_rung(case, context)
