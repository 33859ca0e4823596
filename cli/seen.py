"""One case and lists as a role sees them over HTTP, in the same forms as those from the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hoiam_client import Hoiam, NotFound
from hoiam_client.models import CaseFile, ClockTold, Filters, Happened, Item, Who

from cli.errors import refused
from cli.interface import calling, has_log, site_at
from cli.lookup import case_named, missing
from cli.words import actor_of
from eventlog.canonical import instant

__all__ = ["clocks_seen", "events_seen", "facts_seen", "list_seen", "over_http"]

_SAME = ("case_id", "code", "state", "rung", "severity", "outcome", "late", "overdue", "version")
_PAGE = 200


def over_http(data: Path | None, role: str | None) -> bool:
    """Whether to ask the interface: as a role, or because the log is not at hand.

    Raises Failed: neither is there.
    """
    if role is None and has_log(data):
        return False
    site_at(data)
    return True


async def facts_seen(data: Path | None, named: str, role: str | None) -> tuple[dict[str, Any], str]:
    """Where a case stands, and the name of who is accountable."""
    async with _one(data, named, role) as (hoiam, case_id):
        case = await hoiam.cases.get(case_id)
    return _facts(case), case.accountable.name


async def events_seen(
    data: Path | None, named: str, role: str | None, *, unseal: bool
) -> list[dict[str, Any]]:
    """What happened to a case; with ``unseal`` the words too, if the role may read them."""
    async with _one(data, named, role) as (hoiam, case_id):
        return [_event(one, unseal=unseal) async for one in hoiam.cases.history(case_id)]


async def clocks_seen(
    data: Path | None, named: str, role: str | None
) -> tuple[str, list[dict[str, Any]]]:
    """The id of a case and its clocks, explained."""
    async with _one(data, named, role) as (hoiam, case_id):
        told = await hoiam.cases.clocks(case_id)
    return told.case_id, [_clock(clock) for clock in told.clocks]


async def list_seen(
    data: Path | None, role: str | None, filters: Filters, limit: int
) -> dict[str, Any]:
    """The first cases of a list, and how many there are on each rung in each state."""
    async with calling(data, actor_of(role) if role else None) as hoiam:
        cases = await _first(hoiam, filters, limit)
        counts = await _counts(hoiam, filters)
    return {"total": sum(one["cases"] for one in counts), "counts": counts, "cases": cases}


async def _first(hoiam: Hoiam, filters: Filters, limit: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: str | None = None
    while len(rows) < limit:
        size = min(_PAGE, limit - len(rows))
        page = await hoiam.cases.page(filters, after=after, limit=size, counts=False)
        rows += [_row(item) for item in page.cases]
        if (after := page.next) is None:
            break
    return rows


async def _counts(hoiam: Hoiam, filters: Filters) -> list[dict[str, Any]]:
    """The interface counts by one facet at a time: the states are asked for rung by rung."""
    whole = await hoiam.cases.page(filters, limit=1)
    found = []
    for rung in sorted(one.value for one in (whole.facets or {}).get("rung", ())):
        part = await hoiam.cases.page(filters.model_copy(update={"rung": (rung,)}), limit=1)
        states = (part.facets or {}).get("state", ())
        found += [{"rung": rung, "state": one.value, "cases": one.cases} for one in states]
    return sorted(found, key=lambda one: (str(one["rung"]), str(one["state"])))


@asynccontextmanager
async def _one(data: Path | None, named: str, role: str | None) -> AsyncIterator[tuple[Hoiam, str]]:
    """The interface, and the id of a case as a path takes it. Raises Failed."""
    actor = actor_of(role) if role else None
    case_id, row = await case_named(data, named)
    async with calling(data, actor) as hoiam:
        try:
            yield hoiam, quote(case_id, safe="")
        except NotFound as problem:
            if problem.code != "unknown_case":
                raise
            if row is None:
                raise missing(named) from problem
            raise refused("out_of_scope", f"{role} may not see {row.code}.") from problem


def _facts(case: CaseFile) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "code": case.code,
        "state": case.state,
        "rung": case.rung,
        "accountable": case.accountable.ref,
        "due": _written(case.due_at),
        "severity": case.severity,
        "outcome": case.outcome,
        "late": case.late,
        "overdue": case.overdue,
        "paused": case.paused,
        "reopened": case.reopened,
        "unit": case.unit.code,
        "category": case.category,
        "lead": case.lead.ref if case.lead else None,
        "merged_into": case.merged_into,
        "version": case.version,
    }


def _row(item: Item) -> dict[str, Any]:
    same = {name: getattr(item, name) for name in (*_SAME, "category")}
    return {**same, "accountable": item.accountable.ref, "due": _written(item.due_at)}


def _event(one: Happened, *, unseal: bool) -> dict[str, Any]:
    return {
        "version": one.version,
        "type": one.type,
        "occurred_at": instant(one.occurred_at.astimezone(UTC)),
        "actor": _who(one.actor),
        "body": {**one.facts, **((one.words or {}) if unseal else {})},
    }


def _who(who: Who) -> str:
    place = f"@{who.body.ref}" if who.body else ""
    return f"{who.role}{place}" + (f"#{who.account}" if who.account else "")


def _clock(clock: ClockTold) -> dict[str, Any]:
    return {
        "clock_id": clock.clock_id,
        "kind": clock.kind,
        "body": clock.body.ref,
        "rung": clock.rung,
        "due": _written(clock.due_at),
        "paused": clock.paused,
        "missed_at": _written(clock.missed_at),
        "stopped": clock.stopped,
        "trace": [line.model_dump(mode="json") for line in clock.lines],
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
