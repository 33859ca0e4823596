"""What the rules may look at: the time, the calendars, the policy and the directory in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.calendar import Calendar
from domain.case import Case
from domain.directory import Directory
from domain.files import Upload
from domain.language import Words
from domain.ledger import Term
from domain.places import NOWHERE, Gazetteer
from domain.policy import Pack, PolicyBook

__all__ = ["Context", "Law"]


@dataclass(frozen=True, slots=True)
class Law:
    """Everything dated that an installation goes by; the same for all its cases.

    ``calendars`` are found by id (the newest version) and by key (``vn@1``); ``zone`` tells the
    local day by which the pack in force is found; ``gazetteer`` knows where units are, if anybody
    does.
    """

    book: PolicyBook
    calendars: Mapping[str, Calendar]
    directory: Directory
    zone: str
    gazetteer: Gazetteer = NOWHERE

    def at(self, now: datetime, pack: str | None = None, zone: str | None = None) -> Context:
        """What holds at a moment; with ``pack``, under that pack whatever the date."""
        day = now.astimezone(ZoneInfo(zone or self.zone)).date()
        chosen = self.book.get(pack) if pack else self.book.in_force(day)
        return Context(now=now, today=day, pack=chosen, law=self)

    def basis(self, term: Term) -> Words:
        """The legal basis of a term, in both languages where its rule has it in both."""
        return self.book.basis(term.rule, term.basis)

    def of(self, case: Case, now: datetime) -> Context:
        """What holds for a case at a moment; time never runs backwards on a case."""
        pinned = case.pack.partition("@")[0] if case.pinned_pack else None
        return self.at(max(now, case.last_at), pinned, case.zone)


@dataclass(frozen=True, slots=True)
class Context:
    """What holds at one moment. ``other`` is the second case of a command on two.

    ``receiver`` holds the roles in which the officer has come in who is to get a case handed over.
    ``uploads`` are the files that a report or a command names, as far as they are there.
    """

    now: datetime
    today: date
    pack: Pack
    law: Law
    other: Case | None = None
    receiver: tuple[Actor, ...] = ()
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def directory(self) -> Directory:
        """The dated units and bodies."""
        return self.law.directory

    @property
    def calendar(self) -> Calendar:
        """The calendar that clocks starting now follow."""
        return self.law.calendars[self.pack.calendar]

    def calendar_of(self, key: str) -> Calendar:
        """The calendar version a running clock goes by."""
        return self.law.calendars[key]

    def moved_to(self, now: datetime) -> Context:
        """The same law at another moment of the same decision."""
        return replace(self, now=now)
