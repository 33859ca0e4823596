"""Where a row belongs under the law: its unit and rung, its category, channel and lead body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TypeVar

from domain.context import Context, Law
from domain.ladder import first_rung
from workers.importing.choice import Choice, Refused
from workers.importing.entry import Entry
from workers.importing.mapping import Mapping

__all__ = ["Place", "Placing"]

_T = TypeVar("_T")
#: Places have few units and files few types: nearly every row asks what another has asked.
_KNOWN = 16_384


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for a row, and who is accountable for it; ``flags`` say what was not known."""

    context: Context
    pinned: bool
    pack_ref: str
    unit: str
    rung: str
    accountable: str
    category: str
    channel: str
    lead: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spot:
    unit: str
    rung: str
    body: str


class Placing:
    """Places the rows of one file. ``pack`` is the id of the pack they go by, None for by date."""

    def __init__(self, mapping: Mapping, law: Law, pack: str | None) -> None:
        self._mapping = mapping
        self._law = law
        self._pack = pack
        known = lru_cache(maxsize=_KNOWN)
        self._unit = known(self._unit_on)
        self._category = known(self._category_on)
        self._channel = known(self._channel_on)
        self._lead = known(self._lead_on)

    def place(self, entry: Entry) -> Place:
        """Place a row. Raises Refused."""
        context = self._context(entry)
        day = context.today
        spot, unit_fits = self._unit(entry.unit, day)
        category, category_fits = self._category(entry.category, day)
        channel, channel_fits = self._channel(entry.channel, day)
        lead, lead_fits = self._lead(entry.lead, day)
        fits = (unit_fits, category_fits, channel_fits, lead_fits)
        names = ("unit", "category", "channel", "lead")
        return Place(
            context=context,
            pinned=self._pack is not None,
            pack_ref=f"{context.pack.id}@{context.pack.version}",
            unit=spot.unit,
            rung=spot.rung,
            accountable=spot.body,
            category=category,
            channel=channel,
            lead=lead,
            flags=tuple(
                f"unknown_{name}" for name, fit in zip(names, fits, strict=True) if not fit
            ),
        )

    def _context(self, entry: Entry) -> Context:
        try:
            return self._law.at(entry.opened, self._pack, self._mapping.zone)
        except LookupError as error:
            raise Refused(f"{self._mapping.opened}: {error}") from error

    def _on(self, day: date) -> Context:
        """What holds on a day; at which moment of it does not matter to a place."""
        book = self._law.book
        pack = book.get(self._pack) if self._pack else book.in_force(day)
        return Context(datetime.combine(day, time(12), UTC), day, pack, self._law)

    def _unit_on(self, cell: str, day: date) -> tuple[_Spot, bool]:
        context = self._on(day)

        def find(code: str) -> _Spot:
            unit = context.directory.unit_at(code, day).unit_id
            step = first_rung(unit, context, None)
            if step is None:
                raise LookupError(f"no body of the ladder of {context.pack.id} stands over {code}")
            return _Spot(unit, step[0], step[1].body_id)

        return _needed(self._mapping.unit, cell, find)

    def _category_on(self, cell: str, day: date) -> tuple[str, bool]:
        pack = self._on(day).pack
        return _needed(self._mapping.category, cell, lambda name: pack.category(name).id)

    def _channel_on(self, cell: str, day: date) -> tuple[str, bool]:
        channels = self._on(day).pack.channels

        def find(name: str) -> str:
            if name not in channels:
                raise LookupError(f"{name!r} is not a channel; use one of {', '.join(channels)}")
            return name

        return _needed(self._mapping.channel, cell, find)

    def _lead_on(self, cell: str, day: date) -> tuple[str | None, bool]:
        if self._mapping.lead is None:
            return None, True
        directory = self._law.directory
        return _settled(self._mapping.lead, cell, lambda ref: directory.resolve(ref, day).body_id)


def _needed(choice: Choice, cell: str, find: Callable[[str], _T]) -> tuple[_T, bool]:
    """As ``_settled``, for a field that no case is without."""
    value, fits = _settled(choice, cell, find)
    if value is None:
        raise Refused(f"{choice.named}: nothing is chosen for {cell!r}; a case needs a value")
    return value, fits


def _settled(choice: Choice, cell: str, find: Callable[[str], _T]) -> tuple[_T | None, bool]:
    """Choose and look up; what is not known becomes the choice of last resort, and is told."""
    picked = choice.pick(cell)
    if picked.value is None:
        return None, picked.fits
    try:
        return find(picked.value), picked.fits
    except LookupError as error:
        last = choice.last_resort(str(error)).value
    try:
        return None if last is None else find(last), False
    except LookupError as error:
        raise Refused(f"{choice.named}: {error}") from error
