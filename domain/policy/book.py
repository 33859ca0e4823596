"""Policy packs as dated data: which pack is in force on a day, and everything a pack is made of."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from itertools import pairwise

from domain.language import Words
from domain.policy.base import Fault, Faults
from domain.policy.errors import (
    NoPolicyInForce,
    NoRule,
    UnknownCategory,
    UnknownLevel,
    UnknownPack,
    UnknownRule,
    UnknownSeverity,
)
from domain.policy.pack import Pack
from domain.policy.parts import (
    CLOCKS,
    EVERY,
    Category,
    Extension,
    Limit,
    Reopening,
    Rule,
    Rung,
    Severity,
    Voice,
)

__all__ = [
    "CLOCKS",
    "EVERY",
    "Category",
    "Extension",
    "Fault",
    "Faults",
    "Limit",
    "NoPolicyInForce",
    "NoRule",
    "Pack",
    "PolicyBook",
    "Reopening",
    "Rule",
    "Rung",
    "Severity",
    "UnknownCategory",
    "UnknownLevel",
    "UnknownPack",
    "UnknownRule",
    "UnknownSeverity",
    "Voice",
]


class PolicyBook:
    """All packs of an installation, no two of them in force on the same day.

    Packs that stand `apart` are found by their id only, for cases of another territory.
    """

    def __init__(self, packs: Iterable[Pack], apart: Iterable[Pack] = ()) -> None:
        """Take the packs in. Raises `Faults`, each path beginning with the pack's position.

        The positions go on from `packs` into `apart`.
        """
        given, beside = tuple(packs), tuple(apart)
        known = given + beside
        if faults := [*_repeated_ids(known), *_shared_refs(known), *_overlaps(given)]:
            raise Faults(faults)
        self.packs = tuple(sorted(given, key=lambda pack: pack.valid_from))
        self.apart = beside
        self._starts = [pack.valid_from for pack in self.packs]
        self._by_id = {pack.id: pack for pack in (*self.packs, *beside)}
        self._by_ref = {rule.ref: rule for pack in known for rule in pack.rules}

    def in_force(self, on: date) -> Pack:
        """Find the pack that holds on that local day. Raises `NoPolicyInForce`."""
        at = bisect_right(self._starts, on) - 1
        if at < 0 or not self.packs[at].in_force(on):
            spans = "; ".join(f"{pack.id} {pack.span}" for pack in self.packs) or "none"
            raise NoPolicyInForce(f"no policy is in force on {on}; packs here: {spans}")
        return self.packs[at]

    def get(self, known_as: str) -> Pack:
        """Find a pack by its id. Raises `UnknownPack`, naming those there are."""
        if known_as not in self._by_id:
            raise UnknownPack(f"no policy is called {known_as!r}; there is {_listed(self._by_id)}")
        return self._by_id[known_as]

    def rule(self, ref: str) -> Rule:
        """Find the version of a rule that a running clock names. Raises `UnknownRule`."""
        if ref not in self._by_ref:
            close = get_close_matches(ref, self._by_ref, n=3)
            raise UnknownRule(f"no policy has the rule {ref!r}; close to it: {_listed(close)}")
        return self._by_ref[ref]

    def basis(self, ref: str, written: str) -> Words:
        """The legal basis of a term, which was `written` when it began, as its rule tells it.

        A basis that the rule does not have, or has no more, stays as it was written.
        """
        rule = self._by_ref.get(ref)
        known = rule.basis_vi if rule is not None and rule.basis == written else None
        return Words(known or written, written)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _repeated_ids(packs: tuple[Pack, ...]) -> Iterator[Fault]:
    seen: dict[str, Pack] = {}
    for at, pack in enumerate(packs):
        if pack.id in seen:
            versions = f"versions {seen[pack.id].version} and {pack.version}"
            yield Fault((at, "id"), f"policy {pack.id} is here twice, {versions}; keep one")
        seen[pack.id] = pack


def _shared_refs(packs: tuple[Pack, ...]) -> Iterator[Fault]:
    """A clock names its rule by id and version alone, so these must say which pack it is from."""
    owner: dict[str, str] = {}
    for at, pack in enumerate(packs):
        for place, rule in enumerate(pack.rules):
            if owner.setdefault(rule.ref, pack.id) != pack.id:
                message = f"{rule.ref} is in {owner[rule.ref]} and in {pack.id}; raise its version"
                yield Fault((at, "rules", place, "version"), message)


def _overlaps(packs: tuple[Pack, ...]) -> Iterator[Fault]:
    placed = sorted(enumerate(packs), key=lambda pair: pair[1].valid_from)
    for (_, first), (at, second) in pairwise(placed):
        if second.valid_from < first.end and first.id != second.id:
            message = (
                f"policies {first.id} ({first.span}) and {second.id} ({second.span}) are both "
                f"in force on {second.valid_from}; end one before the other begins"
            )
            yield Fault((at, "valid_from"), message)
