"""The words of an address: which runs of them are names of units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.directory import UnitVersion
from domain.directory.names import fold, name_key, squeeze

__all__ = ["BARE", "INSIDE", "KIND", "Span", "spans"]

#: How a name stands in an address: with its kind, as a whole part of it, or among other words.
KIND, BARE, INSIDE = range(3)
_PARTS = re.compile(r"[,;\n]+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words, from one up to another, that is the name of some units."""

    part: int
    start: int
    end: int
    rank: int
    units: tuple[UnitVersion, ...]

    def covers(self, other: Span) -> bool:
        """Whether another span is a piece of this one."""
        return (
            self is not other
            and self.part == other.part
            and self.start <= other.start
            and other.end <= self.end
            and (self.end - self.start, -self.rank) > (other.end - other.start, -other.rank)
        )


def spans(
    text: str,
    with_kind: Mapping[str, tuple[UnitVersion, ...]],
    bare: Mapping[str, tuple[UnitVersion, ...]],
    longest: int,
) -> list[Span]:
    """The names in an address, without those that are a piece of a longer one.

    Keys are folded and without spaces; a short kind is parted from the name by one.
    """
    every = [
        span
        for number, part in enumerate(_PARTS.split(unicodedata.normalize("NFC", text)))
        for span in _in_part(number, _WORD.findall(part), with_kind, bare, longest)
    ]
    whole = [span for span in every if not any(other.covers(span) for other in every)]
    # Who writes a name a hundred times has named it once.
    best: dict[tuple[UnitVersion, ...], Span] = {}
    for span in sorted(whole, key=lambda span: span.rank):
        best.setdefault(span.units, span)
    return list(best.values())


def _in_part(
    number: int,
    words: list[str],
    with_kind: Mapping[str, tuple[UnitVersion, ...]],
    bare: Mapping[str, tuple[UnitVersion, ...]],
    longest: int,
) -> Iterator[Span]:
    folded = [fold(word).replace(" ", "") for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + longest) + 1):
            key, said = "".join(folded[start:end]), " ".join(words[start:end])
            short = f"{folded[start]} {''.join(folded[start + 1 : end])}"
            kind = with_kind.get(key) or with_kind.get(short)
            if kind is not None:
                yield Span(number, start, end, KIND, _as_said(said, kind))
            elif key in bare:
                rank = BARE if end - start == len(words) else INSIDE
                yield Span(number, start, end, rank, _as_said(said, bare[key]))


def _as_said(said: str, units: tuple[UnitVersion, ...]) -> tuple[UnitVersion, ...]:
    """Of names that differ by their marks only, the one that was written with its marks."""
    if said.isascii():
        return units
    key, bare = name_key(said), squeeze(said)
    other = {
        unit
        for unit in units
        if bare.endswith(squeeze(unit.name)) and not key.endswith(name_key(unit.name))
    }
    return tuple(unit for unit in units if unit not in other) or units
