"""Finds the case a person means, by its id or by the code on the receipt."""

from __future__ import annotations

from pathlib import Path

from activities.receipts import check_code
from cli.desk import log_at
from cli.errors import Failed, refused
from cli.interface import has_log
from domain.case import Case
from domain.evolve import fold
from domain.row import CaseRow
from eventlog.lists import case_of_code
from eventlog.records import Recorded
from workers.bootstrap import Log

__all__ = ["case_named", "find_case", "history_of", "missing", "state_of"]


async def case_named(data: Path | None, named: str) -> tuple[str, CaseRow | None]:
    """The id of the case that is named, and its row where the log is at hand.

    Without the log only an id names a case. Raises Failed as ``find_case``.
    """
    if has_log(data):
        async with log_at(data) as log:
            row = await find_case(log, named)
        return row.case_id, row
    if named.upper().startswith("HA"):
        hint = "Only where the log is at hand a code names a case: give the case's id."
        raise refused("unknown_case", f"{named}: {hint}")
    return named, None


async def find_case(log: Log, named: str) -> CaseRow:
    """The row of the case that is named. Raises Failed: the code is misread, or no such case."""
    row = await log.store.row(named)
    if row is None and named.upper().startswith("HA"):
        row = await _by_code(log, named)
    if row is None:
        raise missing(named)
    return row


def missing(named: str) -> Failed:
    """No such case."""
    hint = "`hoiam case list` shows those there are."
    return refused("unknown_case", f"There is no case {named}; {hint}")


async def history_of(log: Log, named: str, *, unseal: bool = False) -> list[Recorded]:
    """All events of the case that is named. Raises Failed as ``find_case``."""
    row = await find_case(log, named)
    return await log.store.load(row.case_id, unseal=unseal)


def state_of(history: list[Recorded]) -> Case:
    """The case as its events make it."""
    case = fold(history[0].case_id, [recorded.event for recorded in history])
    if case is None:
        raise ValueError("A case without events has no state.")
    return case


async def _by_code(log: Log, named: str) -> CaseRow | None:
    try:
        code = check_code(named)
    except ValueError as error:
        raise refused("unknown_case", f"{named}: {error}") from None
    case_id = await case_of_code(log.pool, code)
    return await log.store.row(case_id) if case_id else None
