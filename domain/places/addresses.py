"""An address in words: which units it names, as people write them, with old names too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from domain.directory import Directory, UnitVersion
from domain.directory.names import fold, squeeze
from domain.places.gazetteer import Gazetteer
from domain.places.words import BARE, INSIDE, Span, spans

__all__ = ["Named", "named"]

Keys = Mapping[str, tuple[UnitVersion, ...]]


@dataclass(frozen=True, slots=True)
class Named:
    """A unit in force that an address may mean. ``former`` is the name it was called by, if old.

    ``sure`` says that the words are a unit's name, and not a street's perhaps; ``clear`` that
    they mean this unit and no other.
    """

    unit: UnitVersion
    former: str | None
    sure: bool
    clear: bool


@dataclass(frozen=True, slots=True)
class _Match:
    """A lowest unit that is named, how, and how surely it lies in the larger ones named."""

    unit: UnitVersion
    rank: int
    within: int
    in_force: bool

    @property
    def order(self) -> tuple[int, bool, bool]:
        """Less is better: where it lies counts most, then how it is named, then what is today."""
        return -self.within, self.rank == INSIDE, not self.in_force


def named(text: str, gazetteer: Gazetteer, directory: Directory, on: date) -> list[Named]:
    """The units in force on a day that an address may mean; one of them, if it is clear.

    Names are compared without diacritics, and with them where that tells names apart. Larger
    units that are named too say which of several is meant.
    """
    found = _index(directory, gazetteer).spans(text)
    lowest, larger = _parted(found, directory)
    matches = [_match(unit, span, larger, directory, on) for span in lowest for unit in span.units]
    if not matches:
        return []
    best = min(match.order for match in matches)
    chosen = [match for match in matches if match.order == best]
    sure, fits = chosen[0].rank != INSIDE, chosen[0].within > 0 or not _any_named(larger)
    # A name among other words may be a street: then nothing speaks for it.
    if not sure and not fits:
        return []
    return _heirs(chosen, sure=sure and fits, directory=directory, on=on)


def _any_named(larger: list[Span]) -> bool:
    return any(span.rank <= BARE for span in larger)


def _heirs(matches: Iterable[_Match], *, sure: bool, directory: Directory, on: date) -> list[Named]:
    found: dict[str, tuple[UnitVersion, str | None]] = {}
    for match in matches:
        for heir in directory.heirs(match.unit.unit_id, on):
            former = None if match.in_force else match.unit.full_name
            found.setdefault(heir.unit_id, (heir, former))
    clear = sure and len(found) == 1
    return [Named(unit, former, sure, clear) for unit, former in found.values()]


def _parted(found: list[Span], directory: Directory) -> tuple[list[Span], list[Span]]:
    """Spans that name a lowest unit, and those that name a larger one; some do both."""
    lowest, larger = [], []
    for span in found:
        low = tuple(unit for unit in span.units if _is_lowest(unit, directory))
        high = tuple(unit for unit in span.units if unit not in low)
        if low:
            lowest.append(Span(span.part, span.start, span.end, span.rank, low))
        if high:
            larger.append(Span(span.part, span.start, span.end, span.rank, high))
    return lowest, larger


def _match(
    unit: UnitVersion, span: Span, larger: list[Span], directory: Directory, on: date
) -> _Match:
    over = frozenset(_over(unit, directory, on))
    within = sum(
        max(_lies_in(unit, over, large, directory, on) for large in other.units)
        for other in larger
        if (other.part, other.start, other.end) != (span.part, span.start, span.end)
    )
    return _Match(unit, span.rank, within, unit.in_force(on))


def _over(unit: UnitVersion, directory: Directory, on: date) -> Iterator[str]:
    """The units above one, in its own days and today."""
    yield from directory.path(unit.unit_id, _last_day(unit, on))[1:]
    for heir in directory.heirs(unit.unit_id, on):
        yield from directory.path(heir.unit_id, on)[1:]


def _lies_in(
    unit: UnitVersion,
    over: frozenset[str],
    larger: UnitVersion,
    directory: Directory,
    on: date,
) -> int:
    """2 in a unit that is or was above it, 1 in what took its place, 0 in neither.

    So a commune that ended goes before one that has its name now, where the address names the
    district of the old one.
    """
    if larger.unit_id in over:
        return 2
    heirs = {heir.unit_id for heir in directory.heirs(larger.unit_id, on)}
    return int(unit.unit_id in heirs or not heirs.isdisjoint(over))


def _last_day(unit: UnitVersion, on: date) -> date:
    return unit.valid_to - timedelta(days=1) if unit.valid_to and unit.ended(on) else on


def _is_lowest(unit: UnitVersion, directory: Directory) -> bool:
    return unit.unit_id not in _parents(directory)


@lru_cache(maxsize=8)
def _parents(directory: Directory) -> frozenset[str]:
    units = directory.territory.units
    return frozenset(unit.parent_id for unit in units if unit.parent_id is not None)


@dataclass(frozen=True, slots=True)
class _Index:
    """The names of all units as they may be written, folded and without spaces."""

    with_kind: Keys
    bare: Keys
    longest: int

    def spans(self, text: str) -> list[Span]:
        return spans(text, self.with_kind, self.bare, self.longest)


@lru_cache(maxsize=4)
def _index(directory: Directory, gazetteer: Gazetteer) -> _Index:
    with_kind: defaultdict[str, list[UnitVersion]] = defaultdict(list)
    bare: defaultdict[str, list[UnitVersion]] = defaultdict(list)
    longest = 1
    for unit in directory.territory.units:
        called = gazetteer.called.get(unit.unit_id, ())
        for name in (unit.name, *called):
            key = squeeze(name)
            if not key.isdigit():
                bare[key].append(unit)
            for written in _with_kind(unit, key, gazetteer, together=name in called):
                with_kind[written].append(unit)
            longest = max(longest, len(fold(f"{unit.kind} {name}").split()))
    return _Index(_settled(with_kind), _settled(bare), longest)


def _with_kind(
    unit: UnitVersion, key: str, gazetteer: Gazetteer, *, together: bool
) -> Iterator[str]:
    """A name after its kind; after a short one, in one word only as ``Q1`` and ``TPHCM``."""
    yield squeeze(unit.kind) + key
    for short in map(squeeze, gazetteer.short.get(unit.kind, ())):
        yield f"{short} {key}"
        if together or key.isdigit():
            yield short + key


def _settled(keys: Mapping[str, list[UnitVersion]]) -> Keys:
    return {key: tuple(dict.fromkeys(units)) for key, units in keys.items()}
