"""`hoiam case show`, `history` and `explain`: one case, and why it stands as it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cli.desk import log_at
from cli.lookup import history_of, state_of
from cli.options import Data, Json, Seeing
from cli.output import as_json, say, table, word
from cli.seen import clocks_seen, events_seen, facts_seen, over_http
from cli.sentences import Teller
from cli.wording import Language
from domain.case import Case, Clock
from domain.context import Law
from domain.events import SEALED
from domain.ledger import trace
from eventlog.canonical import instant, plain
from eventlog.records import Recorded

__all__ = ["case_facts", "explain", "explained", "history", "show"]


async def show(case: str, /, *, as_: Seeing = None, data: Data = None, json: Json = False) -> None:
    """Where a case stands now.

    Parameters
    ----------
    case
        The case's id, or the code on its receipt.
    """
    if over_http(data, as_):
        facts, owner = await facts_seen(data, case, as_)
    else:
        async with log_at(data) as log:
            state, now = state_of(await history_of(log, case)), await log.now()
            facts = case_facts(state, log.law(), now)
            owner = log.law().directory.body_name(state.accountable)
    if json:
        as_json(facts)
    else:
        say(*(f"{name:<12} {word(value)}" for name, value in facts.items()))
        say(f"{'':<12} accountable is {owner}")


async def history(
    case: str,
    /,
    *,
    unseal: bool = False,
    lang: Language = "en",
    as_: Seeing = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """What happened to a case, told in sentences with local times.

    Parameters
    ----------
    case
        The case's id, or the code on its receipt.
    unseal
        Show what people wrote as well. Reading it is for officers who handle the case.
    lang
        In English, or with vi in Vietnamese; as a role sees it, it is a table of events.
    """
    if over_http(data, as_):
        _tell_events(await events_seen(data, case, as_, unseal=unseal), json=json)
        return
    async with log_at(data) as log:
        recorded = await history_of(log, case, unseal=unseal)
        law = log.law()
    if json:
        as_json([_as_data(one, unseal=unseal) for one in recorded])
        return
    state = state_of(recorded)
    teller = Teller(law, state.pack, state.zone, lang)
    for one in recorded:
        _tell(one, teller)


async def explain(
    case: str, /, *, as_: Seeing = None, data: Data = None, json: Json = False
) -> None:
    """Why each clock of a case ends when it does, day by day.

    Parameters
    ----------
    case
        The case's id, or the code on its receipt.
    """
    if over_http(data, as_):
        case_id, clocks = await clocks_seen(data, case, as_)
    else:
        async with log_at(data) as log:
            state, now = state_of(await history_of(log, case)), await log.now()
            clocks = [explained(clock, state, log.law(), now) for clock in state.clocks]
        case_id = state.case_id
    if json:
        as_json({"case_id": case_id, "clocks": clocks})
        return
    for clock in clocks:
        rows = ((line["day"], line["counted"], line["text"]) for line in clock["trace"])
        how = f"stopped: {clock['stopped']}" if clock["stopped"] else f"due {clock['due']}"
        table(f"{clock['clock_id']} of {clock['body']}, {how}", ("day", "count", "why"), rows)


def case_facts(case: Case, law: Law, now: datetime) -> dict[str, Any]:
    """A case as programs see it; times are local to the case, with their offset."""
    return {
        "case_id": case.case_id,
        "code": case.code,
        "state": case.state,
        "rung": case.rung,
        "accountable": law.directory.ref(case.accountable),
        "due": _local(case.due_at, case.zone),
        "severity": case.severity,
        "outcome": case.outcome,
        "late": case.late,
        "overdue": case.overdue(now),
        "paused": case.paused,
        "reopened": case.reopened,
        "unit": law.directory.known_unit(case.unit).code,
        "category": case.category,
        "lead": law.directory.ref(case.lead) if case.lead else None,
        "merged_into": case.merged_into,
        "version": case.version,
    }


def explained(clock: Clock, case: Case, law: Law, now: datetime) -> dict[str, Any]:
    """A clock with the lines that explain it."""
    lines = trace(clock.ledger, law.calendars[clock.ledger.calendar], now)
    return {
        "clock_id": clock.clock_id,
        "kind": clock.kind,
        "body": law.directory.ref(clock.body),
        "rung": clock.rung,
        "due": _local(clock.due_at, case.zone),
        "paused": clock.paused,
        "missed_at": _local(clock.missed_at, case.zone),
        "stopped": clock.stopped,
        "trace": [line.model_dump(mode="json") for line in lines],
    }


def _as_data(recorded: Recorded, *, unseal: bool) -> dict[str, Any]:
    event = recorded.event
    hidden = frozenset() if unseal else SEALED
    return {
        "version": recorded.version,
        "type": event.type,
        "occurred_at": instant(event.occurred_at),
        "actor": str(event.actor),
        "body": {name: value for name, value in plain(event.body).items() if name not in hidden},
    }


def _tell_events(events: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        as_json(events)
        return
    columns = ("version", "type", "occurred_at", "actor")
    table("", columns, ([event[name] for name in columns] for event in events))


def _tell(recorded: Recorded, teller: Teller) -> None:
    event = recorded.event
    when, who = teller.local(event.occurred_at), teller.who(event.actor)
    say(f"{recorded.version:>3}. {when}  {teller.tell(event)} ({who})")
    for name in sorted(SEALED & set(type(event.body).model_fields)):
        said = getattr(event.body, name)
        if said:
            say(f"     {name}: {'; '.join(said) if isinstance(said, tuple) else said}")


def _local(at: datetime | None, zone: str) -> str | None:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if at else None
