"""`hoiam case list`: which cases there are, what is due first, and how many stand where."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from cyclopts.validators import Number
from hoiam_client.models import Filters

from cli.desk import log_at
from cli.errors import Exit, Failed, mistakes
from cli.options import Data, Json, Seeing
from cli.output import as_json, say, table
from cli.seen import list_seen, over_http
from domain.case import STATES
from domain.directory import BodyNotInForce, UnknownBody
from domain.row import CaseRow
from domain.scope import AllOf, Is, Scope, Wanted
from eventlog.inbox import counts, page, reading
from workers.bootstrap import Log

__all__ = ["listing"]

_SHOWN = ("code", "state", "rung", "accountable", "due", "severity", "category", "late", "overdue")


async def listing(
    *,
    state: str | None = None,
    only_open: Annotated[bool, Parameter(name="--open")] = False,
    overdue: bool = False,
    rung: str | None = None,
    accountable: str | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=0, lte=100_000))] = 50,
    as_: Seeing = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Cases, those due first before the others; the counts are over all that match.

    Parameters
    ----------
    state
        Only cases in this state, as received or in_progress.
    only_open
        Only cases in which somebody must still act.
    overdue
        Only open cases whose accountable body is past due now.
    rung
        Only cases on this rung, as commune or province.
    accountable
        Only cases of this body, as unit:26737.
    limit
        How many cases to show.
    """
    _check_state(state)
    if over_http(data, as_):
        asked = {
            "state": _one(state),
            "open": True if only_open else None,
            "overdue": True if overdue else None,
            "rung": _one(rung),
            "accountable": _one(accountable),
        }
        facts = await list_seen(data, as_, Filters.model_validate(asked), limit)
    else:
        async with log_at(data) as log:
            now = await log.now()
            wanted = Wanted(
                states=_one(state),
                open=True if only_open else None,
                overdue_at=now if overdue else None,
                rungs=_one(rung),
                accountable=_one(await _body(log, accountable)),
            )
            facts = await _facts(log, wanted.scope, now, limit)
    as_json(facts) if json else _tell(facts)


def _one(value: str | None) -> frozenset[str] | None:
    return None if value is None else frozenset({value})


def _check_state(state: str | None) -> None:
    if state is not None and state not in STATES:
        raise Failed(f"There is no state {state!r}; use one of {', '.join(STATES)}.", Exit.MISTAKE)


async def _body(log: Log, ref: str | None) -> str | None:
    if ref is None:
        return None
    law, now = log.law(), await log.now()
    try:
        with mistakes(UnknownBody):
            return law.directory.resolve(ref, now.astimezone(ZoneInfo(law.zone)).date()).body_id
    except BodyNotInForce as error:
        # It may have cases still: those that it had when it ceased.
        return error.body.body_id


async def _facts(log: Log, wanted: Scope, now: datetime, limit: int) -> dict[str, Any]:
    """All as of one moment; only whoever owns the installation may look without a scope."""
    async with reading(log.pool) as connection:
        found = await page(connection, wanted, limit=max(limit, 1))
        rungs = sorted((await counts(connection, wanted)).by["rung"])
        of_rung = {
            rung: await counts(connection, AllOf((wanted, Is("rung", rung)))) for rung in rungs
        }
    by_state = {rung: sorted(of_rung[rung].by["state"].items()) for rung in rungs}
    return {
        "total": sum(one.total for one in of_rung.values()),
        "counts": [
            {"rung": rung, "state": state, "cases": cases}
            for rung in rungs
            for state, cases in by_state[rung]
        ],
        "cases": [_case(row, log, now) for row in found.rows[:limit]],
    }


def _case(row: CaseRow, log: Log, now: datetime) -> dict[str, Any]:
    law = log.law()
    zone = ZoneInfo(law.book.get(row.pack.partition("@")[0]).zone)
    due = row.due_at
    return {
        "case_id": row.case_id,
        "code": row.code,
        "state": row.state,
        "rung": row.rung,
        "accountable": law.directory.ref(row.accountable),
        "due": due.astimezone(zone).isoformat(timespec="seconds") if due else None,
        "severity": row.severity,
        "category": row.category,
        "outcome": row.outcome,
        "late": row.late,
        "overdue": row.overdue(now),
        "version": row.version,
    }


def _tell(facts: dict[str, Any]) -> None:
    table("", _SHOWN, ([case[name] for name in _SHOWN] for case in facts["cases"]))
    counts = ((one["rung"], one["state"], one["cases"]) for one in facts["counts"])
    table("Cases by rung and state", ("rung", "state", "cases"), counts)
    say(f"{len(facts['cases'])} of {facts['total']} shown.")
