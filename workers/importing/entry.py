"""One row by the mapping's names: times read, odd ones flagged, choices not made yet."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from domain.directory.names import fold
from workers.importing.choice import Refused
from workers.importing.mapping import Mapping
from workers.importing.times import Clocking, Told

__all__ = ["Entry", "EntryReader"]

_FAR = timedelta(days=3653)
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says. Moments are UTC; ``verdict`` is whether the file calls it late.

    ``category``, ``unit``, ``channel`` and ``lead`` are the cells as they stand; ``flags`` say
    what did not fit our rules; ``digest`` tells this row from a changed one with the same id.
    """

    ref: str
    opened: datetime
    target: datetime | None
    closed: datetime | None
    text: str | None
    answer: str | None
    category: str
    unit: str
    channel: str
    lead: str
    outcome: str
    verdict: str | None
    flags: tuple[str, ...]
    facts: dict[str, str]
    digest: bytes


class EntryReader:
    """Reads the rows of a file whose header is known. ``now`` is the time of the import."""

    def __init__(self, mapping: Mapping, header: list[str], now: datetime) -> None:
        self._mapping = mapping
        self._now = now
        self._at = {name: place for place, name in enumerate(header)}
        self._clocking = Clocking(mapping.zone, mapping.times)
        self._read = [(column, self._at[column]) for column in sorted(mapping.columns())]
        self._facts = [(_key(column), self._at[column]) for column in mapping.facts]

    def read(self, cells: list[str]) -> Entry:
        """Read a row. Raises Refused for one that can be no case."""
        mapping = self._mapping
        opened, target, closed = self._times(cells)
        if opened is None:
            raise Refused(f"{mapping.opened}: the cell is empty; a case needs its opening time")
        for name, told in ((mapping.opened, opened), (mapping.closed, closed)):
            if told is not None and told.at > self._now:
                raise Refused(f"{name}: {told.at.isoformat()} is in the future")
        flags = tuple(_flags(opened, target, closed))
        return Entry(
            ref=self._ref(cells),
            opened=opened.at,
            target=target.at if target else None,
            closed=closed.at if closed else None,
            text=self._words(cells, mapping.text),
            answer=self._words(cells, mapping.answer),
            category=self._cell(cells, mapping.category.column),
            unit=self._cell(cells, mapping.unit.column),
            channel=self._cell(cells, mapping.channel.column),
            lead=self._cell(cells, mapping.lead.column if mapping.lead else None),
            outcome=mapping.outcome.told(self._cell(cells, mapping.outcome.column)),
            verdict=self._cell(cells, mapping.verdict.column) if mapping.verdict else None,
            flags=flags,
            facts=self._told(cells, flags),
            digest=self._digest(cells),
        )

    def _cell(self, cells: list[str], column: str | None) -> str:
        return "" if column is None else cells[self._at[column]].strip()

    def _ref(self, cells: list[str]) -> str:
        ref = self._cell(cells, self._mapping.id)
        if not ref:
            raise Refused(f"{self._mapping.id}: the cell is empty; a row needs an id")
        if len(ref) > _LONGEST_ID or not ref.isprintable():
            raise Refused(f"{self._mapping.id}: an id has at most {_LONGEST_ID} plain characters")
        return ref

    def _times(self, cells: list[str]) -> tuple[Told | None, Told | None, Told | None]:
        mapping = self._mapping
        target = self._time(cells, mapping.target.column) if mapping.target else None
        return (
            self._time(cells, mapping.opened),
            self._till(target),
            self._time(cells, mapping.closed),
        )

    def _time(self, cells: list[str], column: str | None) -> Told | None:
        text = self._cell(cells, column)
        return self._clocking.read(text, column) if text and column else None

    def _till(self, target: Told | None) -> Told | None:
        """A target that names only a day holds until that day ends."""
        ends = self._mapping.target.day_ends if self._mapping.target else None
        if target is None or ends is None:
            return target
        return self._clocking.day_ends(target, ends)

    def _words(self, cells: list[str], column: str | None) -> str | None:
        return unicodedata.normalize("NFC", self._cell(cells, column)) or None

    def _told(self, cells: list[str], flags: tuple[str, ...]) -> dict[str, str]:
        """What the file says beside, and the times as written where something about them is odd."""
        told = {key: cells[place].strip() for key, place in self._facts}
        if flags and flags != ("no_target",):
            mapping = self._mapping
            columns = (mapping.opened, mapping.target and mapping.target.column, mapping.closed)
            told |= {_key(column): self._cell(cells, column) for column in columns if column}
        return {key: text for key, text in told.items() if text}

    def _digest(self, cells: list[str]) -> bytes:
        """Of the columns that are read: another column more changes no case."""
        row = {column: cells[place] for column, place in self._read}
        return sha256(json.dumps(row).encode()).digest()


def _key(column: str) -> str:
    """The name of a fact: keys of the log's canonical form are ASCII."""
    return column if column.isascii() else fold(column).replace(" ", "_")


def _flags(opened: Told, target: Told | None, closed: Told | None) -> list[str]:
    flags = [told.flag for told in (opened, target, closed) if told and told.flag]
    if target is None:
        flags.append("no_target")
    elif target.at < opened.at:
        flags.append("target_before_opening")
    elif target.at - opened.at > _FAR:
        flags.append("target_far")
    if closed is not None and closed.at < opened.at:
        flags.append("closed_before_opening")
    return list(dict.fromkeys(flags))
