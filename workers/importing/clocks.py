"""The answer clock of an imported case: until the file's target, or by the pack's own rule."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from domain import events as e
from domain import ledger
from domain.calendar import CalendarEnds
from domain.case import Case
from domain.context import Context
from domain.ledger import Term
from domain.policy import NoRule
from domain.timing import start_clock
from workers.importing.choice import Refused
from workers.importing.entry import Entry
from workers.importing.mapping import Mapping
from workers.importing.placing import Place

__all__ = ["ANSWER", "Clocks"]

ANSWER = "answer"
_ENDS = "calendar_ends"


class Clocks:
    """Makes the clocks of one file's cases. ``now`` is the time of the import."""

    def __init__(self, mapping: Mapping, now: datetime) -> None:
        self._now = now
        self._rule = f"{mapping.source}.target@1"
        column = mapping.target.column if mapping.target else ""
        self._basis = f"column {column} of the imported file ({mapping.source})"

    def answer(
        self, case: Case, entry: Entry, place: Place
    ) -> tuple[e.ClockStarted | None, tuple[str, ...]]:
        """The clock, and flags. A closed row that no rule or calendar reaches has no clock.

        Raises Refused for an open row like that: it would never be looked at again.
        """
        try:
            if entry.target is not None:
                return self._by_target(case, entry, place, entry.target)
            return self._by_rule(case, entry, place.context), ()
        except (CalendarEnds, NoRule) as error:
            if entry.closed is None:
                raise Refused(str(error)) from error
            return None, (_ENDS if isinstance(error, CalendarEnds) else "no_rule",)

    def _by_rule(self, case: Case, entry: Entry, context: Context) -> e.ClockStarted:
        clock = start_clock(case, ANSWER, context)
        if entry.closed is not None:
            changes = {"rule": _record(clock.rule.pack), "reminders": ()}
        else:
            changes = {"reminders": tuple(at for at in clock.reminders if at > self._now)}
        return clock.model_copy(update=changes)

    def _by_target(
        self, case: Case, entry: Entry, place: Place, target: datetime
    ) -> tuple[e.ClockStarted, tuple[str, ...]]:
        context, live = place.context, entry.closed is None
        rule = _live(case, place) if live else _record(place.pack_ref)
        reminders, flags = self._reminders(rule, target, context)
        started = e.ClockStarted(
            clock_id=f"{ANSWER}-1",
            kind=ANSWER,
            body=case.accountable,
            rung=case.rung,
            calendar=context.calendar.key,
            term=self._term(entry.opened, target),
            rule=rule,
            due_at=target,
            reminders=reminders,
        )
        return started, flags

    def _term(self, start: datetime, target: datetime) -> Term:
        return Term(
            start=start, amount=0, unit="moment", until=target, rule=self._rule, basis=self._basis
        )

    def _reminders(
        self, rule: e.ClockRule, target: datetime, context: Context
    ) -> tuple[tuple[datetime, ...], tuple[str, ...]]:
        """Those that are still to come; what was due before the import reminds nobody now."""
        if target <= self._now:
            return (), ()
        calendar = context.calendar
        try:
            moments = [
                ledger.before(target, limit.amount, limit.unit, calendar)
                for limit in rule.reminders
            ]
        except CalendarEnds:
            return (), (_ENDS,)
        return tuple(sorted(at for at in moments if at and self._now < at < target)), ()


@cache
def _record(pack: str) -> e.ClockRule:
    """The rule of a clock that is history: what it missed was missed, and nobody is told now."""
    return e.ClockRule(pack=pack, on_breach="record")


def _live(case: Case, place: Place) -> e.ClockRule:
    context = place.context
    rule = context.pack.rule(ANSWER, case.rung, case.severity, context.today)
    return e.ClockRule(
        pack=place.pack_ref,
        on_breach=rule.on_breach,
        reminders=rule.reminders,
        top_every=rule.top_every,
        extension=rule.extension,
    )
