"""The schedule of a clock: when it ends and when it reminds, and the events that say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain import events as e
from domain import ledger as ledgers
from domain.case import Case, Clock
from domain.context import Context
from domain.ledger import Ledger, Term
from domain.policy import Limit, Rule

__all__ = ["extended", "next_top", "reprojected", "resumed", "start_clock"]


def _rule(clock: str, level: str, severity: str, context: Context) -> Rule:
    """The rule that holds now; a pinned pack goes on as on the nearest day it was in force."""
    pack = context.pack
    day = max(pack.valid_from, min(context.today, pack.end - timedelta(days=1)))
    return pack.rule(clock, level, severity, day)


def _rule_copy(rule: Rule, context: Context) -> e.ClockRule:
    return e.ClockRule(
        pack=f"{context.pack.id}@{context.pack.version}",
        on_breach=rule.on_breach,
        reminders=rule.reminders,
        top_every=rule.top_every,
        extension=rule.extension,
    )


def _term(rule: Rule, limit: Limit, start: datetime) -> Term:
    return Term(start=start, amount=limit.amount, unit=limit.unit, rule=rule.ref, basis=rule.basis)


def start_clock(
    case: Case, kind: str, context: Context, body: str | None = None, days: int | None = None
) -> e.ClockStarted:
    """Start a clock now, under the rule in force for the case's rung and severity.

    ``body`` is the accountable one if left out; ``days`` (working days) is the length of a clock
    whose rule leaves it to the asker. Raises CalendarEnds, NoRule.
    """
    rule = _rule(kind.partition(":")[0], case.rung, case.severity, context)
    limit = rule.limit or Limit(amount=days or 1, unit="working_day")
    calendar = context.calendar
    term = _term(rule, limit, context.now)
    ledger = Ledger(calendar=calendar.key, terms=(term,))
    due_at = _due(ledger, context)
    count = sum(clock.kind == kind for clock in case.clocks) + 1
    return e.ClockStarted(
        clock_id=f"{kind}-{count}",
        kind=kind,
        body=body or case.accountable,
        rung=case.rung,
        calendar=calendar.key,
        term=term,
        rule=_rule_copy(rule, context),
        due_at=due_at,
        reminders=_reminders(ledger, rule.reminders, due_at, context),
    )


def _due(ledger: Ledger, context: Context) -> datetime:
    due_at = ledgers.due(ledger, context.calendar_of(ledger.calendar))
    if due_at is None:
        raise ValueError("A paused clock has no due time.")
    return due_at


def _reminders(
    ledger: Ledger, limits: tuple[Limit, ...], due_at: datetime, context: Context
) -> tuple[datetime, ...]:
    """Moments before the due time that are still to come."""
    calendar = context.calendar_of(ledger.calendar)
    moments = (
        ledgers.before(due_at, limit.amount, limit.unit, calendar, ledger.pauses)
        for limit in limits
    )
    return tuple(sorted(at for at in moments if at and context.now < at < due_at))


def next_top(clock: Clock, context: Context, since: datetime) -> datetime | None:
    """The next reminder to the leadership, counted from ``since``; None if the rule has none."""
    every = clock.rule.top_every
    if every is None:
        return None
    calendar = context.calendar_of(clock.ledger.calendar)
    pauses = clock.ledger.pauses
    return ledgers.after(since, every.amount, every.unit, calendar, pauses)


def resumed(clock: Clock, context: Context) -> e.ClockResumed:
    """Let a paused clock run again from now."""
    ledger = ledgers.close_pause(clock.ledger, context.now)
    due_at = _due(ledger, context)
    return e.ClockResumed(
        clock_id=clock.clock_id,
        due_at=due_at,
        reminders=_reminders(ledger, clock.rule.reminders, due_at, context),
    )


def extended(clock: Clock, days: int, context: Context) -> e.ClockExtended:
    """Give a clock more working days."""
    ledger = ledgers.extend(clock.ledger, context.now, days)
    due_at = _due(ledger, context)
    return e.ClockExtended(
        clock_id=clock.clock_id,
        days=days,
        due_at=due_at,
        reminders=_reminders(ledger, clock.rule.reminders, due_at, context),
    )


def reprojected(clock: Clock, severity: str, context: Context) -> e.ClockReprojected:
    """Shorten a running clock after the severity was raised: the earlier of old and new."""
    rule = _rule(clock.kind, clock.rung, severity, context)
    limit = rule.limit
    if limit is None:
        raise ValueError(f"The rule {rule.ref} has no limit of its own.")
    term = _term(rule, limit, context.now)
    ledger = ledgers.add_term(clock.ledger, term)
    due_at = ledgers.due(ledger, context.calendar_of(ledger.calendar))
    changed = replace(clock, ledger=ledger, rule=_rule_copy(rule, context), due_at=due_at)
    late = clock.missed_at is not None
    return e.ClockReprojected(
        clock_id=clock.clock_id,
        why="severity",
        due_at=due_at,
        reminders=_reminders(ledger, rule.reminders, due_at, context) if due_at else (),
        next_top=_nearer_top(changed, context) if late else None,
        term=term,
        rule=changed.rule,
    )


def _nearer_top(clock: Clock, context: Context) -> datetime | None:
    """A graver case reminds the leadership sooner, and never later than was planned."""
    planned = (clock.next_top, next_top(clock, context, context.now))
    return min((at for at in planned if at is not None), default=None)
