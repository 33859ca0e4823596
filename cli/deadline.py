"""`hoiam deadline`: when a time limit ends, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.errors import Exit, Failed, mistakes
from cli.options import Json
from cli.output import as_json, say, table
from domain.calendar import Calendar, CalendarEnds
from domain.ledger import Ledger, Term, due, trace
from workers.packs import calendars

__all__ = ["deadline"]

Unit = Literal["working_day", "calendar_day", "hour"]


def deadline(
    *,
    from_: Annotated[str, Parameter(name="--from")],
    amount: Annotated[int, Parameter(validator=Number(gte=1, lte=1_000_000))],
    unit: Unit,
    calendar: str = "vn",
    json: Json = False,
) -> None:
    """When a limit of so many units ends, explained day by day; works without a running stack.

    Parameters
    ----------
    from_
        When it starts to run, in local time, as 2026-02-10T09:00.
    amount
        How many units.
    unit
        Working days and calendar days end with the working day; hours run around the clock.
    calendar
        Whose holidays: a calendar's id, or with its version, as vn@1.
    """
    chosen = _calendar(calendar)
    start = _start(from_, chosen)
    term = Term(start=start, amount=amount, unit=unit, rule="the limit asked for", basis="")
    ledger = Ledger(calendar=chosen.key, terms=(term,))
    with mistakes(CalendarEnds):
        end, lines = due(ledger, chosen), trace(ledger, chosen)
    if end is None:
        raise ValueError("A limit without a pause has an end.")
    due_at = end.astimezone(chosen.zone).isoformat(timespec="seconds")
    if json:
        as_json({"due_at": due_at, "trace": [line.model_dump(mode="json") for line in lines]})
        return
    table("", ("day", "count", "why"), ((line.day, line.counted, line.text) for line in lines))
    say(f"Due {due_at}.")


def _calendar(named: str) -> Calendar:
    known = calendars()
    if named not in known:
        message = f"No calendar is called {named!r}; there is {', '.join(sorted(known))}."
        raise Failed(message, Exit.MISTAKE)
    return known[named]


def _start(written: str, calendar: Calendar) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        message = f"--from wants a local time like 2026-02-10T09:00, not {written!r}."
        raise Failed(message, Exit.MISTAKE) from None
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)
